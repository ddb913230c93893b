import AdminServer
import BGPResources
import KubeClient
import KubeJSON
import KubeModel
import PlainMetrics
import SpeakerRuntime
import Synchronization
import TestCluster
import TestSupport
import Testing

/// What `/metrics` of a speaker has.
@Suite(.timeLimit(.minutes(10))) struct NodeMetricsTests {
    private let registry = MetricsRegistry(
        BuildInfo(version: "1.2.3", revision: nil),
        describing: SpeakerProgram.metrics
    )

    /// Every series with its value.
    private func series() -> [String: String] {
        let lines = registry.exposition().split(separator: "\n").filter { !$0.hasPrefix("#") }
        return Dictionary(
            lines.compactMap { line in
                line.lastIndex(of: " ").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
            },
            uniquingKeysWith: { "\($0) and \($1)" }
        )
    }

    private func value(_ name: String, _ labels: String = "") -> String? {
        series()[labels.isEmpty ? name : "\(name){\(labels)}"]
    }

    private func speaker(
        _ source: SpeakerConfiguration.Source,
        _ change: (inout SpeakerConfiguration) -> Void = { _ in }
    ) -> SpeakerProgram {
        var configuration = SpeakerConfiguration(node: "n1", source: source, namespace: "default")
        configuration.secretPace = .hasty
        change(&configuration)
        return SpeakerProgram(configuration, metrics: registry, logger: TestCluster.logger)
    }

    private func populate(_ cluster: TestCluster, _ world: TestNode) async throws {
        for text in [
            world.node, world.nodeConfig, world.peerConfig, world.advertisement, world.service("web", "192.0.2.1"),
        ] { try await cluster.apply(text) }
    }

    private static func peer(_ number: UInt8) -> String {
        #"bgp_instance="main",peer="tor",peer_address="127.77.\#(number).1",peer_asn="65000""#
    }

    @Test func `a thousand services are as many series as one, and every series is described`() async throws {
        let world = TestNode(number: 111)
        let router = TestRouter(111)
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            try await running([router.speaker] + speaker(.server(cluster.client)).services) {
                try await eventually("routes arrive", is: ["10.244.1.0/24", "192.0.2.1/32"]) { await router.routes() }
                try await eventually("all is written", is: true) {
                    series().keys.contains { $0.contains(#"resource="bgpnodeconfigs/status""#) }
                }
                let before = Set(series().keys)
                let services = (1...1000).map { number in
                    world.service("s\(number)", "198.18.\(number / 250).\(number % 250)")
                }
                for some in stride(from: 0, to: 1000, by: 100) {
                    try await cluster.apply(services[some..<(some + 100)].joined(separator: "---\n"))
                }
                try await eventually("all are announced", is: "1002") {
                    value(
                        "martlet_bgp_prefixes_advertised",
                        #"bgp_instance="main",family="ipv4/unicast",peer="tor",peer_address="127.77.111.1",peer_asn="65000""#
                    )
                }
                #expect(value("martlet_store_objects", #"kind="Service""#) == "1001")
                // Status and events may be written for the first time meanwhile, by no more resources than there are.
                let new = Set(series().keys).subtracting(before).filter { !$0.hasPrefix("martlet_api_") }
                #expect(new.isEmpty)
                #expect(series().keys.count { $0.hasPrefix("martlet_api_requests_total") } < 40)
                #expect(series().filter { $0.value.contains(" and ") } == [:], "no series is there twice")
                let names = Set(SpeakerProgram.metrics.map(\.name))
                for line in registry.exposition().split(separator: "\n") where line.hasPrefix("# TYPE ") {
                    #expect(names.contains(String(line.split(separator: " ")[2])), "\(line)")
                }
            }
        }
    }

    @Test func `a change is timed from its event to the last UPDATE, and what changes no route is not`() async throws {
        let world = TestNode(number: 112)
        let router = TestRouter(112)
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            let speaker = speaker(.server(cluster.client))
            try await running([router.speaker] + speaker.services) {
                try await eventually("routes arrive", is: ["10.244.1.0/24", "192.0.2.1/32"]) { await router.routes() }
                let name = "martlet_bgp_convergence_seconds_count"
                let before = try #require(value(name, #"bgp_instance="main""#).flatMap { Int($0) })
                // A service that nothing is announced for.
                try await cluster.apply(
                    "apiVersion: v1\nkind: Service\nmetadata: {name: idle, namespace: default}\n"
                        + "spec: {type: ClusterIP, clusterIP: 10.96.0.10, ports: [{port: 80}]}\n"
                )
                try await eventually("it is seen", is: "2") { value("martlet_store_objects", #"kind="Service""#) }
                try await cluster.apply(world.service("api", "192.0.2.2"))
                try await eventually("it is announced", is: 3) { await router.routes().count }
                try await eventually("one change is counted, or two with its endpoints", is: true) {
                    let count = value(name, #"bgp_instance="main""#).flatMap { Int($0) } ?? 0
                    return (before + 1...before + 2).contains(count)
                }
                #expect(value("martlet_bgp_session_up", Self.peer(112)) == "1")
                #expect(value("martlet_bgp_session_state", Self.peer(112)) == "6")
                #expect(value("martlet_datapath_ready") == "1")
                #expect(value("martlet_running_on_saved_state") == "0")
                #expect(value("martlet_watch_connected", #"resource="services""#) == "1")
            }
        }
        #expect(
            series().keys.filter { $0.hasPrefix("martlet_bgp_session") } == [],
            "sessions go with the program's end"
        )
    }

    @Test func `a drain goes from state to state`() async throws {
        let world = TestNode(number: 113)
        let router = TestRouter(113)
        @Sendable func state() -> [String] {
            ["InService", "ShuttingDown", "LastAnnouncer", "Drained"].filter {
                value("martlet_drain_state", "state=\"\($0)\"") == "1"
            }
        }
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            try await running([router.speaker] + speaker(.server(cluster.client)).services) {
                try await eventually("the session is up", is: "1") { value("martlet_bgp_session_up", Self.peer(113)) }
                #expect(state() == ["InService"])
                try await annotate(cluster, "true")
                try await eventually("it begins", is: ["ShuttingDown"]) { state() }
                try await annotate(cluster, nil)
                try await eventually("it is taken back", is: ["InService"]) { state() }
            }
        }
    }

    private func annotate(_ cluster: TestCluster, _ wish: String?) async throws {
        let value: JSONValue = wish.map { .string($0) } ?? .null
        _ = try await cluster.client.patch(
            Node.self,
            ObjectKey(name: "n1"),
            .merge(["metadata": ["annotations": ["martlet.dev/drain": value]]])
        )
    }

    @Test func `what an earlier run saved counts as such until the API server answers`() async throws {
        let world = TestNode(number: 114)
        let router = TestRouter(114)
        let directory = try TemporaryDirectory("speaker-state", isOpen: false)
        let isAway = Mutex(false)
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            let client = cluster.client { request in
                guard !isAway.withLock({ $0 }) else { throw KubeError(.unreachable, "no route") }
                return request
            }
            try await running([router.speaker]) {
                try await running(speaker(.server(client)) { $0.stateDirectory = directory.path }.services) {
                    try await eventually("all is announced", is: 2) { await router.routes().count }
                }
                isAway.withLock { $0 = true }
                let second = speaker(.server(client)) {
                    $0.stateDirectory = directory.path
                    $0.startupTimeout = .zero
                }
                try await running(second.services) {
                    try await eventually("the saved state is announced", is: "1") {
                        value("martlet_running_on_saved_state")
                    }
                    isAway.withLock { $0 = false }
                    try await eventually("the API server answers", is: "0") { value("martlet_running_on_saved_state") }
                }
            }
        }
    }
}
