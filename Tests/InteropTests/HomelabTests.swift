import BGPTypes
import TestSupport
import Testing

extension Interop {
    /// Three workers, two other nodes and one FRR, one AS for all: from one announcing node to all of them.
    @Suite struct HomelabTests {
        @Test func `a service is announced where its pods are, and nothing else is`() async throws {
            try await Homelab.with { homelab in
                try await homelab.settles(at: [homelab.vip: ["10.86.5.206"]], agreeing: true)
                #expect(
                    try await homelab.router.table(.ipv4)
                        == RouterTable([homelab.vip: [RouterPath(nextHop: "10.86.5.206", localPreference: 100)]])
                )
                try await eventually("all three workers have a session", is: Homelab.threeSessions) {
                    try await homelab.router.neighbors()
                }
                #expect(try await homelab.configuredNodes() == ["worker-204", "worker-205", "worker-206"])

                // Cluster: every node that has a session can serve it.
                try await homelab.setPolicy("Cluster")
                try await homelab.settles(
                    at: [homelab.vip: ["10.86.5.204", "10.86.5.205", "10.86.5.206"]],
                    agreeing: true
                )
                try await homelab.setPolicy("Local")
                try await homelab.settles(at: [homelab.vip: ["10.86.5.206"]], agreeing: true)

                // The pod moves: a new one becomes ready on .204 before the old one goes.
                let before = try await homelab.monitor.changes(of: homelab.vip, until: ["10.86.5.206"])
                try await homelab.placePods(on: "worker-206", "worker-204")
                try await homelab.settles(at: [homelab.vip: ["10.86.5.204", "10.86.5.206"]], agreeing: true)
                try await homelab.placePods(on: "worker-204")
                try await homelab.settles(at: [homelab.vip: ["10.86.5.204"]], agreeing: true)
                let moved = try await homelab.monitor.changes(of: homelab.vip, until: ["10.86.5.204"])
                #expect(
                    homelab.monitor.changes(of: homelab.vip).dropFirst(before).map(\.nextHops)
                        == [["10.86.5.204", "10.86.5.206"], ["10.86.5.204"]]
                )

