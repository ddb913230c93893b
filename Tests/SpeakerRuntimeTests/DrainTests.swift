import BGPEngine
import BGPResources
import BGPTransport
import BGPTypes
import BGPWire
import KubeClient
import KubeJSON
import KubeModel
import Planning
import SpeakerRuntime
import TestCluster
import TestSupport
import Testing

struct DrainTests {
    /// Another node that announces what has the policy Cluster, as its speaker would report.
    private let other = """
        apiVersion: v1
        kind: Node
        metadata: {name: n2}
        status: {addresses: [{type: InternalIP, address: 127.77.0.9}]}
        ---
        apiVersion: martlet.dev/v2
        kind: BGPNodeConfig
        metadata: {name: n2}
        spec:
          bgpInstances:
            - name: main
              localASN: 65001
              routerID: 127.77.0.9
              peers: [{name: tor, peerAddress: 127.77.0.1, peerASN: 65000, peerConfigRef: {name: tor}}]
        status:
          bgpInstances: [{name: main, peers: [{name: tor, peeringState: established}]}]

        """

    private func pinned(_ world: TestNode) -> String {
        world.service("pinned", "192.0.2.2")
            .replacing("type: ClusterIP", with: "type: LoadBalancer\n  externalTrafficPolicy: Local")
    }

    private func annotate(_ cluster: TestCluster, _ value: JSONValue, at request: JSONValue = .null) async throws {
        let annotations: JSONValue = [
            "metadata": ["annotations": [DrainRequest.annotation: value, DrainRequest.requestAnnotation: request]]
        ]
        _ = try await cluster.client.patch(Node.self, ObjectKey(name: "n1"), .merge(annotations))
    }

    /// The routes of the router, those with GRACEFUL_SHUTDOWN marked.
    private func routes(_ router: TestRouter) async -> [String] {
        let peer = PeerID(instance: "router", peer: "node")
        return await router.speaker.received(peer, family: .ipv4Unicast).map { route in
            let isLeaving = route.attributes.communities.contains(.gracefulShutdown)
            return "\(route.prefix)\(isLeaving ? " leaving" : "")"
        }
        .sorted()
    }

    private func condition(_ cluster: TestCluster) async throws -> String? {
        try await cluster.conditions(BGPNodeConfig.self, "n1")?["Drained"]
    }

    private static let all = ["10.244.1.0/24", "192.0.2.1/32", "192.0.2.2/32"]
    private static let leaving = ["10.244.1.0/24", "192.0.2.1/32 leaving", "192.0.2.2/32 leaving"]
    /// What is left of a drain: the pod network, and the Service that no other node announces.
    private static let kept = ["10.244.1.0/24", "192.0.2.2/32 leaving"]

    /// A node with a router, two Services, and another node that announces one of them as well.
    private func withCluster(
        _ number: UInt8,
        _ body: @Sendable (TestCluster, TestRouter) async throws -> Void
    ) async throws {
        let node = TestNode(number: number)
        let router = TestRouter(number)
        try await TestCluster.with { cluster in
            for text in [
                other, node.node, node.nodeConfig, node.peerConfig, node.advertisement,
                node.service("web", "192.0.2.1"), pinned(node),
            ] { try await cluster.apply(text) }
            try await running([router.speaker]) { try await body(cluster, router) }
        }
    }

    /// Runs the speaker until a drain has withdrawn what the other node announces, then `body`.
    private func drained(
        _ cluster: TestCluster,
        _ router: TestRouter,
        _ body: @Sendable () async throws -> Void = {}
    ) async throws {
        let clock = ManualClock()
        try await running(speaker(.server(cluster.client)) { $0.clock = clock }.services) {
            try await eventually("all is announced", is: Self.all) { await routes(router) }
            try await eventually("it is in service", is: "False InService") { try await condition(cluster) }
            try await annotate(cluster, "true")
            try await eventually("routers are asked to leave", is: Self.leaving) { await routes(router) }
            try await eventually("it says so", is: "False ShuttingDown") { try await condition(cluster) }
            // The timeout of the start and the grace period.
            await clock.waitForSleepers(2)
            clock.advance(by: .seconds(10))
            try await eventually("the rest is withdrawn", is: Self.kept) { await routes(router) }
            try await eventually("it says why", is: "False LastAnnouncer") { try await condition(cluster) }
            try await body()
        }
    }

