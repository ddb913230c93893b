import BGPTypes
import FoundationEssentials
import TestSupport
import Testing

extension Interop {
    /// Nodes as Cilium leaves them that replaces kube-proxy, and one FRR: the speakers start with the flags of the manifests.
    @Suite struct CiliumTests {
        @Test func `a speaker announces its services though no program answers for the data path`() async throws {
            try await CiliumRack.with { rack in
                // What needs no data path is there at once, the services once nothing is waited for any more.
                try await rack.settles(at: rack.podNetworks)
                try await eventually("the status says what is waited for", is: "False Waiting", within: .seconds(20)) {
                    try await rack.dataPath(of: "cilium-11")
                }
                let peers = try await rack.cluster.kubectl.bgp("peers", "--no-headers", "--node", "cilium-11")
                #expect(peers.output.contains("no service route is announced yet: none of kube-proxy (10256)"))
                try await rack.settles(at: rack.everything)
                for node in CiliumRack.nodes {
                    try await eventually("\(node) says that it does not know", is: "Unknown DataPathUnknown") {
                        try await rack.dataPath(of: node)
                    }
                }
            }
        }

        @Test func `a speaker announces its services as soon as Cilium's agent is ready`() async throws {
            let agents = try CiliumRack.Agents()
            try await CiliumRack.with(agents) { rack in
                try await rack.settles(at: rack.podNetworks)
                // However long it takes: one that listens is waited for.
                try await eventually("it is the agent that is asked", is: true) {
                    try await rack.message(of: "cilium-12").contains(
                        "Cilium's agent: http://127.0.0.1:9879/healthz answered 503"
                    )
                }
                try agents.makeReady("cilium-11")
                try await rack.settles(at: rack.everything(from: ["cilium-11"]))
                #expect(try await rack.dataPath(of: "cilium-12") == "False Waiting")
                try agents.makeReady("cilium-12")
                try await rack.settles(at: rack.everything)
                try await eventually("the status names it", is: true) {
                    try await rack.message(of: "cilium-11").contains("Cilium's agent at http://127.0.0.1:9879/healthz")
                }
            }
        }

        @Test func `a router keeps its routes over a restart until the speaker may announce them`() async throws {
            let agents = try CiliumRack.Agents()
            for node in CiliumRack.nodes { try agents.makeReady(node) }
            try await CiliumRack.with(agents) { rack in
                try await rack.settles(at: rack.everything)
                let before = try await rack.monitor.changes(of: rack.web, until: ["172.18.0.11", "172.18.0.12"])
                try agents.makeUnready("cilium-11")
                await rack.cluster.programs.stop("cilium-11")
                try await rack.start("cilium-11")
                try await eventually("both sessions are there", is: CiliumRack.twoSessions, within: .seconds(60)) {
                    try await rack.router.neighbors()
                }
                try await eventually("it waits", is: "False Waiting") { try await rack.dataPath(of: "cilium-11") }
                // No End-of-RIB has come, so what it announced before stays.
                #expect(try await rack.router.table(.ipv4).nextHops == rack.everything)
                try agents.makeReady("cilium-11")
                try await eventually("the router has no stale route", is: []) { try await rack.router.stalePaths() }
                try await rack.settles(at: rack.everything)
                #expect(rack.monitor.changes(of: rack.web).count == before)
            }
        }
    }
}

/// The cluster of these tests.
struct CiliumRack: Sendable {
    static let nodes = ["cilium-11", "cilium-12"]
    static let twoSessions = ["172.18.0.11": "Established", "172.18.0.12": "Established"]

    let cluster: Cluster
    let router: FRR
    let monitor: RouteMonitor
    /// The addresses of a Service with pods and of a Gateway's, as prefixes.
    let web: String
    let gateway: String

