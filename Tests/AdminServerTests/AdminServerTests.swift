import AdminServer
import AsyncHTTPClient
import HostileInput
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct AdminServerTests {
    /// Runs a server on a free port for as long as `body` runs.
    private func serving(
        _ configuration: AdminServer.Configuration,
        _ body: @Sendable @escaping (String) async throws -> Void
    ) async throws {
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let server = AdminServer(
            configuration,
            metrics: MetricsRegistry(),
            logger: Logger(label: "test"),
            onListening: { announce.yield($0) }
        )
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            try await body("http://127.0.0.1:\(port)")
            group.cancelAll()
        }
    }

    private struct Answer: Equatable {
        let status: UInt
        let body: String

        init(_ status: UInt, _ body: String) {
            self.status = status
            self.body = body
        }
    }

    private func get(_ url: String) async throws -> Answer {
        let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(10))
        let body = try await response.body.collect(upTo: 1 << 20)
        return Answer(response.status.code, String(buffer: body))
    }

    @Test func `connections beyond the most that it serves are closed, and served again when there is room`()
        async throws
    {
        try await serving(.init(ListenAddress(host: "127.0.0.1", port: 0))) { url in
            let port = try #require(url.split(separator: ":").last.flatMap { Int($0) })
            let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            var held: [any Channel] = []
            for _ in 0..<AdminServer.mostConnections {
                held.append(try await bootstrap.connect(host: "127.0.0.1", port: port).get())
            }
            var request = HTTPClientRequest(url: "\(url)/livez")
            request.headers.add(name: "connection", value: "close")
            let plain = request
            _ = try await eventually("one more is closed") { () -> Bool? in
                do {
                    _ = try await HTTPClient.shared.execute(plain, timeout: .seconds(10))
                    return nil
                } catch {
                    return true
                }
            }
            for channel in held { try await channel.close() }
            _ = try await eventually("there is room again") {
                try await HTTPClient.shared.execute(plain, timeout: .seconds(10)).status == .ok ? true : nil
            }
        }
    }

    @Test func `requests that nobody means stop nothing`() async throws {
        let page = AdminPage("v1/routes/:view") { request in
            .json("\(request.parameters["view"] ?? "-") \(request.query["peer"] ?? "-")")
        }
        try await serving(.init(ListenAddress(host: "127.0.0.1", port: 0), pages: [page])) { url in
            let port = try #require(url.split(separator: ":").last.flatMap { UInt16($0) })
            try await NIOThreadPool.singleton.runIfActive {
                let request =
                    "GET /v1/routes/advertised?peer=a%20b&peer=c HTTP/1.1\r\nHost: node\r\nContent-Length: 2\r\n\r\n{}"
                var generator = MessageGenerator(seed: 1)
                for _ in 0..<300 {
                    let connection = try RawConnection(from: "127.0.0.1")
                    try connection.connect(to: port)
                    connection.send(Array(generator.damaged(request).utf8))
                }
            }
            try await #expect(get("\(url)/livez") == Answer(200, "ok"))
        }
    }

    @Test func `health endpoints say ok, list checks when asked and fail with the reason`() async throws {
        let configuration = AdminServer.Configuration(
            ListenAddress(host: "127.0.0.1", port: 0),
            live: [HealthCheck("loop") { nil }],
            ready: [HealthCheck("synced") { "services are not listed yet" }, HealthCheck("config") { nil }]
        )
        try await serving(configuration) { url in
            try await #expect(get("\(url)/livez") == Answer(200, "ok"))
            try await #expect(get("\(url)/livez?verbose") == Answer(200, "[+]loop ok\nlivez check passed\n"))
            #expect(
                try await get("\(url)/readyz")
                    == Answer(
                        503,
                        "[-]synced failed: services are not listed yet\n[+]config ok\nreadyz check failed\n"
                    )
            )
        }
    }

    @Test func `pages get their query and captured path parts`() async throws {
        let page = AdminPage("v1/routes/:view") { request in
            .json("\(request.parameters["view"] ?? "-") \(request.query["peer"] ?? "-")")
        }
        try await serving(.init(ListenAddress(host: "127.0.0.1", port: 0), pages: [page])) { url in
            try await #expect(get("\(url)/v1/routes/advertised?peer=tor%20a") == Answer(200, "advertised tor a"))
            try await #expect(get("\(url)/v1/nothing").status == 404)
        }
    }

    @Test func `metrics are served as text`() async throws {
        try await serving(.init(ListenAddress(host: "127.0.0.1", port: 0))) { url in
            try await #expect(get("\(url)/metrics").status == 200)
        }
    }
}
