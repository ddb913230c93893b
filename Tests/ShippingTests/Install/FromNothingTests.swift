import BGPTypes
import FoundationEssentials
import KubeModel
import TestSupport
import Testing

extension Shipping {
    /// Scenario S11: from an empty cluster to a route at a router, with the images, and with the rights, users, mounts and flags of
    /// what was installed.
    ///
    /// There is no scheduler and no kubelet here: `NodeAgent` runs the pods with runc, as the API server has them.
    @Suite(.enabled(if: tools.isMet, "\(tools.comment)")) struct FromNothingTests {
        /// The version before is the chart of the last tag, else this one under an earlier version (`EarlierChart`).
        ///
        /// Its programs are this version's in either case: CI has no time to build others.
        @Test func `Helm installs, upgrades, rolls back and uninstalls, and leaves what the notes say`() async throws {
            let earlier = try await EarlierChart()
            try await Installation.with { installation in
                let (helm, kubectl) = (installation.cluster.helm, installation.cluster.api)
                let before = try await installation.cluster.inventory()
                let notes = try await helm("install", "martlet", earlier.package, "--create-namespace")
                try await installation.agent.runOperator()
                try await installation.agent.runSpeaker()
                try await installation.announces()
                let status = try await installation.agent.speakerStatus()
                #expect(status["CapEff"] == "0000000000000400")
                #expect(status["NoNewPrivs"] == "1")

                // To this version, whose test passes, and back: the router never loses the route.
                try await helm("upgrade", "martlet", Helm.chart)
                try await installation.rollOut()
                async let test = helm("test", "martlet")
                let said = try await installation.agent.runTest()
                #expect(said.hasSuffix(" checks passed\n"), "\(said)")
                #expect(try await test.contains("Succeeded"))
                try await helm("rollback", "martlet", "1")
                try await installation.rollOut()
                #expect(installation.monitor.changes(of: Installation.prefix).map(\.nextHops) == [["172.16.10.11"]])
                #expect(try await helm.history().count == 3)

                // As the notes say: first what was wanted, then the programs.
                #expect(notes.contains("\n  kubectl delete bgpclusterconfigs --all\n"))
                try await kubectl.kubectl("delete", "bgpclusterconfigs", "--all")
                try await eventually("no node has a configuration", is: "") {
                    try await kubectl.kubectl("get", "bgpnc", "-o", "name")
                }
                try await eventually("the router has no route", is: RouterTable()) {
                    try await installation.router.table(.ipv4)
                }
                try await helm("uninstall", "martlet")
                try await installation.agent.endAll()
                try await installation.expectLeft(notes, before: before)
            }
        }

        @Test func `Helm installs a speaker that is not root and has no capability`() async throws {
            try await Installation.with(stateOwner: 65532) { installation in
                let without = ["--set", "speaker.port179=false"]
                try await installation.cluster.helm(
                    "install",
                    "martlet",
                    Helm.chart,
                    "--create-namespace",
                    without[0],
                    without[1]
                )
                try await installation.agent.runOperator()
                try await installation.agent.runSpeaker()
                try await installation.announces(localPort: nil)
                let status = try await installation.agent.speakerStatus()
                #expect(status["Uid"] == "65532 65532 65532 65532")
                #expect(status["CapBnd"] == "0000000000000000")
                try await eventually("the speaker keeps its state", is: true) { try installation.keepsState() }
                try await installation.agent.endAll()
            }
        }

        @Test func `kubectl apply -k installs`() async throws {
            try await Installation.with { installation in
                try await installation.cluster.api.kubectl("apply", "-k", Checkout.path("config/default"))
                try await installation.agent.runOperator()
                try await installation.agent.runSpeaker()
                try await installation.announces()
                try await installation.agent.endAll()
            }
        }
    }
}

/// What runs beside the pods.
private let tools = Requirement.root(
    and: "runc",
    "openssl",
    "socat",
    "curl",
    "python3",
    "/usr/sbin/bird",
    "kubectl",
    "helm"
)

