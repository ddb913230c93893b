import AdminServer
import Logging
import PlainLogging
import ServiceLifecycle
import Synchronization
import Testing

@Suite struct PlainLoggingTests {
    /// Keeps what is written, whole.
    private final class Lines: TextOutputStream, Sendable {
        let text = Mutex("")

        func write(_ string: String) { text.withLock { $0 += string } }
    }

    private struct HostileError: Error, CustomStringConvertible {
        let description: String
    }

    private static let hostile =
        "\u{1B}[2J\u{7}one\ntwo\r\u{202E}owt\u{9B}31m\u{2028}" + String(repeating: "x", count: 800_000)

    private func logged(_ body: (inout Logger) -> Void) -> String {
        let lines = Lines()
        var logger = Logger(label: "test") { label in
            PlainLogHandler(StreamLogHandler(label: label, stream: lines))
        }
        logger.logLevel = .trace
        body(&logger)
        return lines.text.withLock { $0 }
    }

    @Test func `a log line contains no control characters and is of bounded length, whatever is logged`() {
        let ways: [(inout Logger) -> Void] = [
            { $0.info("\(Self.hostile)") },
            { $0.debug("an answer", metadata: ["text": "\(Self.hostile)"]) },
            {
                $0.debug(
                    "a list",
                    metadata: ["texts": .array([.string(Self.hostile), .dictionary(["a": "\(Self.hostile)"])])]
                )
            },
            { $0.debug("many", metadata: ["texts": .array(Array(repeating: .string(Self.hostile), count: 5000))]) },
            { $0.debug("a name", metadata: ["texts": .array([.dictionary([Self.hostile: .array([])])])]) },
            { $0.debug("a value", metadata: ["text": .stringConvertible(HostileError(description: Self.hostile))]) },
            { $0.error("a failure", error: HostileError(description: Self.hostile)) },
            { logger in
                logger[metadataKey: "always"] = "\(Self.hostile)"
                logger.warning("with more", metadata: ["text": "short"])
            },
        ]
        for way in ways {
            let text = logged(way)
            #expect(text.hasSuffix("\n"))
            #expect(text.dropLast().unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
            #expect(!text.unicodeScalars.contains("\u{202E}"))
            #expect(!text.unicodeScalars.contains("\u{2028}"))
            #expect(text.utf8.count < 3000)
            #expect(text.contains("one two"))
        }
    }

    @Test func `lists and dictionaries of texts are logged as they are`() {
        let text = logged { $0.info("lists", metadata: ["lists": ["one", ["two": "three"], []]]) }
        #expect(text.contains(#"lists=["one", ["two": "three"], []] "#), "\(text)")
    }

    @Test func `other metadata is logged unchanged`() {
        let text = logged { $0.notice("the session is up", metadata: ["peer": "main/tor", "routes": "12"]) }
        #expect(text.hasSuffix("notice test: peer=main/tor routes=12 [PlainLoggingTests] the session is up\n"))
    }

    /// A service that refers to more than anybody wants to read, and ends at once.
    private struct Vast: Service {
        let graph = Array(repeating: ["key": "value"], count: 20_000)

        func run() async throws {}
    }

    @Test func `the services of a group are named without their contents`() async throws {
        let lines = Lines()
        var logger = Logger(label: "test") { StreamLogHandler(label: $0, stream: lines) }
        logger.logLevel = .trace
        let group = ServiceGroup(named: [Vast(), Vast()], logger: logger)
        let error = await #expect(throws: ServiceGroupError.self) { try await group.run() }
        let text = lines.text.withLock { $0 } + "\(String(describing: error))\n"
        #expect(text.contains("Vast"))
        #expect(!text.contains("value"))
        #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count < 500 })
    }

    @Test func `log messages are counted by level, and suppressed ones are not`() {
        let registry = MetricsRegistry()
        let counts = LogCounts(registry)
        let lines = Lines()
        var logger = Logger(label: "test") { label in
            PlainLogHandler(StreamLogHandler(label: label, stream: lines), counts: counts)
        }
        logger.logLevel = .info
        logger.debug("not written")
        logger.warning("one")
        logger.warning("two")
        logger.error("three")
        let series = registry.exposition().split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
        #expect(series.count == Logger.Level.allCases.count)
        #expect(
            series.filter { !$0.hasSuffix(" 0") } == [
                "martlet_log_messages_total{level=\"error\"} 1", "martlet_log_messages_total{level=\"warning\"} 2",
            ]
        )
    }
}
