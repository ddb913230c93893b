import BGPEngine
import BGPResources
import BGPTransport
import BGPTypes
import KubeClient
import KubeModel
import Planning
import SpeakerRuntime
import Synchronization
import TestCluster
import TestSupport
import Testing

/// What changes of objects do to sessions that are up.
struct SessionChangesTests {
    private static func secret(_ password: String, label: String = "a") -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: tor, namespace: default, labels: {color: \(label)}}
        stringData: {password: \(password)}

        """
    }

    @Test
    func `Secrets are read by name, those of the node's own peers alone, and another one resets its session once`()
        async throws
    {
        let world = TestNode(number: 24)
        let router = TestRouter(24, password: "first")
        let signed = world.peerConfig.replacing("spec:\n", with: "spec:\n  authSecretRef: tor\n")
        let other = Self.secret("second").replacing("name: tor", with: "name: other")
        try await TestCluster.with { cluster in
            for text in [
                world.node, world.nodeConfig, world.advertisement, Self.secret("first"), other, signed,
                signed.replacing("name: tor", with: "name: elsewhere").replacing("Ref: tor", with: "Ref: secret"),
            ] { try await cluster.apply(text) }
            let asked = Mutex<Set<String>>([])
            let client = cluster.client { request in
                if request.path.contains("/secrets") { asked.withLock { _ = $0.insert(request.path) } }
                return request
            }
            let speaker = speaker(.server(client))
            try await running([router.speaker] + speaker.services) {
                try await eventually("the session is up", is: 1) { router.node?.establishedTransitions ?? 0 }
                #expect(asked.withLock { $0 } == ["/api/v1/namespaces/default/secrets/tor"])
                router.configure(24, password: "second")
                try await cluster.apply(signed.replacing("Ref: tor", with: "Ref: other"))
                try await eventually("it is up again", is: true) {
                    let own = speaker.sessions.snapshot().first
                    return own?.state == .established && own?.configuration.password?.octets.count == 6
                }
                let own = speaker.sessions.snapshot().first
                #expect(own?.lastFailure.map { "\($0.evidence)" }?.contains("heldDown") != true)
                #expect(asked.withLock { $0 }.count == 2)
            }
        }
    }

    @Test func `a changed Secret resets the session that it signs, once, and no other`() async throws {
        let world = TestNode(number: 20)
        let signed = TestRouter(20, password: "first")
        let plain = TestRouter(21)
        let second =
            "- {name: plain, peerAddress: 127.77.21.1, peerASN: 65000, localAddress: 127.77.21.2, "
            + "peerConfigRef: {name: plain}}"
        let nodeConfig = world.nodeConfig.replacing("      peers:\n", with: "      peers:\n        \(second)\n")
        try await TestCluster.with { cluster in
            for text in [
                world.node, nodeConfig, world.advertisement, world.service("web", "192.0.2.1"), Self.secret("first"),
                world.peerConfig.replacing("spec:\n", with: "spec:\n  authSecretRef: tor\n"),
                world.peerConfig.replacing("name: tor", with: "name: plain"),
            ] { try await cluster.apply(text) }
            let reads = Mutex(0)
            let client = cluster.client { request in
                if request.path.hasSuffix("/secrets/tor") { reads.withLock { $0 += 1 } }
                return request
            }
            let speaker = speaker(.server(client))
            try await running([signed.speaker, plain.speaker] + speaker.services) {
                try await eventually("both sessions are up", is: [1, 1]) {
                    [signed, plain].map { $0.node?.establishedTransitions ?? 0 }
                }
                try await cluster.apply(Self.secret("second"))
                signed.configure(20, password: "second")
                try await eventually("the signed one is up again", is: [2, 2]) {
                    guard signed.node?.state == .established else { return [] }
                    let own = speaker.sessions.snapshot().first { $0.id.peer == "tor" }
                    return [signed.node?.establishedTransitions ?? 0, own?.establishedTransitions ?? 0]
                }
                // The same password in another version of the Secret is nothing; a route that comes after it shows so.
                try await cluster.apply(Self.secret("second", label: "b"))
                let before = reads.withLock { $0 }
                try await eventually("the new version is read", is: true) { reads.withLock { $0 } > before + 1 }
                try await cluster.apply(world.service("api", "192.0.2.2"))
                for router in [signed, plain] {
                    try await eventually("the route arrives", is: true) {
                        await router.routes().contains("192.0.2.2/32")
                    }
                }
                #expect(signed.node?.establishedTransitions == 2)
                #expect(plain.node?.establishedTransitions == 1)
            }
        }
    }

    @Test func `a limit holds back what is new, says so, and is raised without a reset`() async throws {
        let world = TestNode(number: 22)
        let router = TestRouter(22)
        let limited: @Sendable (Int) -> String = { limit in
            world.peerConfig.replacing("spec:\n", with: "spec:\n  announceLimit: \(limit)\n")
        }
        try await TestCluster.with { cluster in
            for text in [
                world.node, world.nodeConfig, limited(2), world.advertisement, world.service("web", "192.0.2.9"),
            ] { try await cluster.apply(text) }
            try await running([router.speaker] + speaker(.server(cluster.client)).services) {
                let first = ["10.244.1.0/24", "192.0.2.9/32"]
                try await eventually("what fits arrives", is: first) { await router.routes() }
                try await eventually("nothing waits yet", is: "False WithinLimits") {
                    try await cluster.conditions(BGPNodeConfig.self, "n1")?["RoutesHeldBack"]
                }
                // Lower than what is there, and yet it has to wait.
                try await cluster.apply(world.service("api", "192.0.2.1"))
                try await eventually("the status says so", is: "True AnnounceLimitReached") {
                    try await cluster.conditions(BGPNodeConfig.self, "n1")?["RoutesHeldBack"]
                }
                #expect(await router.routes() == first)
                let status = try await cluster.client.get(BGPNodeConfig.self, ObjectKey(name: "n1")).status
                let counts = status?.bgpInstances.first?.peers.first?.routeCount.first
                #expect([counts?.advertised, counts?.heldBack] == [2, 1])
                #expect(
                    status?.problem == "1 route of ipv4/unicast for peer main/tor is held back by announceLimit 2"
                )
                try await cluster.apply(limited(3))
                try await eventually("it follows", is: ["10.244.1.0/24", "192.0.2.1/32", "192.0.2.9/32"]) {
                    await router.routes()
                }
                try await eventually("nothing waits", is: "False WithinLimits") {
                    try await cluster.conditions(BGPNodeConfig.self, "n1")?["RoutesHeldBack"]
                }
                #expect(router.node?.establishedTransitions == 1)
            }
        }
    }
}
