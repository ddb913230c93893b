import AdminServer
import BGPEngine
import BGPTransport
import BGPTypes
import KubeClient
import Planning
import SpeakerAPI
import SpeakerRuntime
import TestCluster
import TestSupport
import Testing

@Suite struct MissingNodeTests {
    /// What `/readyz` says.
    private func readiness(_ port: Int) async throws -> String {
        let transport = try HTTPTransport(
            KubeEndpoint(server: "http://127.0.0.1:\(port)"),
            userAgent: "test",
            environment: [:],
            logger: TestCluster.logger
        )
        let answer: Result<KubeResponse, any Error>
        do {
            answer = .success(try await transport.send(KubeRequest(.get, "/readyz")))
        } catch {
            answer = .failure(error)
        }
        await transport.close()
        return String(decoding: try answer.get().body, as: UTF8.self)
    }

    private func problem(_ port: Int) async throws -> String? {
        var found: String?
        try await SpeakerTests.asking(port) { client in
            found = try await client.send(KubeRequest(.get, "/v1/peers"), as: NodePeers.self).problem
        }
        return found
    }

    @Test func `a speaker without its Node is not ready, and says why on its pages and in the log`() async throws {
        let world = TestNode(number: 63)
        let log = LogLines()
        let (ports, told) = AsyncStream.makeStream(of: Int.self)
        try await TestCluster.with { cluster in
            try await cluster.apply(world.peerConfig)
            let speaker = speaker(.server(cluster.client), logger: log.logger, tellingPort: told) { configuration in
                configuration.admin = ListenAddress(host: "127.0.0.1", port: 0)
            }
            try await running(speaker.services) {
                guard let port = await ports.first(where: { _ in true }) else { return }
                try await eventually("it is not ready", is: true) {
                    try await readiness(port).contains(
                        "[-]node failed: there is no Node \"n1\": --node, or NODE_NAME, "
                    )
                }
                try await eventually("the log says so", is: 1) {
                    log.all.count { $0.contains("NoSuchNode") && $0.contains("there is no Node \"n1\"") }
                }
                #expect(try await problem(port)?.hasPrefix("there is no Node \"n1\"") == true)
                try await cluster.apply(world.node)
                try await eventually("it is ready", is: "ok") { try await readiness(port) }
                #expect(try await problem(port) == nil)
            }
        }
    }

    @Test func `a speaker names the Nodes that its manifests have instead, and uses none of their configurations`()
        async throws
    {
        let world = TestNode(number: 64)
        let router = TestRouter(64)
        let directory = try TemporaryDirectory("speaker-manifests")
        for (file, text) in [
            ("1.yaml", world.node.replacing("name: n1", with: "name: node1")), ("2.yaml", world.clusterConfig),
            ("3.yaml", world.peerConfig), ("4.yaml", world.override), ("5.yaml", world.advertisement),
        ] { try directory.write(text, to: file) }
        let (ports, told) = AsyncStream.makeStream(of: Int.self)
        let speaker = speaker(.directory(directory.path), tellingPort: told) { configuration in
            configuration.admin = ListenAddress(host: "127.0.0.1", port: 0)
        }
        try await running([router.speaker] + speaker.services) {
            guard let port = await ports.first(where: { _ in true }) else { return }
            try await eventually("it is not ready", is: true) {
                try await readiness(port).contains("there is no Node \"n1\" among the manifests, there is node1")
            }
            #expect(speaker.sessions.snapshot() == [])
            try directory.write(world.node, to: "0.yaml")
            try await eventually("it is ready", is: "ok") { try await readiness(port) }
            try await eventually("it has its session", is: .established) { router.node?.state }
        }
    }

    @Test func `a speaker says that no BGPClusterConfig selects its Node, and which label would`()
        async throws
    {
        let world = TestNode(number: 66)
        let log = LogLines()
        let directory = try TemporaryDirectory("speaker-manifests")
        try directory.write(world.peerConfig, to: "1.yaml")
        let speaker = speaker(.directory(directory.path), logger: log.logger)
        try await running(speaker.services) {
            try await eventually("the log says so", is: 1) {
                log.all.count {
                    $0.hasPrefix("warning nothing is announced") && $0.contains("reason=NotSelected")
                        && $0.contains("which has kubernetes.io/hostname=n1")
                }
            }
        }
    }

    @Test func `a speaker whose manifests have no Node is a router without Kubernetes`() async throws {
        let world = TestNode(number: 65)
        let router = TestRouter(65)
        let directory = try TemporaryDirectory("speaker-manifests")
        let routerID = world.override.replacing("- name: main", with: "- name: main\n      routerID: 127.77.65.2")
        for (file, text) in [
            ("2.yaml", world.clusterConfig), ("3.yaml", world.peerConfig), ("4.yaml", routerID),
            ("5.yaml", world.advertisement),
        ] { try directory.write(text, to: file) }
        let speaker = speaker(.directory(directory.path))
        try await running([router.speaker] + speaker.services) {
            try await eventually("it has its session", is: .established) { router.node?.state }
        }
    }
}
