import AdminServer
import BGPEngine
import BGPResources
import BGPTransport
import KubeClient
import KubeModel
import Planning
import SpeakerRuntime
import Synchronization
import TestCluster
import TestSupport
import Testing

@Suite struct DatapathGateTests {
    private static let all = ["10.244.1.0/24", "192.0.2.1/32"]

    private func populate(_ cluster: TestCluster, _ world: TestNode) async throws {
        for text in [
            world.node, world.nodeConfig, world.peerConfig, world.advertisement, world.service("web", "192.0.2.1"),
        ] { try await cluster.apply(text) }
    }

    private func condition(_ cluster: TestCluster) async throws -> Condition? {
        try await cluster.client.get(BGPNodeConfig.self, ObjectKey(name: "n1")).status?.conditions.of("DataPathReady")
    }

    @Test func `the gate opens when the first program that listens is ready, and names it`() async throws {
        let world = TestNode(number: 60)
        let router = TestRouter(60)
        let isReady = Flag()
        let (ports, told) = AsyncStream.makeStream(of: Int.self)
        let agent = AdminServer(
            AdminServer.Configuration(
                ListenAddress(host: "127.0.0.1", port: 0),
                health: HealthChecks(ready: [HealthCheck("maps") { isReady.isSet ? nil : "not written" }])
            ),
            metrics: MetricsRegistry(),
            logger: TestCluster.logger,
            onListening: { told.yield($0) }
        )
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            try await running([router.speaker, agent]) {
                guard let port = await ports.first(where: { _ in true }) else { return }
                let speaker = speaker(.server(cluster.client)) { configuration in
                    configuration.datapathProbe = .auto
                    configuration.datapathPrograms = [
                        DatapathProgram(name: "nobody", port: 1, path: "/"),
                        DatapathProgram(name: "the agent", port: UInt16(port), path: "/readyz"),
                    ]
                }
                try await running(speaker.services) {
                    try await eventually("the status says who is waited for", is: true) {
                        let message = try await condition(cluster)?.message ?? ""
                        return message.contains("the agent: http://127.0.0.1:\(port)/readyz answered 503")
                    }
                    #expect(await router.routes() == ["10.244.1.0/24"])
                    isReady.set()
                    try await eventually("the service follows", is: Self.all) { await router.routes() }
                    try await eventually("the status names who said so", is: true) {
                        let condition = try await condition(cluster)
                        return condition?.status == .true
                            && condition?.message?.contains("the agent at http://127.0.0.1:\(port)/readyz") == true
                    }
                }
            }
        }
    }

    @Test func `the gate opens after thirty seconds when nothing listens, and says that the data path is unknown`()
        async throws
    {
        let world = TestNode(number: 61)
        let router = TestRouter(61)
        let clock = ManualClock()
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            let speaker = speaker(.server(cluster.client)) { configuration in
                configuration.clock = clock
                configuration.datapathProbe = .auto
                configuration.datapathPrograms = [DatapathProgram(name: "nobody", port: 1, path: "/")]
            }
            try await running([router.speaker] + speaker.services) {
                try await eventually("what needs no data path is announced", is: ["10.244.1.0/24"]) {
                    await router.routes()
                }
                await clock.waitForSleepers(1, within: StartGate.interval)
                clock.advance(by: .seconds(29))
                await clock.waitForSleepers(1, within: StartGate.interval)
                try await eventually("the status says that it waits", is: .false) {
                    try await condition(cluster)?.status
                }
                #expect(await router.routes() == ["10.244.1.0/24"])
                clock.advance(by: .seconds(1))
                try await eventually("the service follows", is: Self.all) { await router.routes() }
                try await eventually("the status says so", is: "Unknown DataPathUnknown") {
                    try await cluster.conditions(BGPNodeConfig.self, "n1")?["DataPathReady"]
                }
            }
        }
    }

    /// Set once.
    private final class Flag: Sendable {
        private let value = Mutex(false)
        var isSet: Bool { value.withLock { $0 } }
        func set() { value.withLock { $0 = true } }
    }
}