/// A node with its router, and a place for the operator's pod.
private struct Installation: Sendable {
    let cluster: InstalledCluster
    let router: BIRD
    let monitor: RouteMonitor
    let agent: NodeAgent

    static let prefix = "203.0.113.1/32"

    static func with(stateOwner: Int = 0, _ body: (Installation) async throws -> Void) async throws {
        let plan =
            [
                HostPlan("router", on: "rack", "172.16.10.1/24"),
                HostPlan(NodeAgent.node, on: "rack", "172.16.10.11/24"),
            ] + NodeAgent.places.map { HostPlan($0, links: []) }
        try await InstalledCluster.with(plan) { cluster in
            let routes = "protocol kernel { ipv4 { export all; }; }"
            let router = try BIRD(.two, on: cluster.network["router"], OneNodeSite.router(protocols: routes))
            try await router.start()
            let installation = Installation(
                cluster: cluster,
                router: router,
                monitor: try await RouteMonitor(cluster.network["router"]),
                agent: try NodeAgent(of: cluster, stateOwner: stateOwner)
            )
            let proxy = try NodeHealth(on: cluster.network[NodeAgent.node])
            defer { proxy.stop() }
            try await OneNodeSite.apply(to: cluster.api)
            do {
                try await body(installation)
            } catch {
                let logs = await installation.agent.logs + [router.log]
                await router.stop()
                throw Overdue(description: "\(error)\n\(logs.joined(separator: "\n---\n"))")
            }
            await router.stop()
        }
    }

    /// Applies what is wanted, and waits until the router has the route.
    func announces(localPort: Int? = 179) async throws {
        try await cluster.api.kubectl("apply", manifest: OneNodeSite.configuration(localPort: localPort))
        try await isAnnounced()
    }

    private func isAnnounced() async throws {
        try await eventually("the session is up", is: ["172.16.10.11": "Established"]) { try await router.neighbors() }
        let table: NextHops = [Self.prefix: ["172.16.10.11"]]
        try await eventually("the router's table", is: table) { try await router.table(.ipv4).nextHops }
        try await eventually("the pods are ready", is: true) { try await agent.isReady() }
    }

    /// Replaces the pods as the installed workloads say now.
    func rollOut() async throws {
        try await agent.runOperator()
        try await agent.runSpeaker()
        try await isAnnounced()
    }

    /// What is there after the uninstall and was not before is what the notes name, and they name nothing else.
    func expectLeft(_ notes: String, before: Set<String>) async throws {
        let left = try await cluster.inventory().subtracting(before)
        let kinds = left.filter { $0.hasPrefix("customresourcedefinition.") }
        #expect(kinds.count == 6 && notes.contains("the six kinds of martlet.dev and all objects of these kinds"))
        let objects = left.filter { $0.contains(".martlet.dev/") && !kinds.contains($0) }
        #expect(
            objects == [
                "bgpadvertisement.martlet.dev/services", "bgppeerconfig.martlet.dev/tor",
                "loadbalancerippool.martlet.dev/public",
            ]
        )
        let claims = left.filter { $0.hasPrefix("configmap/") }
        #expect(claims.count == 1 && notes.contains("the ConfigMaps with\n    the claims on addresses"))
        let named = left.subtracting(kinds).subtracting(objects).subtracting(claims)
        #expect(named == ["namespace/martlet-system", "lease.coordination.k8s.io/bgp-operator"])
        #expect(
            notes.contains("the namespace martlet-system with the Secrets that hold passwords, the Lease bgp-operator")
        )

        let address = try await cluster.api.kubectl(
            "get",
            "service",
            "web",
            "-n",
            "default",
            "-o",
            "jsonpath={.status.loadBalancer.ingress[*].ip}"
        )
        #expect(address == "203.0.113.1" && notes.contains("the addresses in the status of Services"))
        #expect(try keepsState() && notes.contains("/var/lib/martlet on the nodes"))
    }

    /// Whether the speaker has left its state on the node.
    func keepsState() throws -> Bool {
        try FileManager.default.subpathsOfDirectory(atPath: agent.stateFolder).contains { $0.hasSuffix(".json") }
    }
}
