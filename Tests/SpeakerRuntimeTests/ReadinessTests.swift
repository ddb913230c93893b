import AdminServer
import BGPEngine
import BGPTransport
import BGPTypes
import KubeClient
import SpeakerRuntime
import Synchronization
import TestCluster
import TestSupport
import Testing

/// What a kubelet hears of a speaker that runs without an API server, on what an earlier run left behind.
struct ReadinessTests {
    private func populate(_ cluster: TestCluster, _ world: TestNode) async throws {
        for text in [world.node, world.nodeConfig, world.peerConfig, world.advertisement] {
            try await cluster.apply(text)
        }
        try await cluster.apply(world.service("web", "192.0.2.1"))
    }

    private func answer(_ port: Int, _ path: String) async throws -> (status: Int, text: String) {
        let transport = try HTTPTransport(
            KubeEndpoint(server: "http://127.0.0.1:\(port)"),
            userAgent: "test",
            environment: [:],
            logger: TestCluster.logger
        )
        do {
            let response = try await transport.send(KubeRequest(.get, path))
            await transport.close()
            return (response.status, String(decoding: response.body, as: UTF8.self))
        } catch {
            await transport.close()
            throw error
        }
    }

    @Test(arguments: [KubeError.Code.unreachable, .forbidden])
    func `on saved state it announces and is alive, and is ready only once changes are followed again`(
        code: KubeError.Code
    ) async throws {
        let number: UInt8 = code == .forbidden ? 81 : 80
        let world = TestNode(number: number)
        let router = TestRouter(number)
        let routes = ["10.244.1.0/24", "192.0.2.1/32"]
        let directory = try TemporaryDirectory("speaker-state", isOpen: false)
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            try await running([router.speaker]) {
                let first = speaker(.server(cluster.client)) { $0.stateDirectory = directory.path }
                try await running(first.services) {
                    try await eventually("all is announced", is: routes) { await router.routes() }
                }
                let isAway = Mutex(true)
                let client = cluster.client { request in
                    guard isAway.withLock({ $0 }) else { return request }
                    throw KubeError(code, "gone")
                }
                let clock = ManualClock()
                let (ports, port) = AsyncStream.makeStream(of: Int.self)
                let second = speaker(.server(client), tellingPort: port) { configuration in
                    configuration.stateDirectory = directory.path
                    configuration.clock = clock
                    configuration.admin = ListenAddress(host: "127.0.0.1", port: 0)
                }
                try await running(second.services) {
                    guard let port = await ports.first(where: { _ in true }) else { return }
                    let early = try await answer(port, "/readyz")
                    #expect(early.status == 503)
                    await clock.waitForSleepers(1)
                    clock.advance(by: .seconds(3))
                    try await eventually("the saved routes are announced", is: routes) { await router.routes() }
                    // Not ready: what changes now is not seen. Alive: a restart would not help.
                    let running = try await answer(port, "/readyz")
                    #expect(running.status == 503)
                    #expect(running.text.contains("[-]synced failed: "), "\(running.text)")
                    #expect(running.text.contains("services not loaded yet: gone"), "\(running.text)")
                    #expect(try await answer(port, "/livez").status == 200)
                    isAway.withLock { $0 = false }
                    try await eventually("it is ready again", is: 200) { try await answer(port, "/readyz").status }
                    #expect(await router.routes() == routes)
                    #expect(router.node?.state == .established)
                }
            }
        }
    }
}
