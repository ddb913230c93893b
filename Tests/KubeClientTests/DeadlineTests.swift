import KubeClient
import KubeJSON
import KubeModel
import Logging
import Signals
import TestSupport
import Testing

/// A server that begins and does not go on, or goes on by an octet at a time: every request has an end.
@Suite(.timeLimit(.minutes(5))) struct DeadlineTests {
    private static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// Gives every request a short time.
    private struct Hurried: KubeTransport {
        let inner: any KubeTransport

        private func hurried(_ request: KubeRequest) -> KubeRequest {
            var request = request
            request.timeout = .milliseconds(200)
            return request
        }

        func send(_ request: KubeRequest) async throws -> KubeResponse { try await inner.send(hurried(request)) }

        func read(
            _ request: KubeRequest,
            take: @escaping @Sendable ([UInt8]) throws -> Void
        ) async throws -> KubeResponse {
            try await inner.read(hurried(request), take: take)
        }

        func stream(_ request: KubeRequest) async throws -> KubeStream { try await inner.stream(hurried(request)) }
    }

    static let stalls: [(String, HostileServer.Answer)] = [
        ("no answer", .stalled([])),
        ("half a head", .stalled(Array("HTTP/1.1 200 OK\r\nContent-".utf8))),
        ("a head alone", .stalledBody("")),
        ("the beginning of a list", .stalledBody(#"{"metadata":{},"items":[{"metadata":{"name":"a"}},"#)),
        ("a head by the octet", .trickling(Array("HTTP/1.1 200 OK\r\nX: ".utf8), UInt8(ascii: "x"))),
        ("a list by the octet", .tricklingBody(#"{"metadata":{},"items":[{"metadata":{"name":""#, UInt8(ascii: "x"))),
        ("spaces", .tricklingBody("", UInt8(ascii: " "))),
    ]

    private func expectTimeOut(
        _ endpoint: KubeEndpoint,
        _ name: String,
        _ work: (KubeClient) async throws -> Void
    ) async throws {
        let transport = try HTTPTransport(endpoint, userAgent: "test", environment: [:], logger: Self.quiet)
        do {
            try await work(KubeClient(transport: Hurried(inner: transport)))
            Issue.record("\(name): there was an answer")
        } catch let error as KubeError {
            #expect(error.code == .timedOut, "\(name): \(error.message)")
            #expect(error.message.contains("did not answer in time"), "\(name): \(error.message)")
        }
        await transport.close()
    }

    @Test(arguments: stalls) func `every request that stalls ends, however far it got`(
        name: String,
        answer: HostileServer.Answer
    ) async throws {
        try await HostileServer.with({ _ in answer }) { port in
            let endpoint = KubeEndpoint(server: "http://127.0.0.1:\(port)")
            try await expectTimeOut(endpoint, "\(name), get") { _ = try await $0.get(Node.self, ObjectKey(name: "a")) }
            try await expectTimeOut(endpoint, "\(name), list") { _ = try await $0.list(Node.self) }
            try await expectTimeOut(endpoint, "\(name), status") {
                let status: JSONValue = ["status": [:]]
                try await $0.apply(Node.type, ObjectKey(name: "a"), status, fieldManager: "test", subresource: "status")
            }
        }
    }

    @Test func `a handshake that stalls ends`() async throws {
        try await HostileServer.with({ _ in .stalled([]) }) { port in
            let endpoint = KubeEndpoint(server: "https://127.0.0.1:\(port)")
            try await expectTimeOut(endpoint, "handshake") { _ = try await $0.get(Node.self, ObjectKey(name: "a")) }
        }
    }

    @Test func `a stream has a limited time to begin`() async throws {
        try await HostileServer.with({ _ in .stalled([]) }) { port in
            let request = KubeRequest.watch(Node.type, from: "1", timeout: .seconds(290))
            try await expectTimeOut(KubeEndpoint(server: "http://127.0.0.1:\(port)"), "watch") {
                _ = try await $0.open(request)
            }
        }
    }

    @Test func `a watch that outlives its timeout by far is ended`() async throws {
        let clock = ManualClock()
        let script = Script([list([node("a", 1)], version: 10)])
        var stores = StoreSet()
        let store = stores.register(Node.self)
        let options = WatchOptions(
            watchTimeout: .seconds(290),
            idleTimeout: .seconds(90),
            clock: clock,
            logger: Self.quiet
        )
        let source = APISource(client: KubeClient(transport: script.transport), stores: stores, options: options)
        try await withThrowingTaskGroup { group in
            group.addTask { try await source.run() }
            let first = try await script.nextWatch()
            for version in 11...15 {
                await clock.waitForSleepers(1)
                try first.send("ADDED", node("n\(version)", version))
                try await store.signal.wait { store.snapshot[ObjectKey(name: "n\(version)")] != nil }
                clock.advance(by: .seconds(90))
            }
            let second = try await script.nextWatch()
            #expect(second.request.query.contains(.init("resourceVersion", "15")))
            group.cancelAll()
            _ = await group.nextResult()
        }
    }
}
