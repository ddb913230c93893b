import Addressing
import BGPEngine
import BGPResources
import BGPWire
import FoundationEssentials
import Glibc
import KubeModel
import Planning
import SpeakerRuntime
import TestCluster
import TestSupport
import Testing

struct LastGoodTests {
    private func state() throws -> LastGood {
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
        return LastGood(
            configuration: NodeConfiguration(
                nodeName: "n1",
                node: Node(metadata: ObjectMeta(name: "n1", labels: ["zone": "a"])),
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
                secrets: KnownSecrets(namespace: "default", usable: ["tor"], unusable: ["empty"])
            ),
            passwords: ["tor": try #require(Password("correct horse"))],
            desired: [
                PeerID(instance: "main", peer: "tor"): routes, PeerID(instance: "main", peer: "tor2"): routes,
                PeerID(instance: "main", peer: "silent"): RouteTable(),
            ]
        )
    }

    @Test func `what is written comes back whole`() throws {
        let written = try state()
        let read = try JSON.decode(LastGood.self, from: try JSON.encode(written))
        #expect(read.configuration == written.configuration)
        #expect(read.passwords == written.passwords)
        #expect(read.desired == written.desired)
    }

    @Test func `the file is its owner's alone, even where an open one lay`() async throws {
        let directory = try TemporaryDirectory("last-good")
        let path = try directory.write("old", to: "last-good-n1.json.new")
        chmod(path, 0o644)
        let keeper = LastGoodKeeper(directory: directory.path, node: "n1", logger: TestCluster.logger)
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

    @Test func `a file that cannot be read is no state`() throws {
        let directory = try TemporaryDirectory("last-good")
        try directory.write("{\"node\": 1}", to: "last-good-n1.json")
        let keeper = LastGoodKeeper(directory: directory.path, node: "n1", logger: TestCluster.logger)
        #expect(keeper.load() == nil)
    }

    @Test func `no password shows where a state is printed`() throws {
        var text = ""
        dump(try state(), to: &text)
        #expect(!text.contains("correct horse"))
        #expect(!"\(try state())".contains("correct horse"))
    }
}
