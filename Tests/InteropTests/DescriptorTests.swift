import BGPResources
import BGPTypes
import FoundationEssentials
import Glibc
import TestSupport
import Testing

extension Interop {
    @Suite struct DescriptorTests {
        @Test
        func `a speaker with few file descriptors keeps its session, says so once, and accepts again when it can`()
            async throws
        {
            try await VirtualNetwork.with(Self.plan) { network in
                let (routerHost, node) = (try network["router"], try network["node"])
                let router = try BIRD(.two, on: routerHost, Self.configuration)
                try await router.start()
                let directory = try TemporaryDirectory("manifests")
                try directory.write(Self.manifests, to: "node.yaml")
                let programs = try Programs()
                try await programs.startSpeaker("node", on: node, manifests: directory.path)
                do {
                    try await Self.run(router, on: routerHost, node, programs)
                } catch {
                    let log = await programs.log(of: "node").suffix(6000)
                    await programs.stopAll()
                    throw Cluster.Failure(description: "\(error)\n\(log)")
                }
                await programs.stopAll()
                await router.stop()
            }
        }

        private static func run(
            _ router: BIRD,
            on routerHost: NetworkHost,
            _ node: NetworkHost,
            _ programs: Programs
        ) async throws {
            try await eventually("two of three routes arrive", is: 2) {
                try await router.table(.ipv4).nextHops.byPrefix.count
            }
            let before = try await session("early", of: router)
            let metrics = try await node.command("curl", "-s", "http://\(node.managementAddress):9179/metrics").run()
            #expect(
                metrics.split(separator: "\n").contains {
                    $0.hasPrefix("martlet_bgp_prefixes_held_back{") && $0.contains("peer=\"early\"")
                        && $0.hasSuffix(" 1")
                }
            )

            // What is open stays. It can open a few files more, but no connection: some numbers are never theirs.
            let pid = try await Command("ip", "netns", "pids", node.namespace).run().filter { !$0.isWhitespace }
            let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")
            let open = Set(names.compactMap { Int($0) })
            let lowest = (0...open.count).first { !open.contains($0) } ?? open.count
            try await Command("prlimit", "--pid", pid, "--nofile=\(lowest + 2):").run()
            // The next connection is taken because it was waited for before; a stranger's is closed at once.
            let stranger = "curl -s --interface 10.0.0.252 http://10.0.0.1:179/ || true"
            try await routerHost.command("sh", "-c", stranger).run()
            func count(_ text: String) async -> Int {
                await programs.log(of: "node").count(of: text)
            }
            _ = try await eventually("a connection waits") {
                await count("connections wait: the system has no room") > 0 ? true : nil
            }
            _ = try await router.ask("enable late")
            let start = (time: ContinuousClock.now, ticks: try ticks(of: pid))
            _ = try await eventually("it rests and looks again") {
                await count("connections still wait") > 3 ? true : nil
            }
            let seconds = (ContinuousClock.now - start.time) / .seconds(1)
            // A socket that is asked again at once would take all that a core gives.
            #expect(Double(try ticks(of: pid) - start.ticks) / Double(sysconf(Int32(_SC_CLK_TCK))) < seconds / 2)
            #expect(await count("connections wait: the system has no room") == 1)
            #expect(try await !session("late", of: router).contains("Established"))
            #expect(await count("reason=OutOfResources") > 0)
            // The hold time has passed more than once.
            #expect(try await session("early", of: router) == before)

            try await Command("prlimit", "--pid", pid, "--nofile=1024:").run()
            _ = try await eventually("the connection that waited becomes a session") {
                try await session("late", of: router).contains("Established") ? true : nil
            }
            #expect(try await session("early", of: router) == before)
        }

        /// BIRD's line about a protocol, with its state and since when.
        private static func session(_ name: String, of router: BIRD) async throws -> String {
            let lines = try await router.ask("show protocols \(name)").split(separator: "\n")
            return lines.first { $0.contains(name) }.map(String.init) ?? ""
        }

        /// The processor time that a process has had.
        private static func ticks(of pid: String) throws -> Int {
            let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
            let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
            return fields.dropFirst(11).prefix(2).compactMap { Int($0) }.reduce(0, +)
        }

        private static let plan = [
            HostPlan("router", on: "lan", "10.0.0.254/24", "10.0.0.253/24", "10.0.0.252/24"),
            HostPlan("node", on: "lan", "10.0.0.1/24", "10.0.0.2/24"),
        ]

        private static let configuration = """
            router id 10.0.0.254;
            protocol device { }
            template bgp tor {
              hold time 3; keepalive time 1; connect delay time 1;
              ipv4 { import all; export none; };
            }
            protocol bgp early from tor { local 10.0.0.254 as 65000; neighbor 10.0.0.1 as 65001; }
            protocol bgp late from tor { local 10.0.0.253 as 65000; neighbor 10.0.0.2 as 65001; disabled; }
            """

        private static let manifests = """
            apiVersion: v1
            kind: Node
            metadata: {name: node}
            status:
              addresses: [{type: InternalIP, address: 10.0.0.1}]
            ---
            apiVersion: martlet.dev/v2
            kind: BGPClusterConfig
            metadata: {name: cluster}
            spec:
              bgpInstances:
                - name: main
                  localASN: 65001
                  localPort: 179
                  peers:
                    - {name: early, peerAddress: 10.0.0.254, peerASN: 65000, peerConfigRef: {name: router}}
                    - {name: late, peerAddress: 10.0.0.253, peerASN: 65000, peerConfigRef: {name: router}}
            ---
            apiVersion: martlet.dev/v2
            kind: BGPPeerConfig
            metadata: {name: router}
            spec:
              announceLimit: 2
              families: [{afi: ipv4, safi: unicast, advertisements: {}}]
            ---
            apiVersion: martlet.dev/v2
            kind: BGPAdvertisement
            metadata: {name: prefixes}
            spec:
              advertisements:
                - advertisementType: Prefixes
                  prefixes: [10.9.0.1/32, 10.9.0.2/32, 10.9.0.3/32]

            """
    }
}

extension String {
    /// How often a text occurs in this one.
    fileprivate func count(of text: String) -> Int {
        ranges(of: text).count
    }
}
