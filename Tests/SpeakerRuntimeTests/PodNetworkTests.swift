import BGPEngine
import BGPTransport
import FoundationEssentials
import KubeClient
import KubeModel
import Logging
import SpeakerRuntime
import Synchronization
import TestCluster
import TestSupport
import Testing

/// What a speaker announces of its node's pods on a cluster with a network plugin that has kinds of its own.
@Suite(.timeLimit(.minutes(10))) struct PodNetworkTests {
    /// The API server's kinds as TestCluster has them, the node, and nothing of a plugin.
    private func populate(_ cluster: TestCluster, _ world: TestNode) async throws {
        for text in [world.node, world.nodeConfig, world.peerConfig, world.advertisement] {
            try await cluster.apply(text)
        }
    }

    /// A client that remembers for which collections it asked.
    private func listening(_ cluster: TestCluster, to requests: Requests) -> KubeClient {
        cluster.client(through: { request in
            requests.note(request)
            return request
        })
    }

    @Test func `a speaker announces Cilium's network, never the one that the controller manager put on the Node`()
        async throws
    {
        let world = TestNode(number: 50)
        let router = TestRouter(50)
        try await TestCluster.with { cluster in
            try await cluster.apply(PluginKinds.ciliumNodes)
            try await cluster.apply(PluginKinds.ciliumNode("n2", "10.244.1.0/24"))
            try await populate(cluster, world)
            try await cluster.apply(world.service("web", "192.0.2.1"))
            let seen = RouteWatch(router)
            try await running([router.speaker] + speaker(.server(cluster.client)).services) {
                // The node's own object comes later than the Node and the speaker.
                try await eventually("the rest is announced", is: ["192.0.2.1/32"]) { await seen.routes() }
                try await cluster.apply(PluginKinds.ciliumNode("n1", ""))
                try await cluster.apply(world.service("api", "192.0.2.2"))
                try await eventually("what follows", is: ["192.0.2.1/32", "192.0.2.2/32"]) { await seen.routes() }
                try await cluster.apply(PluginKinds.ciliumNode("n1", "10.42.1.0/24"))
                try await eventually("its network", is: ["10.42.1.0/24", "192.0.2.1/32", "192.0.2.2/32"]) {
                    await seen.routes()
                }
                try await cluster.apply(PluginKinds.ciliumNode("n1", "10.42.9.0/24"))
                try await eventually("another one", is: ["10.42.9.0/24", "192.0.2.1/32", "192.0.2.2/32"]) {
                    await seen.routes()
                }
                #expect(!seen.all.contains("10.244.1.0/24"))
            }
        }
    }

    @Test
    func `a speaker asks for no missing kind, follows one that is installed later, and drops one that is removed`()
        async throws
    {
        let world = TestNode(number: 51)
        let router = TestRouter(51)
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            let requests = Requests()
            let speaker = speaker(.server(listening(cluster, to: requests)))
            try await running([router.speaker] + speaker.services) {
                try await eventually("the Node's network", is: ["10.244.1.0/24"]) { await router.routes() }
                #expect(!requests.collections.contains("ciliumnodes"))
                #expect(!requests.collections.contains("blockaffinities"))
                try await cluster.apply(PluginKinds.blockAffinities)
                try await cluster.apply(PluginKinds.blockAffinity("n1", "10.245.0.0/26"))
                try await cluster.apply(PluginKinds.blockAffinity("n1", "10.245.1.0/26", state: "pending"))
                try await cluster.apply(PluginKinds.blockAffinity("n2", "10.245.2.0/26"))
                try await eventually("Calico's block", is: ["10.245.0.0/26"]) { await router.routes() }
                try await cluster.apply(PluginKinds.blockAffinity("n1", "10.245.1.0/26"))
                try await eventually("both blocks", is: ["10.245.0.0/26", "10.245.1.0/26"]) { await router.routes() }
                try await cluster.apply(PluginKinds.blockAffinity("n1", "10.245.0.0/26", deleted: "true"))
                try await eventually("the one that stays", is: ["10.245.1.0/26"]) { await router.routes() }
                try await cluster.apply(PluginKinds.ciliumNodes)
                try await cluster.apply(PluginKinds.ciliumNode("n1", "10.42.1.0/24"))
                try await eventually("Cilium's before Calico's", is: ["10.42.1.0/24"]) { await router.routes() }
                for kind in [CiliumNode.type, BlockAffinity.type] {
                    let key = ObjectKey(name: kind.definitionName)
                    try await cluster.client.delete(CustomResourceDefinition.self, key)
                }
                try await eventually("the Node's again", is: ["10.244.1.0/24"]) { await router.routes() }
                #expect(router.node?.establishedTransitions == 1)
            }
        }
    }

    @Test func `a speaker is ready and announces where an older installation grants no access to these kinds`()
        async throws
    {
        let world = TestNode(number: 52)
        let router = TestRouter(52)
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            let client = cluster.client(through: { request in
                guard !Requests.ofPlugins.contains(where: { request.path.hasSuffix($0) }) else {
                    throw KubeError(KubeResponse(status: 403))
                }
                return request
            })
            try await running([router.speaker] + speaker(.server(client)).services) {
                try await eventually("the Node's network", is: ["10.244.1.0/24"]) { await router.routes() }
            }
        }
    }

    @Test func `the log says what was searched when there is no network`() async throws {
        let world = TestNode(number: 53)
        let router = TestRouter(53)
        let log = Warnings()
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            try await cluster.apply(PluginKinds.ciliumNodes)
            let speaker = speaker(.server(cluster.client), logger: log.logger)
            try await running([router.speaker] + speaker.services) {
                try await eventually("a line", is: true) {
                    log.all.contains {
                        $0.hasPrefix("a pod network is not announced") && $0.contains("there is no CiliumNode/n1")
                    }
                }
            }
        }
    }

    @Test func `a speaker reads a plugin's objects among manifests`() async throws {
        let world = TestNode(number: 54)
        let router = TestRouter(54)
        let directory = try TemporaryDirectory("pod-networks")
        let files = [
            world.node, world.clusterConfig, world.override, world.peerConfig, world.advertisement,
            PluginKinds.ciliumNode("n1", "10.42.1.0/24"), PluginKinds.ciliumNode("n2", "10.42.2.0/24"),
        ]
        for (number, text) in files.enumerated() { try directory.write(text, to: "\(number).yaml") }
        try await running([router.speaker] + speaker(.directory(directory.path)).services) {
            try await eventually("Cilium's", is: ["10.42.1.0/24"]) { await router.routes() }
            try directory.write(PluginKinds.ciliumNode("n1", ""), to: "5.yaml")
            try directory.write(world.service("web", "192.0.2.1"), to: "7.yaml")
            try await eventually("nothing of it, and not the Node's", is: ["192.0.2.1/32"]) { await router.routes() }
            for number in [5, 6] { try FileManager.default.removeItem(atPath: directory.path("\(number).yaml")) }
            try await eventually("the Node's", is: ["10.244.1.0/24", "192.0.2.1/32"]) { await router.routes() }
        }
    }
}

/// Which collections were asked for.
private final class Requests: Sendable {
    /// The ends of the paths that have to do with plugins.
    static let ofPlugins = ["/customresourcedefinitions", "/ciliumnodes", "/blockaffinities"]

    private let seen = Mutex<Set<String>>([])

    var collections: Set<String> { seen.withLock { $0 } }

    func note(_ request: KubeRequest) {
        let name = request.path.split(separator: "/").last.map(String.init) ?? ""
        seen.withLock { _ = $0.insert(name) }
    }
}

/// Every prefix that a router ever had when somebody looked.
private final class RouteWatch: Sendable {
    private let router: TestRouter
    private let seen = Mutex<Set<String>>([])

    init(_ router: TestRouter) {
        self.router = router
    }

    var all: Set<String> { seen.withLock { $0 } }

    func routes() async -> [String] {
        let routes = await router.routes()
        seen.withLock { $0.formUnion(routes) }
        return routes
    }
}

/// Keeps what is logged as a warning, with its metadata.
private final class Warnings: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(warnings: self) } }

    private struct Handler: LogHandler {
        let warnings: Warnings
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.warning

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            warnings.lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }
}
