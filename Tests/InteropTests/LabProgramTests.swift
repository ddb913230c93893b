import TestSupport
import Testing

extension Interop {
    /// What `config/lab/up` starts, on a host of its own, so that its fixed loopback ports are free.
    @Suite struct LabProgramTests {
        @Test func `the lab comes up from the samples, and kubectl bgp shows what its router has`() async throws {
            try await lab { kubectl, routes in
                let table = """
                    10.244.1.0/24 via 127.0.0.2 from node1 as-path 65001
                    10.244.2.0/24 via 127.0.0.3 from node2 as-path 65001
                    10.244.3.0/24 via 127.0.0.4 from node3 as-path 65001
                    192.0.2.1/32 via 127.0.0.3 from node2 as-path 65001 communities 65000:100
                    192.0.2.2/32 via 127.0.0.2 from node1 as-path 65001 communities 65000:100
                    192.0.2.2/32 via 127.0.0.3 from node2 as-path 65001 communities 65000:100
                    192.0.2.2/32 via 127.0.0.4 from node3 as-path 65001 communities 65000:100

                    """
                try await eventually("the router's table", is: table) { try await routes() }

                let advertised = try await kubectl.bgp("routes", "advertised", "--no-headers")
                #expect(advertised.errors.isEmpty)
                let told = advertised.output.split(separator: "\n").map { line in
                    let cells = line.split(separator: " ")
                    return "\(cells[3]) via \(cells[4]) from \(cells[0])"
                }
                let wire = table.split(separator: "\n").compactMap { $0.components(upTo: " as-path") }
                #expect(told.sorted() == wire.sorted())

                try await eventually("every session is told", is: Set(["established"])) {
                    let peers = try await kubectl.bgp("peers", "--no-headers").output.split(separator: "\n")
                    return peers.count == 6 ? Set(peers.map { String($0.split(separator: " ")[4]) }) : []
                }
                #expect(try await kubectl.bgp("explain", "service", "web", "-n", "shop").status == .exited(0))
            }
        }

        /// Each speaker has a connection for every kind that it follows, and the API server is one host.
        @Test func `the lab converges with more speakers than a client usually has connections for`() async throws {
            try await lab(speakers: 44) { kubectl, routes in
                try await eventually("every node announces its pods", is: 44, within: .seconds(300)) {
                    try await routes().split(separator: "\n").count { $0.hasPrefix("10.244.") }
                }
                try await eventually("every session is told", is: 44) {
                    let peers = try await kubectl.bgp("peers", "--no-headers").output.split(separator: "\n")
                    return Set(
                        peers.filter { $0.contains(" established ") }.compactMap { $0.split(separator: " ").first }
                    )
                    .count
                }
            }
        }

        /// Whatever is logged at the level debug, a line can be read.
        @Test func `the lab's log lines say what its services do`() async throws {
            try await lab(["--log-level", "debug"]) { kubectl, _ in
                try await kubectl("label", "node", "node3", "x=y")
            } finally: { output in
                let lines = output.split(separator: "\n")
                #expect(lines.contains { $0.contains("[ServiceLifecycle]") && $0.contains("NodeService") })
                #expect(lines.map(\.utf8.count).max() ?? 0 < 8192)
                #expect(lines.filter { $0.contains("[ServiceLifecycle]") }.allSatisfy { $0.utf8.count < 1500 })
            }
        }

