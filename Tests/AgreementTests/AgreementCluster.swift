import AdminSecurity
import AdminServer
import BGPTypes
import FoundationEssentials
import Inspection
import KubeClient
import KubeJSON
import KubeModel
import OperatorRuntime
import PlainText
import ServiceLifecycle
import SpeakerRuntime
import TestCluster
import TestSupport
import kubectl_bgp

/// A cluster in this process on addresses of its own: API server, operator, a speaker a node, two routers.
struct AgreementCluster: Sendable {
    /// Where a generated cluster's parts are, in 127.`number`.0.0/16.
    struct Plan: Sendable {
        let number: UInt8

        static let nodes = ["n1", "n2", "n3"]
        static let instances = ["main", "second"]
        /// The peers by name, with the router each leads to.
        static let peers = ["outer", "inner", "spare"]

        /// The address of a node's speaker.
        func node(_ name: String) -> IPv4Address {
            IPv4Address(127, number, 10 + Self.index(of: name, in: Self.nodes), 200)
        }

        /// Where a session comes from: every one from an address of its own.
        func source(_ session: SessionName) -> IPv4Address {
            let instance = Self.index(of: session.instance, in: Self.instances)
            let peer = Self.index(of: session.peer, in: Self.peers)
            return IPv4Address(
                127,
                number,
                10 + Self.index(of: session.node, in: Self.nodes),
                1 + instance * 8 + peer
            )
        }

        /// A port that no other instance of any node listens on.
        func port(_ node: String, _ instance: String) -> Int {
            let instance = Self.index(of: instance, in: Self.instances)
            return 20_000 + Int(number) * 8 + Int(Self.index(of: node, in: Self.nodes)) * 2 + Int(instance)
        }

        /// The address of the router that a peer's name leads to: the first two to the one outside, the others inside.
        func router(_ peer: String) -> IPv4Address { IPv4Address(127, number, 0, peer == "inner" ? 2 : 1) }

        /// The AS of the router that a peer's name leads to.
        static func asNumber(_ peer: String) -> UInt32 { peer == "inner" ? 65001 : 65000 }

        /// Every session that may come to be.
        var sessions: [SessionName] {
            Self.nodes.flatMap { node in
                Self.instances.flatMap { instance in
                    Self.peers.map { SessionName(node: node, instance: instance, peer: $0) }
                }
            }
        }

        private static func index(of name: String, in names: [String]) -> UInt8 {
            UInt8(clamping: names.firstIndex(of: name) ?? names.count)
        }
    }

    let plan: Plan
    let cluster: TestCluster
    let routers: [AgreementRouter]

    static let namespace = "martlet-system"

