import BGPEngine
import BGPResources
import BGPTypes
import BGPWire
import FoundationEssentials
import Glibc
import HostileInput
import KubeJSON
import KubeModel
import Planning
import SpeakerRuntime
import TestCluster
import TestSupport
import Testing

struct SavedStateTests {
    private func state() throws -> SavedState {
        let prefix = try #require(IPPrefix("192.0.2.1/32"))
        let large = try #require(LargeCommunity("65000:1:2"))
        let routes = RouteTable([
            Route(
                prefix: prefix,
                attributes: RouteAttributes(
                    origin: .igp,
                    localPreference: 200,
                    med: 5,
                    asPathPrepend: 2,
                    communities: [Community(rawValue: 0xFDE8_0064)],
                    largeCommunities: [large]
                )
            )
        ])
        let nodeConfig = BGPNodeConfig(
            metadata: ObjectMeta(name: "n1", generation: 3),
            spec: BGPNodeConfig.Spec(
                bgpInstances: [
                    BGPNodeConfig.Instance(
                        name: "main",
                        localASN: 65001,
                        routerID: RouterID("10.0.0.1"),
                        peers: [
                            BGPNodeConfig.Peer(
                                name: "tor",
                                peerAddress: ScopedAddress("10.0.0.254"),
                                peerASN: 65000,
                                peerConfigRef: PeerConfigReference(name: "tor")
                            )
                        ]
                    )
                ]
            )
        )
        return SavedState(
            configuration: NodeConfiguration(
                nodeName: "n1",
                node: Node(metadata: ObjectMeta(name: "n1", labels: ["zone": "a"])),
                podNetworks: PodNetworks(
                    ciliumNode: .networks([PodNetwork("10.42.1.0/24", in: "n1")]),
                    calico: .unreadable("forbidden")
                ),
                nodeConfig: nodeConfig,
                peerConfigs: [
                    BGPPeerConfig(metadata: ObjectMeta(name: "tor"), spec: BGPPeerConfig.Spec(authSecretRef: "tor"))
                ],
                advertisements: [
                    BGPAdvertisement(
                        metadata: ObjectMeta(name: "all"),
                        spec: BGPAdvertisement.Spec(advertisements: [])
                    )
                ],
                secrets: KnownSecrets(
                    namespace: "default",
                    usable: ["tor"],
                    unusable: ["empty"],
                    faults: ["empty": .empty]
                )
            ),
            passwords: ["tor": try #require(Password("correct horse"))],
            desired: [
                PeerID(instance: "main", peer: "tor"): routes, PeerID(instance: "main", peer: "tor2"): routes,
                PeerID(instance: "main", peer: "silent"): RouteTable(),
            ]
        )
    }

    @Test func `a saved state is read back whole`() throws {
        let written = try state()
        let read = try JSON.decode(SavedState.self, from: try JSON.encode(written))
        #expect(read.configuration == written.configuration)
        #expect(read.passwords == written.passwords)
        #expect(read.desired == written.desired)
    }

    @Test func `the file is readable by its owner only, even if an open one was there before`() async throws {
        let directory = try TemporaryDirectory("last-good", isOpen: false)
        let path = try directory.write("old", to: "last-good-n1.json.new")
        chmod(path, 0o644)
        let keeper = StateStore(directory: directory.path, node: "n1", logger: TestCluster.logger)
        #expect(!keeper.hasState)
        keeper.keep(try state())
        // What was noted is written at the end at the latest.
        try await running([keeper]) {}
        var status = stat()
        #expect(stat(directory.path("last-good-n1.json"), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(keeper.hasState)
        #expect(keeper.load()?.desired == (try state()).desired)
    }

    @Test func `the first state does not wait for more changes, so that an early crash is known to the next start`()
        async throws
    {
        let directory = try TemporaryDirectory("last-good", isOpen: false)
        let keeper = StateStore(
            directory: directory.path,
            node: "n1",
            interval: .seconds(3600),
            logger: TestCluster.logger
        )
        let state = try state()
        try await running([keeper]) {
            keeper.keep(state)
            try await eventually("the state is there", is: true) { keeper.hasState }
        }
    }

    @Test func `changed routes are added to a journal, of which a line that was cut off says nothing`() async throws {
        let directory = try TemporaryDirectory("last-good", isOpen: false)
        let keeper = StateStore(
            directory: directory.path,
            node: "n1",
            interval: .milliseconds(1),
            logger: TestCluster.logger
        )
        let first = try state()
        let peers = [PeerID(instance: "main", peer: "tor"), PeerID(instance: "main", peer: "tor2")]
        let new = Route(prefix: try #require(IPPrefix("192.0.2.9/32")), attributes: RouteAttributes(med: 1))
        @Sendable func desired(_ routes: RouteTable) -> [PeerID: RouteTable] {
            [peers[0]: routes, peers[1]: routes, PeerID(instance: "main", peer: "silent"): RouteTable()]
        }
        @Sendable func saved(_ routes: RouteTable) -> SavedState {
            SavedState(configuration: first.configuration, passwords: first.passwords, desired: desired(routes))
        }
        let known = try #require(first.desired[peers[0]])
        let both = known.merging(RouteTable([new]))
        let last = saved(RouteTable([new]))
        let (file, copy) = (directory.path("last-good-n1.json"), directory.path("copy.json"))
        let journal = directory.path("last-good-n1.journal")
        @Sendable func lines() -> Int {
            (try? String(contentsOfFile: journal, encoding: .utf8))?.count { $0 == "\n" } ?? 0
        }
        try await running([keeper]) {
            keeper.keep(first)
            try await eventually("the file is there", is: true) { keeper.hasState }
            try FileManager.default.copyItem(atPath: file, toPath: copy)
            try await eventually("the head of its journal too", is: 1) { lines() }
            keeper.keep(saved(both))
            try await eventually("so is the change", is: 2) { lines() }
            keeper.keep(saved(both))
            keeper.keep(last)
        }
        let whole = try String(contentsOfFile: copy, encoding: .utf8)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == whole)
        #expect(keeper.load()?.desired == last.desired)
        #expect(lines() == 3)
        let written = try String(contentsOfFile: journal, encoding: .utf8)
        try directory.write(String(written.dropLast(9)), to: "last-good-n1.journal")
        #expect(keeper.load()?.desired == desired(both))
        // Beside a file that it does not continue it says nothing.
        try directory.write(whole + " ", to: "last-good-n1.json")
        #expect(keeper.load()?.desired == first.desired)
    }

    @Test func `a file that cannot be read is not a state`() throws {
        let directory = try TemporaryDirectory("last-good", isOpen: false)
        try directory.write("{\"node\": 1}", to: "last-good-n1.json")
        let keeper = StateStore(directory: directory.path, node: "n1", logger: TestCluster.logger)
        #expect(keeper.load() == nil)
    }

    @Test func `no link is followed, in writing or reading`() async throws {
        let directory = try TemporaryDirectory("last-good", isOpen: false)
        let victim = try directory.write("precious", to: "victim")
        chmod(victim, 0o644)
        let names = ["last-good-n1.json", "last-good-n1.json.new", "last-good-n1.journal", "last-good-n1.journal.new"]
        for name in names {
            try FileManager.default.createSymbolicLink(atPath: directory.path(name), withDestinationPath: victim)
        }
        let keeper = StateStore(directory: directory.path, node: "n1", logger: TestCluster.logger)
        #expect(!keeper.hasState)
        #expect(keeper.load() == nil)
        let state = try state()
        let changed = SavedState(
            configuration: state.configuration,
            passwords: state.passwords,
            desired: state.desired.mapValues { _ in RouteTable() }
        )
        try await running([keeper]) {
            keeper.keep(state)
            try await eventually("the state is there", is: true) { keeper.hasState }
            keeper.keep(changed)
        }
        #expect(keeper.load()?.desired == changed.desired)
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
        var status = stat()
        #expect(stat(victim, &status) == 0 && status.st_mode & 0o777 == 0o644)
        for name in ["last-good-n1.json", "last-good-n1.journal"] {
            #expect(lstat(directory.path(name), &status) == 0 && status.st_mode & S_IFMT == S_IFREG, "\(name)")
        }
    }

    @Test func `the directory is made with those above it, or the log says why not`() async throws {
        let directory = try TemporaryDirectory("last-good", isOpen: false)
        let (state, log) = (try state(), LogLines())
        let made = StateStore(directory: directory.path("a/b"), node: "n1", logger: log.logger)
        try await running([made]) { made.keep(state) }
        #expect(made.load()?.desired == state.desired)
        #expect(log.all == [])
        try directory.write("", to: "file")
        let path = directory.path("file/a")
        let refused = StateStore(directory: path, node: "n1", logger: log.logger)
        try await running([refused]) { refused.keep(state) }
        let line =
            "error the last good state cannot be written error=mkdir: Not a directory file.path=\(path)/last-good-n1.json"
        #expect(log.all.contains(line), "\(log.all)")
    }

    @Test func `a pipe in the place of the state holds nothing up`() throws {
        let directory = try TemporaryDirectory("last-good", isOpen: false)
        #expect(mkfifo(directory.path("last-good-n1.json"), 0o600) == 0)
        let keeper = StateStore(directory: directory.path, node: "n1", logger: TestCluster.logger)
        #expect(!keeper.hasState)
        #expect(keeper.load() == nil)
    }

    @Test(arguments: [0o777, 0o775, 0o1777] as [mode_t])
    func `a directory that others may write to is not used, and the log says so`(mode: mode_t) async throws {
        let directory = try TemporaryDirectory("last-good", isOpen: false)
        let state = try state()
        let path = directory.path("last-good-n1.json")
        try directory.write(String(decoding: try JSON.encode(state), as: UTF8.self), to: "last-good-n1.json")
        let keeper = StateStore(directory: directory.path, node: "n1", logger: TestCluster.logger)
        #expect(keeper.load() != nil && keeper.refusal == nil)
        chmod(directory.path, mode)
        #expect(!keeper.hasState)
        #expect(keeper.load() == nil)
        let written = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        try await running([keeper]) { keeper.keep(state) }
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date == written)
        let why = try #require(keeper.refusal)
        #expect(why.contains("others may write to it (mode 0\(String(mode, radix: 8)))"), "\(why)")
        chmod(directory.path, 0o755)
        #expect(keeper.hasState && keeper.refusal == nil)
    }

