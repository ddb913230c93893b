import KubeJSON
import KubeModel
import Logging
import PlainLogging
import PlainText
import Synchronization
import Testing

@Suite struct JSONLogTests {
    private final class Lines: TextOutputStream, Sendable {
        let text = Mutex("")

        func write(_ string: String) { text.withLock { $0 += string } }
    }

    private struct HostileError: Error, CustomStringConvertible {
        let description = "\u{1B}[2J\"one\"\ntwo\\" + String(repeating: "x", count: 800_000)
    }

    private func logged(_ body: (inout Logger) -> Void) -> String {
        let lines = Lines()
        var logger = Logger(label: "test") { label in
            PlainLogHandler(
                JSONLogHandler(label: label, stream: lines) { Timestamp(secondsSinceEpoch: 1_790_000_000.25) }
            )
        }
        logger.logLevel = .trace
        body(&logger)
        return lines.text.withLock { $0 }
    }

    @Test func `a line of JSON has time, level, label and message first, then metadata by name`() {
        let text = logged { logger in
            logger[metadataKey: "node"] = "n1"
            logger.notice("the session is up", metadata: ["routes": "12", "peer": "main/tor"])
        }
        #expect(
            text == #"{"time":"2026-09-21T14:13:20.250000Z","level":"notice","label":"test","#
                + #""message":"the session is up","node":"n1","peer":"main/tor","routes":"12"}"# + "\n"
        )
    }

    @Test func `a line of JSON has no name twice`() throws {
        let text = logged { $0.info("one", metadata: ["message": "two", "level": "three"]) }
        let fields = try #require(try JSON.read(text.utf8).object)
        #expect(fields["message"] == "one")
        #expect(fields["metadata.message"] == "two")
        #expect(fields["metadata.level"] == "three")
        #expect(text.utf8.count { $0 == UInt8(ascii: ":") } == 8, "\(text)")
    }

    @Test func `every line is one line of JSON of bounded length, whatever is logged`() throws {
        let hostile = HostileError()
        let text = logged { logger in
            logger.info("\(hostile)", metadata: ["text": "\(hostile)", "list": ["\(hostile)", "b"]])
            logger.error("a failure", error: hostile)
        }
        let lines = text.split(separator: "\n")
        #expect(lines.count == 2)
        for line in lines {
            let fields = try #require(try JSON.read(line.utf8).object)
            #expect(line.utf8.count < 6000)
            for (name, value) in fields {
                let value = try #require(value.string)
                #expect((name + value).unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
            }
        }
        let error = try #require(try JSON.read(lines[1].utf8)["error"]?.string)
        #expect(error.hasPrefix("\u{FFFD}[2J\"one\" two\\x"))
    }
}
