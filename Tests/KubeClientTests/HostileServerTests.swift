import Glibc
import KubeClient
import KubeModel
import Logging
import Pacing
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

/// An API server that has gone mad for a while: what is followed is there in the end, whatever it said before.
@Suite(.timeLimit(.minutes(10)), .serialized) struct HostileServerTests {
    private typealias Answer = HostileServer.Answer

    private static let nest = String(repeating: "[", count: 200_000)
    private static let zeros = String(repeating: "0", count: 64 << 10)

    /// A way to answer that no list of nodes begins with.
    struct Trouble: CustomTestStringConvertible {
        let testDescription: String
        /// Whether it is what servers do every day, such as a 410 once, and no warning is due.
        var isRoutine: Bool {
            ["gone", "too many", "a wait", "a bookmark", "an event cut in the middle"].contains {
                testDescription.hasPrefix($0)
            }
        }
        /// Whether it comes in the place of a list, or of a watch.
        var isWatch = false
        fileprivate let answer: HostileServer.Answer

        fileprivate init(_ name: String, _ answer: HostileServer.Answer) {
            testDescription = name
            self.answer = answer
        }

        fileprivate init(watch name: String, _ answer: HostileServer.Answer) {
            self.init(name, answer)
            isWatch = true
        }
    }

    static let troubles: [Trouble] = [
        Trouble("no HTTP", .octets(Array(repeating: 0xFF, count: 5000))),
        Trouble("nothing", .octets([])),
        Trouble("a header that never ends", .endless(Array("HTTP/1.1 200 OK\r\nX: ".utf8), Array(zeros.utf8))),
        Trouble("no JSON", .body("<html>sign in</html>")),
        Trouble("a nest", .body(nest)),
        Trouble("a nest in an object", .body(#"{"metadata":{},"items":[{"metadata":{"name":"deep"},"spec":"# + nest)),
        Trouble("wrong types", .body(#"{"metadata":7,"items":{"a":[]}}"#)),
        Trouble("no list", .body(#"{"kind":"Status","status":"Success"}"#)),
        Trouble("cut in a chunk", .body("ffff\r\n{\"metadata\"", headers: "Transfer-Encoding: chunked\r\n")),
        Trouble("chunks of no size", .body("zz\r\n{}\r\n", headers: "Transfer-Encoding: chunked\r\n")),
        Trouble("shorter than it says", .body("{}", headers: "Content-Length: 5000\r\n")),
        Trouble("a body that never ends", .endlessBody(#"{"metadata":{},"items":["#, zeros)),
        Trouble("an error that never ends", .endlessBody("", zeros, status: 500)),
        Trouble("elsewhere", .body("", status: 301, headers: "Location: /api/v1/nodes\r\n")),
        Trouble("gone", .body(#"{"kind":"Status","reason":"Expired","code":410}"#, status: 410)),
        Trouble("too many requests", .body("slow down", status: 429, headers: "Retry-After: 1\r\n")),
        Trouble(
            "a wait of no sense",
            .body("slow down", status: 429, headers: "Retry-After: -9223372036854775808\r\n")
        ),
        Trouble(watch: "a line that is no event", .body("hello\n")),
        Trouble(
            watch: "an event of no known type",
            .body(#"{"type":"MOVED","object":{"metadata":{"name":"x"}}}"# + "\n")
        ),
        Trouble(watch: "an event without an object", .body(#"{"type":"ADDED"}"# + "\n")),
        Trouble(watch: "an object of wrong types", .body(#"{"type":"ADDED","object":{"metadata":[1]}}"# + "\n")),
        Trouble(watch: "a deletion of nothing", .body(#"{"type":"DELETED","object":{}}"# + "\n")),
        Trouble(watch: "a bookmark without a version", .body(#"{"type":"BOOKMARK","object":{}}"# + "\n")),
        Trouble(watch: "an error of wrong types", .body(#"{"type":"ERROR","object":{"code":"many"}}"# + "\n")),
        Trouble(
            watch: "gone, in an event",
            .body(#"{"type":"ERROR","object":{"code":410,"reason":"Expired"}}"# + "\n")
        ),
        Trouble(watch: "a nest in an event", .body(#"{"type":"ADDED","object":"# + nest + "\n")),
        Trouble(watch: "a line that never ends", .endlessBody(#"{"type":"ADDED","object":""#, zeros)),
        Trouble(watch: "an event cut in the middle", .body(#"{"type":"ADDED","object":{"meta"#)),
        Trouble(watch: "an event cut in a chunk", .body("ffff\r\n{\"typ", headers: "Transfer-Encoding: chunked\r\n")),
        Trouble(watch: "an error in the place of a watch that never ends", .endlessBody("", zeros, status: 503)),
    ]

    @Test(arguments: troubles)
    func `a hostile server is survived with a log line, and real objects are seen afterwards`(trouble: Trouble)
        async throws
    {
        let counts = Mutex<[Bool: Int]>([:])
        let answer: @Sendable (String) -> Answer = { target in
            let isWatch = target.contains("watch=1")
            let number = counts.withLock { counts in
                counts[isWatch, default: 0] += 1
                return counts[isWatch] ?? 0
            }
            if isWatch == trouble.isWatch, number <= 2 { return trouble.answer }
            guard isWatch else {
                return .body(#"{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"listed"}}]}"#)
            }
            return .body(
                #"{"type":"ADDED","object":{"metadata":{"name":"watched","resourceVersion":"9"}}}"# + "\n"
            )
        }
        try await HostileServer.with(answer) { port in
            let words = Words()
            try await follow(port, words) { store in
                try await eventually("both nodes are there", is: ["listed", "watched"]) {
                    store.snapshot.objects.map(\.metadata.name).sorted()
                }
            }
            #expect(trouble.isRoutine || words.all.contains { $0.contains("Node") })
            #expect(words.all.allSatisfy { $0.utf8.count < 1000 }, "\(words.all)")
        }
        // 128 MB for an answer, and what the other tests have beside it.
        #expect(try peakMemory() < 2 << 30)
    }

    @Test func `a list without an end is given up, and asked for again later`() async throws {
        let pages = Mutex(0)
        let answer: @Sendable (String) -> Answer = { target in
            guard !target.contains("watch=1") else { return .body("") }
            let page = pages.withLock { pages in
                pages += 1
                return pages
            }
            guard page <= 50 else { return .body(#"{"metadata":{"resourceVersion":"5"},"items":[]}"#) }
            return .body(#"{"metadata":{"resourceVersion":"5","continue":"more"},"items":[]}"#)
        }
        try await HostileServer.with(answer) { port in
            let words = Words()
            try await follow(port, words, longestList: 1000) { store in
                try await eventually("the store is ready", is: true) { store.isReady }
            }
            #expect(words.all.contains { $0.contains("the list of nodes has no end") })
        }
    }

    @Test func `an answer that never ends is refused by its length`() async throws {
        try await HostileServer.with({ _ in .endlessBody("", Self.zeros) }) { port in
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            let endpoint = KubeEndpoint(server: "http://127.0.0.1:\(port)")
            let transport = try HTTPTransport(endpoint, userAgent: "test", environment: [:], logger: logger)
            var request = KubeRequest(.get, "/version", timeout: nil)
            request.longestAnswer = 1 << 20
            do {
                _ = try await transport.send(request)
                Issue.record("the answer had an end")
            } catch let error as KubeError {
                #expect(error.code == .tooLong)
                #expect(error.message.hasSuffix("answers GET /version with more than 1048576 octets"))
            }
            await transport.close()
        }
    }

    @Test(arguments: ["9223372036854775807", "99999999", "-1"]) func `no server can silence a client for good`(
        wait: String
    ) {
        let response = KubeResponse(status: 429, headers: [.init("Retry-After", wait)])
        let asked = KubeError(response).retryAfter
        #expect(asked == (wait == "-1" ? .zero : .seconds(600)))
    }

    /// Follows Nodes for as long as `body` runs.
    private func follow(
        _ port: Int,
        _ words: Words,
        longestList: Int = ListLength.longest,
        _ body: (ResourceStore<Node>) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in words }
        let transport = try HTTPTransport(
            KubeEndpoint(server: "http://127.0.0.1:\(port)"),
            userAgent: "test",
            environment: [:],
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        var stores = StoreSet()
        let store = stores.register(Node.self)
        let options = WatchOptions(
            longestList: longestList,
            backoff: Backoff(first: .milliseconds(1), longest: .milliseconds(10)),
            logger: logger
        )
        let source = APISource(client: KubeClient(transport: transport), stores: stores, options: options)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await source.run() }
            do {
                try await body(store)
            } catch {
                group.cancelAll()
                _ = await group.nextResult()
                await transport.close()
                throw error
            }
            group.cancelAll()
            _ = await group.nextResult()
        }
        await transport.close()
    }

    /// The most memory that this process has had, in octets.
    private func peakMemory() throws -> Int {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else {
            throw Overdue(description: "getrusage failed")
        }
        return usage.ru_maxrss << 10
    }
}

/// Keeps every line of a log.
private final class Words: LogHandler, Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .info }
        set {}
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        let fields = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        lines.withLock { $0.append("\(event.level) \(event.message) \(fields.joined(separator: " "))") }
    }
}
