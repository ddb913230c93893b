import BGPTypes
import Synchronization
import TestSupport
import Testing

extension Shipping {
    /// Both images as pods of `config/`, run by runc: users, capabilities, mounts and arguments are the manifests'.
    @Suite(.enabled(if: tools.isMet, "\(tools.comment)")) struct ImageRunTests {
        @Test func `containers announce a route to a router, and end when asked to`() async throws {
            try await ImageRack.with { rack in
                let proxy = try rack.startProxy()
                defer { proxy.stop() }
                let operating = try await rack.startOperator()
                let speaking = try await rack.startSpeaker()
                try await eventually("the router's table", is: Self.table) { try await rack.router.table(.ipv4) }
                #expect(try await rack.router.neighbors() == ["172.16.10.11": "Established"])

                // What the kernel knows of them is what the manifests ask for.
                let speaker = try await speaking.kernelStatus()
                #expect(speaker["Uid"] == "0 0 0 0")
                #expect(speaker["CapEff"] == "0000000000000400")
                #expect(speaker["CapBnd"] == "0000000000000400")
                #expect(speaker["NoNewPrivs"] == "1")
                #expect(speaker["Seccomp"] == "2")
                let operatorStatus = try await operating.kernelStatus()
                #expect(operatorStatus["Uid"] == "65532 65532 65532 65532")
                #expect(operatorStatus["CapBnd"] == "0000000000000000")
                #expect(operatorStatus["NoNewPrivs"] == "1")
                #expect(operatorStatus["Seccomp"] == "2")
                #expect(try await rack.isReady())

                // The plugin is there for kubectl exec, and nothing else that could be run.
                let plugin = try await speaking.run("kubectl-bgp", "version", "--client")
                #expect(plugin.output.hasPrefix("Client Version: v"), "\(plugin)")
                let peers = try await speaking.run("kubectl-bgp", "peers", "--local")
                #expect(peers.succeeded && peers.output.contains("172.16.10.1"), "\(peers)")
                #expect(try await speaking.run("sh", "-c", "true").succeeded == false)

                // The end of a pod is a restart to the router, which keeps the route for the next speaker.
                #expect(await speaking.process.stop() == .exited(0), "\(speaking.log)")
                #expect(try await rack.router.table(.ipv4) == Self.table)
                let next = try await rack.startSpeaker()
                try await eventually("the session is back", is: ["172.16.10.11": "Established"]) {
                    try await rack.router.neighbors()
                }
                try await eventually("the router's table", is: Self.table) { try await rack.router.table(.ipv4) }
                #expect(await next.process.stop() == .exited(0), "\(next.log)")
                #expect(await operating.process.stop() == .exited(0), "\(operating.log)")
            }
        }

        private static let table = RouterTable([
            "203.0.113.1/32": [
                RouterPath(nextHop: "172.16.10.11", asPath: [65001], localPreference: 100)
            ]
        ])
    }
}

/// What runs beside the containers.
private let tools = Requirement.root(
    and: "runc",
    "skopeo",
    "openssl",
    "socat",
    "curl",
    "python3",
    "/usr/sbin/bird",
    "kubectl"
)

/// A node and its router, a cluster's API, and a place for the operator's pod.
private final class ImageRack: Sendable {
    let router: BIRD
    private let network: VirtualNetwork
    private let api: PodAPI
    private let state: TemporaryDirectory
    private let containers = Mutex<[Container]>([])

    private init(_ network: VirtualNetwork) throws {
        self.network = network
        api = try PodAPI(on: network.control)
        router = try BIRD(.two, on: network["router"], OneNodeSite.router())
        state = try TemporaryDirectory("state", isOpen: false)
    }

    static func with(_ body: (ImageRack) async throws -> Void) async throws {
        let plan = [
            HostPlan("router", on: "rack", "172.16.10.1/24"), HostPlan("node1", on: "rack", "172.16.10.11/24"),
            HostPlan("operator", links: []),
        ]
        try await VirtualNetwork.with(plan) { network in
            let rack = try ImageRack(network)
            do {
                try await rack.start()
                try await body(rack)
            } catch {
                let logs = rack.containers.withLock { $0.map(\.log) }
                let others = await [rack.api.log, rack.router.log]
                await rack.stop()
                throw Overdue(description: "\(error)\n\((logs + others).joined(separator: "\n---\n"))")
            }
            await rack.stop()
        }
    }

    private func start() async throws {
        try await router.start()
        try await api.start()
        try await OneNodeSite.apply(to: api)
        try await api.kubectl("apply", manifest: OneNodeSite.configuration())
    }

    private func stop() async {
        containers.withLock { $0 = [] }
        await router.stop()
        await api.stop()
    }

    /// Starts what kube-proxy serves on a node that forwards service traffic.
    func startProxy() throws -> NodeHealth { try NodeHealth(on: network["node1"]) }

    func startOperator() async throws -> Container {
        try await start(
            "bgp-operator",
            on: "operator",
            try ContainerPlan(
                manifest: "config/operator/deployment.yaml",
                fields: ["metadata.namespace": "martlet-system", "metadata.name": "bgp-operator-0"],
                folders: ["api-access": try await api.token(of: "bgp-operator")]
            )
        )
    }

    func startSpeaker() async throws -> Container {
        try await start(
            "bgp-speaker",
            on: "node1",
            try ContainerPlan(
                manifest: "config/speaker/daemonset.yaml",
                fields: ["metadata.namespace": "martlet-system", "spec.nodeName": "node1"],
                folders: ["state": state.path, "api-access": try await api.token(of: "bgp-speaker")]
            )
        )
    }

    private func start(_ program: String, on host: String, _ plan: ContainerPlan) async throws -> Container {
        var plan = plan
        plan.environment.merge(api.environment) { $1 }
        let image = try await ShippedImage.of(program)
        let container = try Container(image, plan, on: network[host])
        containers.withLock { $0.append(container) }
        return container
    }

    /// What the kubelet asks the speaker on its node.
    func isReady() async throws -> Bool {
        try await network["node1"].command("curl", "-fsS", "http://127.0.0.1:9180/readyz").result().succeeded
    }
}