        @Test func `the lab's exit status says what is wrong`() async throws {
            try await lab { kubectl, _ in
                func established() async throws -> Int {
                    try await kubectl.bgp("peers", "--no-headers", "--family", "ipv4").output
                        .split(separator: "\n").count { $0.contains(" established ") }
                }
                try await eventually("every session is up", is: 3) { try await established() }
                try await eventually("all is well", is: .exited(0)) {
                    try await kubectl.bgp("explain", "service", "web", "-n", "shop").status
                }
                #expect(try await kubectl.bgp("explain", "node", "node1").status == .exited(0))
                // That speakers take a moment is no event.
                let events = try await kubectl("get", "events", "-A", "-o", "jsonpath={.items[*].reason}")
                #expect(events.contains("Applied") && !events.contains("NotApplied") && !events.contains("Applying"))

                let shop = try await kubectl.bgp("routes", "-n", "shop", "-o", "name")
                #expect(shop.output.split(separator: "\n").allSatisfy { $0.contains("/192.0.2.") } && shop.output != "")
                #expect(try await kubectl.bgp("routes", "-n", "default", "-o", "name").output == "")
                for words in [
                    ["peers", "--node", "nodeX"], ["peers", "--peer", "torX"], ["routes", "--node", "nodeX"],
                ] {
                    #expect(try await kubectl.bgp(words).status == .exited(1), "\(words)")
                }

                #expect(try await kubectl.bgp("drain", "node3", "--no-wait").status == .exited(0))
                let back = try await kubectl.bgp("undrain", "node3", "--timeout", "1m")
                #expect(back.status == .exited(0), "\(back.output)\(back.errors)")

                try await kubectl("annotate", "node", "node2", "martlet.dev/drain=yes")
                let node = try await kubectl.bgp("explain", "node", "node2")
                #expect(node.status == .exited(3))
                #expect(node.output.contains("- InvalidAnnotation: "))
                try await eventually("peers say so", is: true) {
                    try await kubectl.bgp("peers", "--node", "node2").output.contains("found \"yes\"")
                }

                let labels =
                    #"{"spec":{"families":[{"afi":"ipv4","safi":"unicast","advertisements":{"matchLabels":{"a":"b"}}}]}}"#
                try await kubectl("patch", "bgppc", "tor", "--type", "merge", "-p", labels)
                try await eventually("nobody announces the address", is: .exited(3)) {
                    try await kubectl.bgp("explain", "service", "web", "-n", "shop").status
                }
            }
        }

        @Test func `the lab withdraws what a GitOps controller prunes`() async throws {
            try await lab { kubectl, routes in
                func manifests(_ numbers: Int...) -> String {
                    numbers.map { number in
                        """
                        apiVersion: martlet.dev/v2
                        kind: BGPAdvertisement
                        metadata: {name: pruned-\(number), labels: {advertise: bgp, team: web}}
                        spec:
                          advertisements: [{advertisementType: Prefixes, prefixes: [203.0.113.\(number)/32]}]

                        """
                    }.joined(separator: "---\n")
                }
                func apply(_ text: String) async throws {
                    try await kubectl(
                        "apply",
                        "--prune",
                        "-l",
                        "team=web",
                        "--prune-allowlist=martlet.dev/v2/BGPAdvertisement",
                        manifest: text
                    )
                }
                func announced() async throws -> Set<Substring> {
                    Set(try await routes().split(separator: "\n").compactMap { $0.split(separator: " ").first })
                        .filter { $0.hasPrefix("203.0.113.") }
                }
                try await apply(manifests(1, 2))
                try await eventually("both are announced", is: ["203.0.113.1/32", "203.0.113.2/32"]) {
                    try await announced()
                }
                try await apply(manifests(1))
                try await eventually("the pruned one is withdrawn", is: ["203.0.113.1/32"]) { try await announced() }
            }
        }

        /// Starts the lab as the script does, and gives what a person has: kubectl, and the router's page.
        private func lab(
            speakers: Int? = nil,
            _ more: [String] = [],
            _ body: (Kubectl, _ routes: () async throws -> String) async throws -> Void,
            finally look: (String) -> Void = { _ in }
        ) async throws {
            try await VirtualNetwork.with([]) { network in
                let host = network.control
                let directory = try TemporaryDirectory("lab")
                for (folder, file) in [("crds", "crds.yaml"), ("config/lab", "manifests.yaml")] {
                    let rendered = try await Command("kubectl", "kustomize", Checkout.path(folder)).run()
                    try directory.write(rendered, to: file)
                }
                let program = try host.command(
                    [
                        try Checkout.program("bgp-lab"), "--directory", directory.path,
                        "--crds", directory.path("crds.yaml"), "--manifests", directory.path("manifests.yaml"),
                    ] + (speakers.map { ["--speakers", "\($0)"] } ?? []) + more
                ).start(log: directory.path("log"))
                try await program.writes("first route at the router")
                let kubectl = Kubectl(on: host, kubeconfig: directory.path("kubeconfig"))
                do {
                    try await body(kubectl) {
                        try await host.command("curl", "-sf", "http://127.0.0.1:9177/routes").run()
                    }
                } catch {
                    Issue.record("\(error)\n\(program.output.suffix(4000))")
                }
                #expect(await program.stop() == .exited(0))
                look(program.output)
            }
        }
    }
}

extension Substring {
    /// What stands before a mark; nil without it.
    fileprivate func components(upTo mark: String) -> String? {
        firstRange(of: mark).map { String(self[..<$0.lowerBound]) }
    }
}