    /// Two nodes and a router, everything applied and started; on every node runs what `agents` says.
    static func with(_ agents: Agents? = nil, _ body: (CiliumRack) async throws -> Void) async throws {
        try await Cluster.with(plan) { cluster in
            let router = try FRR(on: cluster.network["router"], configuration)
            try await router.start()
            let monitor = try await RouteMonitor(cluster.network["router"])
            let kubectl = cluster.kubectl
            if try await kubectl("get", "crd", "ciliumnodes.cilium.io", "--ignore-not-found", "-o", "name").isEmpty {
                try await kubectl.apply(["Tests/InteropTests/Manifests/cilium-kinds/ciliumnodes.yaml"])
                try await kubectl(
                    "wait",
                    "--for=condition=Established",
                    "--timeout=30s",
                    "crd/ciliumnodes.cilium.io"
                )
            }
            try await kubectl.apply(
                ["nodes", "services", "bgp"].map { "Tests/InteropTests/Manifests/cilium/\($0).yaml" }
            )
            try await cluster.startOperator()
            var running: [RunningProcess] = []
            for node in nodes {
                if let agents { running.append(try agents.start(node, on: cluster.network[node])) }
            }
            let rack = CiliumRack(
                cluster: cluster,
                router: router,
                monitor: monitor,
                web: try await cluster.address(of: "web", in: "edge") + "/32",
                gateway: try await cluster.address(of: "cilium-gateway-edge", in: "edge") + "/32"
            )
            for node in nodes { try await rack.start(node) }
            try await body(rack)
            running.forEach { $0.kill() }
        }
    }

    /// Starts a node's speaker with the probe of the DaemonSet.
    func start(_ node: String) async throws {
        let manifest = try Checkout.read("config/speaker/daemonset.yaml")
        let probe = manifest.split(separator: "\n").compactMap {
            $0.split(separator: "--datapath-probe=").dropFirst().last
        }
        try await cluster.startSpeaker(node, datapathProbe: String(probe.first ?? ""))
    }

    /// The networks of CiliumNode, each from its node, and none of those on the Nodes.
    var podNetworks: NextHops { ["10.0.1.0/24": ["172.18.0.11"], "10.0.2.0/24": ["172.18.0.12"]] }

    /// All that there is: every node can serve both Services.
    var everything: NextHops { everything(from: Self.nodes) }

    /// All that there is when these nodes announce Services.
    func everything(from nodes: [String]) -> NextHops {
        let hops = nodes.map { "172.18.0.\($0.suffix(2))" }
        return NextHops(podNetworks.byPrefix.merging([web: Set(hops), gateway: Set(hops)]) { $1 })
    }

    /// Waits until the router's table is exactly this.
    func settles(at expected: NextHops) async throws {
        try await eventually("the router's table", is: expected) { try await router.table(.ipv4).nextHops }
    }

    /// Status and reason of the condition DataPathReady.
    func dataPath(of node: String) async throws -> String {
        try await field(node, "{.status} {.reason}")
    }

    func message(of node: String) async throws -> String { try await field(node, "{.message}") }

    private func field(_ node: String, _ fields: String) async throws -> String {
        let path = "{range .status.conditions[?(@.type==\"DataPathReady\")]}\(fields){end}"
        return try await cluster.kubectl("get", "bgpnodeconfig", node, "-o", "jsonpath=\(path)")
    }

    /// Cilium's agents, as far as their health goes: 200 when ready, else 503, to those who ask in brief.
    final class Agents: Sendable {
        private let directory: TemporaryDirectory
        private let program: String

        init() throws {
            directory = try TemporaryDirectory("cilium")
            program = try directory.write(
                """
                import http.server, os, sys

                class Health(http.server.BaseHTTPRequestHandler):
                    def do_GET(self):
                        isBrief = self.headers.get("brief") == "true"
                        if self.path != "/healthz" or not isBrief:
                            self.send_response(400)
                        else:
                            self.send_response(200 if os.path.exists(sys.argv[1]) else 503)
                        self.end_headers()

                http.server.HTTPServer(("127.0.0.1", 9879), Health).serve_forever()

                """,
                to: "agent.py"
            )
        }

        /// Starts a node's agent.
        func start(_ node: String, on host: NetworkHost) throws -> RunningProcess {
            try host.command(["python3", program, directory.path(node)]).start(log: directory.path("\(node).log"))
        }

        /// Lets a node's agent say from now on that it is ready.
        func makeReady(_ node: String) throws { try directory.write("", to: node) }

        /// Lets it say that it is not.
        func makeUnready(_ node: String) throws { try FileManager.default.removeItem(atPath: directory.path(node)) }
    }

    private static let plan = [
        HostPlan("router", on: "lan", "172.18.0.1/24"),
        HostPlan("cilium-11", on: "lan", "172.18.0.11/24"),
        HostPlan("cilium-12", on: "lan", "172.18.0.12/24"),
    ]

    private static let configuration = """
        router bgp 65000
         bgp router-id 172.18.0.1
         no bgp ebgp-requires-policy
         neighbor 172.18.0.11 remote-as 65001
         neighbor 172.18.0.12 remote-as 65001
         address-family ipv4 unicast
          maximum-paths 8
         exit-address-family
        """
}
