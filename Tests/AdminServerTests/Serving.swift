import AdminServer
import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import TestSupport
import Testing

/// A server of pages and one of health, on free ports for as long as a test runs.
struct Serving: Sendable {
    let pages: Int
    let health: Int
    let metrics: MetricsRegistry

    static let loopback = ListenAddress(host: "127.0.0.1", port: 0)

    /// Runs both for as long as `body` does.
    static func with(
        _ configuration: AdminServer.Configuration,
        checks: HealthChecks = HealthChecks(),
        _ body: @Sendable @escaping (Serving) async throws -> Void
    ) async throws {
        let metrics = MetricsRegistry()
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let (pagePorts, announcePages) = AsyncStream.makeStream(of: Int.self)
        let (healthPorts, announceHealth) = AsyncStream.makeStream(of: Int.self)
        let server = AdminServer(configuration, metrics: metrics, logger: logger) { announcePages.yield($0) }
        let health = HealthServer(loopback, checks, metrics: metrics, logger: logger) { announceHealth.yield($0) }
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run() }
            group.addTask { try await health.run() }
            let first = try #require(await pagePorts.first { _ in true })
            let second = try #require(await healthPorts.first { _ in true })
            try await body(Serving(pages: first, health: second, metrics: metrics))
            group.cancelAll()
        }
    }

    /// Asks for a page on a connection of its own.
    func get(_ path: String, _ headers: [(String, String)] = []) async throws -> Answer {
        try await Self.get(pages, path, headers)
    }

    func livez() async throws -> Answer { try await Self.get(health, "/livez") }

    static func get(_ port: Int, _ path: String, _ headers: [(String, String)] = []) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.headers.add(name: "connection", value: "close")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let body = try await response.body.collect(upTo: 64 << 20)
        return Answer(status: response.status.code, body: String(buffer: body), headers: response.headers.map { $0 })
    }

    struct Answer {
        let status: UInt
        let body: String
        let headers: [(name: String, value: String)]

        subscript(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name }?.value
        }
    }

    /// Sends text and takes what comes until the server closes.
    static func exchange(_ port: Int, _ text: String) async throws -> String {
        let port = try #require(UInt16(exactly: port))
        return try await NIOThreadPool.singleton.runIfActive {
            let connection = try RawConnection(from: "127.0.0.1")
            try connection.connect(to: port)
            connection.send(Array(text.utf8))
            return String(decoding: connection.rest(), as: UTF8.self)
        }
    }

    /// Connects from an address of its own, says something, and reads nothing.
    static func hold(_ port: Int, from source: String = "127.0.0.1", saying text: String) async throws -> any Channel {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: false)
            .channelOption(.socketOption(.so_rcvbuf), value: 4096)
            .bind(to: SocketAddress(ipAddress: source, port: 0))
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(ByteBuffer(string: text))
        return channel
    }
}