                // And once more without the two overlapping: never is there a route to a node that had no pod.
                try await homelab.placePods(on: "worker-205")
                try await homelab.settles(at: [homelab.vip: ["10.86.5.205"]], agreeing: true)
                let hops = homelab.monitor.changes(of: homelab.vip).dropFirst(moved).map(\.nextHops)
                #expect(hops.allSatisfy { Set($0).isSubset(of: ["10.86.5.204", "10.86.5.205"]) })
                #expect(homelab.monitor.changes(of: homelab.internalVIP) == [])
            }
        }

        @Test func `the router keeps its route while a killed speaker is away`() async throws {
            try await Homelab.with { homelab in
                try await homelab.settles(at: [homelab.vip: ["10.86.5.206"]])
                let before = try await homelab.monitor.changes(of: homelab.vip, until: ["10.86.5.206"])
                await homelab.cluster.programs.kill("worker-206")
                _ = try await eventually("the router has lost the session") {
                    try await homelab.router.neighbors()["10.86.5.206"] != "Established" ? true : nil
                }
                try await homelab.cluster.startSpeaker("worker-206")
                try await eventually("all three are back", is: Homelab.threeSessions, within: .seconds(60)) {
                    try await homelab.router.neighbors()
                }
                try await homelab.settlesFresh()
                try await homelab.settles(at: [homelab.vip: ["10.86.5.206"]])
                let hops = homelab.monitor.changes(of: homelab.vip).dropFirst(before).map(\.nextHops)
                #expect(hops.allSatisfy { $0 == ["10.86.5.206"] })
            }
        }

        @Test func `no route is lost while API server, operator and a speaker are away`() async throws {
            try await Homelab.with { homelab in
                try await homelab.setPolicy("Cluster")
                let all: NextHops = [homelab.vip: ["10.86.5.204", "10.86.5.205", "10.86.5.206"]]
                try await homelab.settles(at: all)
                let before = try await homelab.monitor.changes(
                    of: homelab.vip,
                    until: ["10.86.5.204", "10.86.5.205", "10.86.5.206"]
                )
                if homelab.cluster.api.isOurs { await homelab.cluster.api.kill() }
                await homelab.cluster.programs.kill("operator")
                await homelab.cluster.programs.stop("worker-205")
                _ = try await eventually("the router has lost the session") {
                    try await homelab.router.neighbors()["10.86.5.205"] != "Established" ? true : nil
                }
                try await homelab.cluster.startSpeakerAlone("worker-205")
                try await eventually("all three are back", is: Homelab.threeSessions, within: .seconds(60)) {
                    try await homelab.router.neighbors()
                }
                try await homelab.settlesFresh()
                try await homelab.settles(at: all)
                let hops = homelab.monitor.changes(of: homelab.vip).dropFirst(before).map(\.nextHops)
                #expect(hops.allSatisfy { $0 == ["10.86.5.204", "10.86.5.205", "10.86.5.206"] })
            }
        }

        @Test func `a malformed object leaves every route in place`() async throws {
            try await Homelab.with { homelab in
                let kubectl = homelab.cluster.kubectl
                try await homelab.settles(at: [homelab.vip: ["10.86.5.206"]])

                // As left behind by an older definition of the kind, which let it pass.
                try await kubectl("patch", "crd", Self.advertisements, "--type=json", "-p", Self.anything)
                _ = try await eventually("the API server takes anything") {
                    try await kubectl("apply", "--validate=false", manifest: Self.malformed)
                }
                try await kubectl("apply", "-f", Checkout.path("crds/bgpadvertisements.yaml"))
                for program in ["operator", "worker-206"] {
                    _ = try await eventually("\(program) names the object") {
                        await homelab.cluster.programs.log(of: program).contains("malformed") ? true : nil
                    }
                }

                // It is skipped, by who runs and by who comes anew, and nothing else is.
                await homelab.cluster.programs.stop("worker-206")
                try await homelab.cluster.startSpeaker("worker-206")
                try await homelab.setPolicy("Cluster")
                try await homelab.settles(at: [homelab.vip: ["10.86.5.204", "10.86.5.205", "10.86.5.206"]])
                #expect(homelab.monitor.changes(of: homelab.vip).allSatisfy { $0.nextHops.contains("10.86.5.206") })
            }
        }

        private static let advertisements = "bgpadvertisements.martlet.dev"

        private static let anything = #"""
            [{"op": "replace", "path": "/spec/versions/0/schema/openAPIV3Schema",
              "value": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}]
            """#

        private static let malformed = """
            apiVersion: martlet.dev/v2
            kind: BGPAdvertisement
            metadata:
              name: malformed
              labels: {advertise: public}
            spec:
              advertisements: everything
            """

        @Test func `a firewall in the way is named within seconds`() async throws {
            try await Homelab.with(blocked: true) { homelab in
                _ = try await eventually("a first attempt fails") {
                    await homelab.cluster.programs.log(of: "worker-206").contains("session failed") ? true : nil
                }
                // From here on it is for the person who asks.
                let line = try await eventually("kubectl bgp peers says what was seen", within: .seconds(5)) {
                    let answer = try await homelab.cluster.kubectl.bgp("peers", "--node", "worker-206", "--no-headers")
                    return answer.output.contains("10.86.5.254 did not answer") ? answer.output : nil
                }
                #expect(line.contains("a firewall drops TCP 179"))
                #expect(try await homelab.router.table(.ipv4) == RouterTable())

                // It opens, and nothing needs to be done.
                try await homelab.cluster.network["router"].unblock()
                try await homelab.settles(at: [homelab.vip: ["10.86.5.206"]])
            }
        }
    }
}

/// The cluster of these tests, with the steps they are made of.
struct Homelab: Sendable {
    static let threeSessions = [
        "10.86.5.204": "Established", "10.86.5.205": "Established", "10.86.5.206": "Established",
    ]

    let cluster: Cluster
    let router: FRR
    let monitor: RouteMonitor
    /// The address that the pool gave the announced service, as a prefix.
    let vip: String
    /// The address of the service that nobody asked to announce.
    let internalVIP: String

    /// Five nodes and a router, everything applied and started.
    static func with(blocked: Bool = false, _ body: (Homelab) async throws -> Void) async throws {
        try await Cluster.with(plan) { cluster in
            let router = try FRR(on: cluster.network["router"], configuration)
            try await router.start()
            if blocked { try await cluster.network["router"].block(tcpPort: 179) }
            let monitor = try await RouteMonitor(cluster.network["router"])
            try await cluster.kubectl.apply(
                ["nodes", "pool", "services", "bgp"].map { "Tests/InteropTests/Manifests/homelab/\($0).yaml" }
            )
            try await cluster.startOperator()
            try await cluster.startSpeakers("worker-204", "worker-205", "worker-206", "control-201", "storage-207")
            let homelab = Homelab(
                cluster: cluster,
                router: router,
                monitor: monitor,
                vip: try await cluster.address(of: "traefik-ingress", in: "traefik-ingress") + "/32",
                internalVIP: try await cluster.address(of: "internal", in: "traefik-ingress") + "/32"
            )
            try await body(homelab)
        }
    }

    /// Waits until the router's table is exactly this; `agreeing` as well, until speakers, plan and `explain` say so too.
    func settles(at expected: NextHops, agreeing: Bool = false) async throws {
        try await eventually("the router's table", is: expected) { try await router.table(.ipv4).nextHops }
        guard agreeing else { return }
        try await cluster.agree(ScenarioRouter(address: "10.86.5.254", asNumber: 64555, router: router))
    }

    /// Waits until the router holds no route over from a session that went.
    func settlesFresh() async throws {
        try await eventually("the router has no stale route", is: []) { try await router.stalePaths() }
    }

    /// Sets the external traffic policy of the announced service.
    func setPolicy(_ policy: String) async throws {
        try await cluster.kubectl(
            "patch",
            "service",
            "traefik-ingress",
            "-n",
            "traefik-ingress",
            "--type=merge",
            "-p",
            #"{"spec":{"externalTrafficPolicy":"\#(policy)"}}"#
        )
    }

    /// Makes the announced service have one ready pod on each of these nodes.
    func placePods(on nodes: String...) async throws {
        let endpoints = nodes.map { node in
            """
            {"addresses":["10.42.\(node.suffix(1)).10"],"nodeName":"\(node)",
             "conditions":{"ready":true,"serving":true,"terminating":false}}
            """
        }
        try await cluster.kubectl(
            "patch",
            "endpointslice",
            "traefik-ingress-1",
            "-n",
            "traefik-ingress",
            "--type=merge",
            "-p",
            #"{"endpoints":[\#(endpoints.joined(separator: ","))]}"#
        )
    }

    /// The nodes that the operator gave a configuration.
    func configuredNodes() async throws -> [String] {
        try await cluster.kubectl("get", "bgpnodeconfigs", "-o", "jsonpath={.items[*].metadata.name}")
            .split(separator: " ").map(String.init).sorted()
    }

    private static let plan = [
        HostPlan("router", on: "lan", "10.86.5.254/24"),
        HostPlan("worker-204", on: "lan", "10.86.5.204/24"),
        HostPlan("worker-205", on: "lan", "10.86.5.205/24"),
        HostPlan("worker-206", on: "lan", "10.86.5.206/24"),
        HostPlan("control-201", on: "lan", "10.86.5.201/24"),
        HostPlan("storage-207", on: "lan", "10.86.5.207/24"),
    ]

    private static let configuration = """
        router bgp 64555
         bgp router-id 10.86.5.254
         neighbor 10.86.5.204 remote-as 64555
         neighbor 10.86.5.205 remote-as 64555
         neighbor 10.86.5.206 remote-as 64555
         address-family ipv4 unicast
          maximum-paths ibgp 8
         exit-address-family
        """
}
