import LogKeys
import TestSupport
import Testing

@Suite struct LogKeyTests {
    @Test func `no message of the log has a key of its own`() throws {
        var complaints: [String] = []
        for file in try (SourceFile.all(under: "Sources") + SourceFile.all(under: "plugin"))
        where file.imports.contains("Logging") && !file.path.hasPrefix("Sources/LogKeys/") {
            for (number, line) in zip(1..., file.lines) where Self.hasLiteralKey(line) {
                complaints.append("\(file.path):\(number): \(line.trimmingPrefix { $0 == " " })")
            }
        }
        #expect(complaints == [])
    }

    @Test func `every key of the log is in the table for operators, and the table has no other`() throws {
        let page = try Checkout.read("config/README.md")
        let table = try #require(
            page.split(separator: "| key | value |\n| --- | --- |\n").last?.split(separator: "\n\n").first
        )
        let keys = table.split(separator: "\n").compactMap {
            $0.split(separator: "`").dropFirst().first.map(String.init)
        }
        #expect(keys == LogKey.allCases.map(\.rawValue))
    }

    @Test func `every key of the log is used by some message`() throws {
        var used: Set<String> = []
        for file in try SourceFile.all(under: "Sources") where file.imports.contains("LogKeys") {
            for line in file.lines {
                used.formUnion(line.matches(of: /\.([a-zA-Z]+)(?:: |\])/).map { String($0.output.1) })
                used.formUnion(line.matches(of: /LogKey\.([a-zA-Z]+)/).map { String($0.output.1) })
            }
        }
        #expect(LogKey.allCases.map { "\($0)" }.filter { !used.contains($0) } == [])
    }

    private static func hasLiteralKey(_ line: Substring) -> Bool {
        line.contains(/metadata: \["/) || line.contains(/metadataKey: "/)
            || line.contains(/^ *"[a-z][A-Za-z._-]*": "\\\(/)
    }
}