    /// Runs everything on 127.`number`.0.0/16 for as long as `body` does.
    static func with(_ number: UInt8, _ body: @Sendable (AgreementCluster) async throws -> Void) async throws {
        let plan = Plan(number: number)
        try await TestCluster.with { cluster in
            let routers = [("outer", 65000), ("inner", 65001)].map { peer, asNumber in
                AgreementRouter(
                    address: plan.router(peer),
                    asNumber: ASNumber(rawValue: asNumber),
                    sessions: Dictionary(uniqueKeysWithValues: plan.sessions.map { ($0, plan.source($0)) })
                )
            }
            var services: [any ServiceLifecycle.Service] = routers.map(\.speaker)
            var settings = OperatorConfiguration(
                source: .server(cluster.client),
                namespace: namespace,
                identity: "test"
            )
            settings.electsLeader = false
            // Others take over what is left long before the speakers have waited for them.
            settings.deletionPatience = DeletionPatience(wait: .seconds(2), quiet: .milliseconds(200))
            settings.secretPace = .hasty
            services += Operator(settings, metrics: MetricsRegistry(), logger: TestCluster.logger).services
            for node in Plan.nodes {
                var settings = SpeakerConfiguration(
                    node: node,
                    source: .server(cluster.client),
                    namespace: namespace
                )
                settings.admin = ListenAddress(host: plan.node(node).description, port: 9179)
                settings.secretPace = .hasty
                settings.adminSecurity = .reviewed(.selfSigned)
                services +=
                    SpeakerProgram(settings, metrics: MetricsRegistry(), logger: TestCluster.logger).services
            }
            let rack = AgreementCluster(plan: plan, cluster: cluster, routers: routers)
            for namespace in ["shop", namespace] {
                try await cluster.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: \(namespace)}\n")
            }
            try await cluster.apply(
                "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: bgp-viewer, namespace: \(namespace)}\n"
            )
            for node in Plan.nodes { try await cluster.apply(rack.pod(node)) }
            try await running(services) { try await body(rack) }
        }
    }

    private func pod(_ node: String) -> String {
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: bgp-speaker-\(node)
          namespace: \(Self.namespace)
          labels: {app.kubernetes.io/name: bgp-speaker}
        spec:
          nodeName: \(node)
          serviceAccountName: bgp-speaker
          hostNetwork: true
          containers: [{name: speaker, image: speaker, ports: [{name: admin, containerPort: 9179}]}]
        status: {phase: Running, podIP: \(plan.node(node))}

        """
    }

    /// All objects that a plan reads, as the API server has them, as one List.
    func objects() async throws -> JSONValue {
        var items: [JSONValue] = []
        for (path, apiVersion, kind) in Self.collections {
            let list = try await cluster.client.send(KubeRequest(.get, path), as: JSONValue.self)
            for item in list["items"]?.array ?? [] {
                var members = item.object ?? [:]
                members["apiVersion"] = .string(apiVersion)
                members["kind"] = .string(kind)
                items.append(.object(members))
            }
        }
        items += try await pluginObjects()
        return ["apiVersion": "v1", "kind": "List", "items": .array(items)]
    }

    private static let collections: [(String, String, String)] =
        [
            ("/api/v1/nodes", "v1", "Node"), ("/api/v1/services", "v1", "Service"),
            ("/api/v1/secrets", "v1", "Secret"),
            ("/apis/discovery.k8s.io/v1/endpointslices", "discovery.k8s.io/v1", "EndpointSlice"),
            ("/apis/networking.k8s.io/v1/servicecidrs", "networking.k8s.io/v1", "ServiceCIDR"),
        ]
        + [
            ("bgpclusterconfigs", "BGPClusterConfig"), ("bgppeerconfigs", "BGPPeerConfig"),
            ("bgpadvertisements", "BGPAdvertisement"), ("bgpnodeconfigoverrides", "BGPNodeConfigOverride"),
            ("bgpnodeconfigs", "BGPNodeConfig"), ("loadbalancerippools", "LoadBalancerIPPool"),
        ].map { ("/apis/martlet.dev/v2/\($0)", "martlet.dev/v2", $1) }

    /// Runs `kubectl bgp` in this process and reads the document it prints.
    func bgp(_ words: [String]) async throws -> JSONValue {
        let output = TextCollector()
        let errors = TextCollector()
        let console = Console(output: output, errors: errors, now: { Timestamp(secondsSinceEpoch: 1_800_000_000) })
        let status = await KubectlBGP.run(
            words + ["-o", "json"],
            on: console,
            clusters: OneCluster(client: cluster.client)
        )
        guard status != .failure, status != .usage, errors.text.isEmpty else {
            throw Overdue(description: "kubectl bgp \(words.joined(separator: " ")): \(status) \(errors.text)")
        }
        return try JSON.decode(JSONValue.self, from: Data(output.text.utf8))
    }

    /// What `kubectl bgp plan` makes of objects, compared with others if given.
    func plan(_ objects: JSONValue, against previous: JSONValue? = nil) async throws -> JSONValue {
        let directory = try TemporaryDirectory("agreement")
        func file(_ name: String, _ objects: JSONValue) throws -> String {
            // One Secret at least: without any, a plan of manifests takes those that are named to exist.
            let items = (objects["items"]?.array ?? []) + [Self.unusedSecret]
            let list: JSONValue = ["apiVersion": "v1", "kind": "List", "items": .array(items)]
            return try directory.write(String(decoding: try JSON.encode(list), as: UTF8.self), to: name)
        }
        var words = ["plan", "-f", try file("new.json", objects)]
        if let previous { words += ["--against", try file("old.json", previous)] }
        return try await bgp(words)
    }

    private static let unusedSecret: JSONValue = [
        "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "unused", "namespace": "default"],
    ]

    /// The four views: the plan is given, the others are asked for now.
    func agreement(_ objects: JSONValue, _ plan: JSONValue) async throws -> Agreement {
        var tables: [KnownRouter] = []
        for router in routers { tables.append(await router.known()) }
        return try await Agreement(objects, plan: plan, tables: tables, asking: bgp)
    }
}

/// Connects to the test's cluster whatever the flags say.
struct OneCluster: ClusterConnector {
    let client: KubeClient

    func withCluster<Result: Sendable>(
        _ options: ConnectionOptions,
        _ work: (kubectl_bgp.Cluster) async throws -> Result
    ) async throws -> Result {
        try await work(kubectl_bgp.Cluster(client: client))
    }

    func contextNames(_ options: ConnectionOptions) -> [String] { [] }
}
