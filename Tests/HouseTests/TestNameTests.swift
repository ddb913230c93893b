import TestSupport
import Testing

/// A red line in a report must say by itself what broke, whichever suite it is in.
@Suite struct TestNameTests {
    @Test func `every suite is named by a noun`() throws {
        let wrong = try Self.declarations().filter { declaration in
            switch declaration.kind {
            case .suite: !["Tests", "Benchmark", "Interop", "Shipping"].contains { declaration.name.hasSuffix($0) }
            case .test: false
            }
        }
        #expect(wrong.map(\.description) == [])
    }

    @Test func `every test is named by a whole sentence`() throws {
        let wrong = try Self.declarations().filter { declaration in
            let words = declaration.name.split(separator: " ")
            return switch declaration.kind {
            case .suite: false
            case .test: words.count < 3 || Self.fragmentBeginnings.contains(words[0])
            }
        }
        #expect(wrong.map(\.description) == [])
    }

    /// First words of names that only make sense behind the name of their suite.
    private static let fragmentBeginnings: Set<Substring> = [
        "also", "and", "are", "but", "by", "does", "has", "have", "is", "its", "may", "never", "nor", "of", "or",
        "says",
        "so", "tells", "that", "they", "was", "were", "which", "who", "whose",
    ]

    private struct Declaration: CustomStringConvertible {
        enum Kind { case suite, test }

        var kind: Kind
        var name: String
        var place: String

        var description: String { "\(place): \(name)" }
    }

    /// The suites with an attribute `@Suite`, and every function with an attribute `@Test`.
    private static func declarations() throws -> [Declaration] {
        var found: [Declaration] = []
        for file in try SourceFile.all(under: "Tests") where file.path.contains("Tests/") {
            var isTest = false
            var isSuite = false
            for (number, line) in file.code {
                if line.contains("@Test") { isTest = true }
                if line.contains("@Suite") { isSuite = true }
                let place = "\(file.path):\(number)"
                if isTest, let match = line.firstMatch(of: /\bfunc (?:`([^`]+)`|(\w+))/) {
                    let name = match.output.1 ?? match.output.2 ?? ""
                    found.append(Declaration(kind: .test, name: String(name), place: place))
                    isTest = false
                } else if isSuite, let match = line.firstMatch(of: /\b(?:struct|class|enum|actor) (?:`([^`]+)`|(\w+))/)
                {
                    let name = match.output.1 ?? match.output.2 ?? ""
                    found.append(Declaration(kind: .suite, name: String(name), place: place))
                    isSuite = false
                }
            }
        }
        return found
    }
}
