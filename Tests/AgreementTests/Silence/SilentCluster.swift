import AdminSecurity
import AdminServer
import BGPEngine
import BGPTransport
import BGPTypes
import BGPWire
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

/// A site that runs: API server, operator, the speaker of its node, and its router, with what they log.
struct SilentCluster: Sendable {
    private let cluster: TestCluster
    private let router: BGPServer
    private let log: LogLines

    private static let namespace = "martlet-system"
    private static let node = IPv4Address(127, 66, 10, 1)
    private static let id = PeerID(instance: "router", peer: "n1")

    /// Runs a site for as long as `body` does.
    static func with(_ site: SilentSite, _ body: @Sendable (SilentCluster) async throws -> Void) async throws {
        try await TestCluster.with { cluster in
            let log = LogLines()
            for namespace in ["shop", namespace] {
                try await cluster.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: \(namespace)}\n")
            }
            try await cluster.apply(Self.pod)
            for object in site.objects { try await cluster.apply(object + "\n") }
            var settings = OperatorConfiguration(
                source: .server(cluster.client),
                namespace: namespace,
                identity: "test"
            )
            settings.electsLeader = false
            settings.secretPace = .hasty
            settings.routerIDPool = site.routerIDs
            var speaker = SpeakerConfiguration(node: "n1", source: .server(cluster.client), namespace: namespace)
            speaker.admin = ListenAddress(host: node.description, port: 9179)
            speaker.adminSecurity = .reviewed(.selfSigned)
            speaker.secretPace = .hasty
            // Where the machine's own default route leads is nobody's peer.
            speaker.network = { take in
                try await NetworkMonitor().run { network in
                    var network = network
                    network.defaultGateways = []
                    await take(network)
                }
            }
            site.speaker(&speaker)
            // It listens from now on, and would go on if nothing ended it.
            let router = Self.router(listens: site.hasRouter)
            let services =
                [router as any ServiceLifecycle.Service]
                + Operator(settings, metrics: MetricsRegistry(), logger: log.logger).services
                + SpeakerProgram(speaker, metrics: MetricsRegistry(), logger: log.logger).services
            try await running(services) {
                try await body(SilentCluster(cluster: cluster, router: router, log: log))
            }
        }
    }

    private static func router(listens: Bool) -> BGPServer {
        let address = IPv4Address(127, 66, 0, 1)
        let router = BGPServer(listenAddresses: [.v4(address)], restarted: false, logger: TestCluster.logger)
        router.announce([:], isComplete: true)
        guard listens, let routerID = RouterID(rawValue: address.rawValue) else { return router }
        let peer = PeerConfiguration(
            name: "n1",
            remote: ScopedAddress(.v4(node)),
            remoteAS: 65001,
            localAS: 65000,
            routerID: routerID,
            families: [.ipv4Unicast],
            isPassive: true
        )
        router.apply([
            InstanceConfiguration(
                name: "router",
                localAS: 65000,
                routerID: routerID,
                localPort: 1791,
                peers: [InstanceConfiguration.Peer(peer)]
            )
        ])
        return router
    }

    private static let pod = """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: bgp-viewer, namespace: \(namespace)}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: bgp-speaker-n1, namespace: \(namespace), labels: {app.kubernetes.io/name: bgp-speaker}}
        spec:
          nodeName: n1
          serviceAccountName: bgp-speaker
          hostNetwork: true
          containers: [{name: speaker, image: speaker, ports: [{name: admin, containerPort: 9179}]}]
        status: {phase: Running, podIP: \(node)}

        """

    /// Applies an object as a user does.
    func apply(_ text: String) async throws { try await cluster.apply(text + "\n") }

    /// Waits until the router has exactly these prefixes of the node.
    func routerHas(_ prefixes: [String]) async throws {
        try await eventually("the router's table", is: prefixes) {
            await router.received(Self.id, family: .ipv4Unicast).map(\.prefix.description).sorted()
        }
    }

    /// What a command of `kubectl bgp` prints.
    func bgp(_ words: [String]) async -> String {
        let output = TextCollector()
        let console = Console(
            output: output,
            errors: TextCollector(),
            now: { Timestamp(secondsSinceEpoch: 1_800_000_000) }
        )
        _ = await KubectlBGP.run(words, on: console, clusters: OneCluster(client: cluster.client))
        return output.text
    }

    /// A condition as `Status Reason message`; empty while it is not there.
    func condition(_ told: Silence.Told) async throws -> String {
        let path = "/apis/martlet.dev/v2/\(told.kind)/\(told.name)"
        let object = try await cluster.client.send(KubeRequest(.get, path), as: JSONValue.self)
        let conditions = object["status"]?["conditions"]?.array ?? []
        guard let found = conditions.first(where: { $0["type"]?.string == told.type }) else { return "" }
        return ["status", "reason", "message"].compactMap { found[$0]?.string }.joined(separator: " ")
    }

    /// Whether some line of the log has all of these parts.
    func hasLogged(_ parts: [String]) -> Bool {
        log.all.contains { line in parts.allSatisfy(line.contains) }
    }

    /// Every line of the log.
    var lines: [String] { log.all }
}
