import AdminServer
import BGPEngine
import BGPResources
import BGPTransport
import BGPTypes
import KubeClient
import KubeJSON
import KubeModel
import Planning
import SpeakerAPI
import SpeakerRuntime
import Synchronization
import TestCluster
import TestSupport
import Testing

struct SpeakerTests {
    private func populate(_ cluster: TestCluster, _ world: TestNode) async throws {
        for text in [
            world.node, world.nodeConfig, world.peerConfig, world.advertisement, world.service("web", "192.0.2.1"),
        ] { try await cluster.apply(text) }
    }

    private func status(_ cluster: TestCluster) async throws -> BGPNodeConfig.Status? {
        try await cluster.client.get(BGPNodeConfig.self, ObjectKey(name: "n1")).status
    }

    @Test func `a speaker announces, reports once, and says goodbye when its node is let go`() async throws {
        let world = TestNode(number: 2)
        let router = TestRouter(2)
        let clock = ManualClock()
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            let (client, writes) = cluster.recorded()
            let speaker = speaker(.server(client)) { $0.statusClock = clock }
            try await running([router.speaker] + speaker.services) {
                try await eventually("routes arrive", is: ["10.244.1.0/24", "192.0.2.1/32"]) { await router.routes() }
                try await eventually("the status says so", is: 2 as Int?) {
                    clock.advance(by: .seconds(1))
                    return try await status(cluster)?.advertisedRoutes
                }
                #expect(try await status(cluster)?.sessions == SessionCounts(established: 1, total: 1))
                let before = writes.writes.count
                try await cluster.apply(world.service("api", "192.0.2.2"))
                // Whatever a change brings about until it is announced makes no write of its own.
                try await eventually("the third is announced", is: 3) {
                    speaker.sessions.snapshot().first?.families.first?.announced
                }
                #expect(writes.writes.count == before)
                try await eventually("the third is counted", is: 3 as Int?) {
                    clock.advance(by: .seconds(1))
                    return try await status(cluster)?.advertisedRoutes
                }
                #expect(
                    writes.writes.dropFirst(before) == ["PATCH /apis/martlet.dev/v2/bgpnodeconfigs/n1/status"]
                )
                try await eventually("an event says the session is up", is: ["SessionEstablished"]) {
                    try await cluster.client.list(Event.self).items.map(\.reason)
                }
                try await cluster.client.delete(BGPNodeConfig.self, ObjectKey(name: "n1"))
                try await eventually("the router hears why", is: true) {
                    router.node?.lastFailure?.explanation.description.contains("no longer selected for BGP") ?? false
                }
                #expect(await router.routes() == [])
                try await cluster.apply(world.nodeConfig)
                try await eventually("and is told again", is: ["10.244.1.0/24", "192.0.2.1/32", "192.0.2.2/32"]) {
                    await router.routes()
                }
            }
        }
    }

    @Test func `a program that ends closes its sessions without a word`() async throws {
        let world = TestNode(number: 3)
        let router = TestRouter(3)
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            try await running([router.speaker]) {
                try await running(speaker(.server(cluster.client)).services) {
                    try await eventually("the session is up", is: .established) { router.node?.state }
                }
                try await eventually("the router sees it end", is: true) { router.node?.state != .established }
                let evidence = router.node?.lastFailure?.evidence
                guard case .disconnected(_, in: .established)? = evidence else {
                    Issue.record(
                        "expected a closed connection without NOTIFICATION, saw \(String(describing: evidence))"
                    )
                    return
                }
            }
        }
    }

    @Test func `no service is announced before the data path answers`() async throws {
        let world = TestNode(number: 4)
        let router = TestRouter(4)
        let isOpen = Mutex(false)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let gate = AdminServer(
            AdminServer.Configuration(
                ListenAddress(host: "127.0.0.1", port: 0),
                health: HealthChecks(ready: [HealthCheck("rules") { isOpen.withLock { $0 } ? nil : "not written" }])
            ),
            metrics: MetricsRegistry(),
            logger: TestCluster.logger,
            onListening: { port.yield($0) }
        )
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            try await running([router.speaker, gate]) {
                guard let port = await ports.first(where: { _ in true }) else { return }
                let speaker = speaker(.server(cluster.client)) { configuration in
                    configuration.datapathProbe = .url("http://127.0.0.1:\(port)/readyz")
                }
                try await running(speaker.services) {
                    try await eventually("what needs no data path is announced", is: ["10.244.1.0/24"]) {
                        await router.routes()
                    }
                    try await eventually("the status says what is missing", is: "False Waiting") {
                        try await cluster.conditions(BGPNodeConfig.self, "n1")?["DataPathReady"]
                    }
                    isOpen.withLock { $0 = true }
                    try await eventually("the service follows", is: ["10.244.1.0/24", "192.0.2.1/32"]) {
                        await router.routes()
                    }
                }
            }
        }
    }

    @Test func `without an API server the saved state is used after the startup timeout`() async throws {
        let world = TestNode(number: 5)
        let router = TestRouter(5)
        let directory = try TemporaryDirectory("speaker-state", isOpen: false)
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            try await running([router.speaker]) {
                let first = speaker(.server(cluster.client)) { $0.stateDirectory = directory.path }
                try await running(first.services) {
                    try await eventually("all is announced", is: ["10.244.1.0/24", "192.0.2.1/32"]) {
                        await router.routes()
                    }
                }
                let silent = KubeClient(transport: InMemoryTransport { _ in throw KubeError(.unreachable, "gone") })
                let clock = ManualClock()
                let second = speaker(.server(silent)) { configuration in
                    configuration.stateDirectory = directory.path
                    configuration.clock = clock
                }
                try await running(second.services) {
                    await clock.waitForSleepers(1)
                    #expect(second.sessions.snapshot() == [])
                    clock.advance(by: .seconds(3))
                    try await eventually("all is announced again", is: .established) { router.node?.state }
                    try await eventually("with all routes", is: ["10.244.1.0/24", "192.0.2.1/32"]) {
                        await router.routes()
                    }
                }
            }
        }
    }

    @Test func `a rule that is broken in the API changes nothing, over a restart too`() async throws {
        let world = TestNode(number: 6)
        let router = TestRouter(6)
        let directory = try TemporaryDirectory("speaker-state", isOpen: false)
        let all = ["10.244.1.0/24", "192.0.2.1/32"]
        // keepAlive > holdTime is a CEL rule, which the lab's server does not evaluate.
        let broken = world.peerConfig.replacing("keepAliveTimeSeconds: 10", with: "keepAliveTimeSeconds: 40")
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            try await running([router.speaker]) {
                let first = speaker(.server(cluster.client)) { $0.stateDirectory = directory.path }
                try await running(first.services) {
                    try await eventually("all is announced", is: all) { await router.routes() }
                    try await cluster.apply(broken)
                    try await cluster.apply(world.service("api", "192.0.2.2"))
                    try await eventually("the rest goes on", is: all + ["192.0.2.2/32"]) { await router.routes() }
                    #expect(router.node?.establishedTransitions == 1)
                }
                let second = speaker(.server(cluster.client)) { $0.stateDirectory = directory.path }
                try await running(second.services) {
                    try await eventually("the session comes back", is: 2) { router.node?.establishedTransitions }
                    try await eventually("with all routes", is: all + ["192.0.2.2/32"]) { await router.routes() }
                }
            }
        }
    }

    @Test func `a peer whose password is missing stays down and says so, and never shows it once it is there`()
        async throws
    {
        let world = TestNode(number: 7)
        let router = TestRouter(7)
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            try await cluster.apply(world.peerConfig.replacing("spec:\n", with: "spec:\n  authSecretRef: tor\n"))
            let (ports, port) = AsyncStream.makeStream(of: Int.self)
            let speaker = speaker(.server(cluster.client), tellingPort: port) { configuration in
                configuration.admin = ListenAddress(host: "127.0.0.1", port: 0)
            }
            try await running([router.speaker] + speaker.services) {
                guard let port = await ports.first(where: { _ in true }) else { return }
                try await eventually("the status says what is missing", is: "AuthSecretMissing") {
                    try await status(cluster)?.bgpInstances.first?.peers.first?.lastError?.reason
                }
                #expect(try await cluster.conditions(BGPNodeConfig.self, "n1")?["Ready"] == "False AuthSecretMissing")
                #expect(router.node?.establishedTransitions == 0)
                try await cluster.apply(
                    """
                    apiVersion: v1
                    kind: Secret
                    metadata: {name: tor, namespace: default}
                    data: {password: Y29ycmVjdCBob3JzZQ==}

                    """
                )
                try await eventually("nothing is missing any more", is: "True Applied") {
                    try await cluster.conditions(BGPNodeConfig.self, "n1")?["Ready"]
                }
                let sessions = speaker.sessions.snapshot()
                #expect(sessions.map(\.configuration.password?.octets.count) == [13])
                #expect(!"\(sessions)".contains("correct horse"))
                try await Self.asking(port) { client in
                    let answer = try await client.send(KubeRequest(.get, "/v1/peers"), as: JSONValue.self)
                    #expect(!"\(answer)".contains("correct horse"))
                }
            }
        }
    }

    @Test func `the pages show peers, and the routes of all three views with where they come from`() async throws {
        let world = TestNode(number: 8)
        let router = TestRouter(8)
        try await TestCluster.with { cluster in
            try await populate(cluster, world)
            let (ports, port) = AsyncStream.makeStream(of: Int.self)
            let speaker = speaker(.server(cluster.client), tellingPort: port) { configuration in
                configuration.admin = ListenAddress(host: "127.0.0.1", port: 0)
            }
            try await running([router.speaker] + speaker.services) {
                guard let port = await ports.first(where: { _ in true }) else { return }
                try await eventually("routes arrive", is: ["10.244.1.0/24", "192.0.2.1/32"]) { await router.routes() }
                try await Self.asking(port) { client in
                    let peers = try await client.send(KubeRequest(.get, "/v1/peers"), as: NodePeers.self)
                    #expect(peers.node == "n1")
                    #expect(peers.peers.map { "\($0.instance)/\($0.status.name)" } == ["main/tor"])
                    #expect(peers.peers.map(\.status.peeringState) == [.established])
                    var pages: [NodeRoutes.View: [RouteDocument]] = [:]
                    for view in [NodeRoutes.View.available, .advertised, .received] {
                        let path = "/v1/routes/\(view.rawValue)"
                        pages[view] = try await client.send(KubeRequest(.get, path), as: NodeRoutes.self).routes
                    }
                    #expect(pages[.received] == [])
                    #expect(pages[.available]?.map(\.prefix.description) == ["10.244.1.0/24", "192.0.2.1/32"])
                    let sent = try #require(pages[.advertised]?.last)
                    #expect(sent.prefix.description == "192.0.2.1/32")
                    #expect(sent.peerAddress?.description == "127.77.8.1")
                    #expect(sent.nextHop?.description == "127.77.8.2")
                    #expect(sent.asPath == [65001])
                    #expect(sent.sources?.map(\.object) == ["default/web"])
                    #expect(sent.sources?.map(\.address) == ["ExternalIP"])
                    await #expect(throws: KubeError.self) {
                        try await client.send(KubeRequest(.get, "/v1/routes/lost"))
                    }
                    let none = try await client.send(
                        KubeRequest(.get, "/v1/routes/advertised", query: [.init("peer", "other")]),
                        as: NodeRoutes.self
                    )
                    #expect(none.routes == [])
                    // Inside an asked prefix, and covering one.
                    for (asked, found) in [
                        ("192.0.2.0/24,203.0.113.0/24", "192.0.2.1/32"), ("10.244.1.9/32", "10.244.1.0/24"),
                    ] {
                        let some = try await client.send(
                            KubeRequest(.get, "/v1/routes/advertised", query: [.init("prefix", asked)]),
                            as: NodeRoutes.self
                        )
                        #expect(some.routes.map(\.prefix.description) == [found])
                    }
                }
            }
        }
    }

    static func asking(_ port: Int, _ body: (KubeClient) async throws -> Void) async throws {
        let transport = try HTTPTransport(
            KubeEndpoint(server: "http://127.0.0.1:\(port)"),
            userAgent: "test",
            environment: [:],
            logger: TestCluster.logger
        )
        do {
            try await body(KubeClient(transport: transport))
        } catch {
            await transport.close()
            throw error
        }
        await transport.close()
    }
}
