import TestSupport
import Testing

/// The walk of a changed Service to the wire, as CONTRIBUTING tells it.
@Suite struct WalkTests {
    @Test func `the walk of a Service change has at most twelve calls, each of which is in the code`() throws {
        let page = try Checkout.read(".github/CONTRIBUTING.md")
        let section = try #require(
            page.components(after: "## The walk of a Service change to the wire", until: "\n## ")
        )
        let calls = section.split(separator: "\n").compactMap { line in
            line.firstMatch(of: /^\| \d+ \| `(\w+)\.(\w+)` \|/)?.output
        }
        #expect((8...12).contains(calls.count))
        let files = try SourceFile.all(under: "Sources")
        for (_, type, function) in calls {
            let isThere = files.contains { file in
                let name = file.path.split(separator: "/").last ?? ""
                return (name == "\(type).swift" || name.hasPrefix("\(type)+"))
                    && file.lines.contains { $0.contains("func \(function)(") }
            }
            #expect(isThere, "\(type).\(function) is not in the code")
        }
    }
}

extension String {
    /// What stands between a line and the next mark.
    fileprivate func components(after start: String, until end: String) -> String? {
        guard let first = firstRange(of: start) else { return nil }
        let rest = self[first.upperBound...]
        return String(rest.firstRange(of: end).map { rest[..<$0.lowerBound] } ?? rest)
    }
}
