import BGPEngine
import BGPResources
import BGPTransport
import BGPTypes
import BGPWire
import KubeClient
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

    @Test func `a drain moves traffic first, keeps what no other node announces, outlives a restart, and ends`()
        async throws
    {
        let world = TestNode(number: 31)
        let router = TestRouter(31)
        let clock = ManualClock()
        try await TestCluster.with { cluster in
            for text in [
                other, world.node, world.nodeConfig, world.peerConfig, world.advertisement,
                world.service("web", "192.0.2.1"), pinned(world),
            ] { try await cluster.apply(text) }
            let all = ["10.244.1.0/24", "192.0.2.1/32", "192.0.2.2/32"]
            try await running([router.speaker]) {
                try await running(speaker(.server(cluster.client)) { $0.clock = clock }.services) {
                    try await eventually("all is announced", is: all) { await routes(router) }
                    try await eventually("it is in service", is: "False InService") { try await condition(cluster) }

                    try await annotate(cluster, "true")
                    let leaving = ["10.244.1.0/24", "192.0.2.1/32 leaving", "192.0.2.2/32 leaving"]
                    try await eventually("routers are asked to leave", is: leaving) { await routes(router) }
                    try await eventually("it says so", is: "False ShuttingDown") { try await condition(cluster) }

                    // The speaker's patience and the grace period.
                    await clock.waitForSleepers(2)
                    clock.advance(by: .seconds(10))
                    let kept = ["10.244.1.0/24", "192.0.2.2/32 leaving"]
                    try await eventually("the rest is withdrawn", is: kept) { await routes(router) }
                    try await eventually("it says why", is: "False LastAnnouncer") { try await condition(cluster) }
                    #expect(router.node?.establishedTransitions == 1, "the session stays")

                    try await annotate(cluster, "force")
                    try await eventually("even that is withdrawn", is: ["10.244.1.0/24"]) { await routes(router) }
                    try await eventually("it is done", is: "True Drained") { try await condition(cluster) }
                    #expect(router.node?.establishedTransitions == 1, "the session stays")
                    // As an undrain and a drain that the speaker sees as one change.
                    let time = "2026-11-30T09:00:00.000001Z"
                    try await annotate(cluster, "force", at: .string(time))
                    try await eventually("it names the request that it follows", is: true) {
                        let config = try await cluster.client.get(BGPNodeConfig.self, ObjectKey(name: "n1"))
                        let condition = config.status?.conditions.of(DrainCondition.type)
                        return condition.map { DrainCondition.answers($0, time) } ?? false
                    }
                    #expect(try await condition(cluster) == "True Drained")
                }
                try await annotate(cluster, "true")
                // The clock stands still: what is withdrawn now was not announced once more for a grace period.
                try await running(speaker(.server(cluster.client)) { $0.clock = ManualClock() }.services) {
                    let kept = ["10.244.1.0/24", "192.0.2.2/32 leaving"]
                    try await eventually("the new run takes up the drain", is: "False LastAnnouncer") {
                        try await condition(cluster)
                    }
                    try await eventually("and nothing else is announced", is: kept) { await routes(router) }

                    try await cluster.client.delete(BGPNodeConfig.self, ObjectKey(name: "n2"))
                    let both = ["10.244.1.0/24", "192.0.2.1/32 leaving", "192.0.2.2/32 leaving"]
                    try await eventually("the last other announcer is gone", is: both) { await routes(router) }

                    try await annotate(cluster, .null)
                    try await eventually("everything is back", is: all) { await routes(router) }
                    try await eventually("it is in service", is: "False InService") { try await condition(cluster) }
                }
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