    @Test func `a drain moves traffic first, then withdraws what other nodes announce, and the session stays`()
        async throws
    {
        try await withCluster(31) { cluster, router in
            try await drained(cluster, router) {
                #expect(router.node?.establishedTransitions == 1)
            }
        }
    }

    @Test func `a forced drain withdraws what no other node announces as well`() async throws {
        try await withCluster(33) { cluster, router in
            try await drained(cluster, router) {
                try await annotate(cluster, "force")
                try await eventually("even that is withdrawn", is: ["10.244.1.0/24"]) { await routes(router) }
                try await eventually("it is done", is: "True Drained") { try await condition(cluster) }
                #expect(router.node?.establishedTransitions == 1, "the session stays")
            }
        }
    }

    @Test func `an undrain and a drain that arrive as one change are answered by name`() async throws {
        try await withCluster(34) { cluster, router in
            try await drained(cluster, router) {
                let time = "2026-11-30T09:00:00.000001Z"
                try await annotate(cluster, "true", at: .string(time))
                try await eventually("it names the request that it follows", is: true) {
                    let config = try await cluster.client.get(BGPNodeConfig.self, ObjectKey(name: "n1"))
                    let condition = config.status?.conditions.of(.drained)
                    return condition.map { DrainCondition.answers($0, time) } ?? false
                }
                #expect(try await condition(cluster) == "False LastAnnouncer")
            }
        }
    }

    @Test func `a speaker that restarts takes up its drain without announcing anything again`() async throws {
        try await withCluster(35) { cluster, router in
            try await drained(cluster, router)
            // The clock stands still: what is withdrawn now was not announced once more for a grace period.
            try await running(speaker(.server(cluster.client)) { $0.clock = ManualClock() }.services) {
                try await eventually("the session is back", is: 2) { router.node?.establishedTransitions }
                try await eventually("nothing else is announced", is: Self.kept) { await routes(router) }
                try await eventually("it says why", is: "False LastAnnouncer") { try await condition(cluster) }
            }
        }
    }

    @Test func `a drained node announces again what it alone has, and everything after the undrain`() async throws {
        try await withCluster(36) { cluster, router in
            try await drained(cluster, router) {
                try await cluster.client.delete(BGPNodeConfig.self, ObjectKey(name: "n2"))
                try await eventually("the other announcer is gone", is: Self.leaving) { await routes(router) }
                try await annotate(cluster, .null)
                try await eventually("everything is back", is: Self.all) { await routes(router) }
                try await eventually("it is in service", is: "False InService") { try await condition(cluster) }
            }
        }
    }

    @Test func `an invalid annotation drains nothing and is reported`() async throws {
        let world = TestNode(number: 32)
        let router = TestRouter(32)
        try await TestCluster.with { cluster in
            for text in [world.node, world.nodeConfig, world.peerConfig, world.advertisement] {
                try await cluster.apply(text)
            }
            try await cluster.apply(world.service("web", "192.0.2.1"))
            try await annotate(cluster, "yes")
            try await running([router.speaker] + speaker(.server(cluster.client)).services) {
                try await eventually("all is announced", is: ["10.244.1.0/24", "192.0.2.1/32"]) {
                    await routes(router)
                }
                try await eventually("it says what is wrong", is: "False InvalidAnnotation") {
                    try await condition(cluster)
                }
                @Sendable func events() async throws -> [String] {
                    try await cluster.client.list(Event.self).items.filter { $0.reason == "InvalidAnnotation" }
                        .compactMap(\.note)
                }
                let field = "metadata.annotations[martlet.dev/drain]"
                let first = "\(field): expected true, force or false, found \"yes\""
                try await eventually("an event says so", is: [first]) { try await events() }
                try await annotate(cluster, "now")
                try await eventually("also of the next", is: 2) { try await events().count }
            }
        }
    }
}
