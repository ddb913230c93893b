import AdminServer
import BGPResources
import BGPTypes
import KubeClient
import KubeModel
import Planning
import SpeakerAPI
import SpeakerRuntime
import TestCluster
import TestSupport
import Testing

@Suite struct FlappingTests {
    private let all = ["10.244.1.0/24", "192.0.2.1/32"]
    private let rest = ["10.244.1.0/24"]

    @Test func `a flapping slice is followed at once, then with a pause that pages show`() async throws {
        let world = TestNode(number: 40)
        let router = TestRouter(40)
        let clock = ManualClock()
        try await TestCluster.with { cluster in
            let service = world.service("web", "192.0.2.1")
            let gone = service.replacing("ready: true", with: "ready: false")
            for text in [world.node, world.nodeConfig, world.peerConfig, world.advertisement, service] {
                try await cluster.apply(text)
            }
            let (ports, port) = AsyncStream.makeStream(of: Int.self)
            let speaker = speaker(.server(cluster.client), tellingPort: port) { configuration in
                configuration.clock = clock
                configuration.admin = ListenAddress(host: "127.0.0.1", port: 0)
            }
            try await running([router.speaker] + speaker.services) {
                guard let port = await ports.first(where: { _ in true }) else { return }
                let transport = try HTTPTransport(
                    KubeEndpoint(server: "http://127.0.0.1:\(port)"),
                    userAgent: "test",
                    environment: [:],
                    logger: TestCluster.logger
                )
                defer { Task { await transport.close() } }
                let pages = KubeClient(transport: transport)
                func paused() async throws -> [String] {
                    let peers = try await pages.send(KubeRequest(.get, "/v1/peers"), as: NodePeers.self)
                    return (peers.paused ?? []).map(\.prefix.description)
                }
                try await eventually("all is announced", is: all) { await router.routes() }
                // Once away and back, as in a rollout: the clock stands still, so nothing can have waited.
                try await cluster.apply(gone)
                try await eventually("it is withdrawn", is: rest) { await router.routes() }
                try await cluster.apply(service)
                try await eventually("it returns at once", is: all) { await router.routes() }
                for _ in 0..<2 {
                    try await cluster.apply(gone)
                    try await eventually("it is withdrawn at once", is: rest) { await router.routes() }
                    try await cluster.apply(service)
                    try await eventually("it waits", is: ["192.0.2.1/32"]) { try await paused() }
                    #expect(await router.routes() == rest)
                    // The second pause is two seconds, the first one is over sooner.
                    clock.advance(by: .seconds(2))
                    try await eventually("it returns after its pause", is: all) { await router.routes() }
                    #expect(try await paused() == [])
                }
            }
        }
    }

    @Test func `twenty thousand external addresses are bounded, as status and an event say`() async throws {
        let world = TestNode(number: 42)
        let router = TestRouter(42)
        try await TestCluster.with { cluster in
            let addresses = (0..<20_000).map { "198.18.\($0 >> 8).\($0 & 255)" }.joined(separator: ", ")
            let service = world.service("web", "192.0.2.1").replacing("[192.0.2.1]", with: "[\(addresses)]")
            for text in [world.node, world.nodeConfig, world.peerConfig, world.advertisement, service] {
                try await cluster.apply(text)
            }
            try await running([router.speaker] + speaker(.server(cluster.client)).services) {
                try await eventually("the bound is reached", is: 65) { await router.routes().count }
                try await eventually("the status says so", is: "True TooManyRoutes") {
                    try await cluster.conditions(BGPNodeConfig.self, "n1")?["RoutesHeldBack"]
                }
                try await eventually("an event says so", is: true) {
                    try await cluster.client.list(Event.self).items.contains { event in
                        event.reason == "TooManyRoutes"
                            && event.note == "19936 routes of Service/default/web are held back by "
                                + "--max-routes-per-service 64"
                    }
                }
            }
        }
    }
}