    @Test func `a damaged file is read as far as it is valid, or not at all`() throws {
        let directory = try TemporaryDirectory("last-good", isOpen: false)
        let keeper = StateStore(directory: directory.path, node: "n1", logger: TestCluster.logger)
        let whole = try JSON.decode(JSONValue.self, from: try JSON.encode(state()))
        var generator = MessageGenerator(seed: 1)
        var readings = 0
        for _ in 0..<300 {
            var text = String(decoding: try JSON.encode(generator.damaged(whole)), as: UTF8.self)
            if generator.chance(4) { text = generator.damaged(text) }
            try directory.write(text, to: "last-good-n1.json")
            guard let read = keeper.load() else { continue }
            readings += 1
            // What has been read can be worked with.
            let again = try JSON.decode(SavedState.self, from: try JSON.encode(read))
            #expect(again.desired == read.desired)
            #expect(
                planSessions(again.configuration, passwords: again.passwords)
                    == planSessions(read.configuration, passwords: read.passwords)
            )
        }
        #expect((30..<300).contains(readings), "\(readings) of 300 were read")
    }

    @Test func `no password shows where a state is printed`() throws {
        var text = ""
        dump(try state(), to: &text)
        #expect(!text.contains("correct horse"))
        #expect(!"\(try state())".contains("correct horse"))
    }
}
