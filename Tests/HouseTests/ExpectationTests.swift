import TestSupport
import Testing

/// A test that expects nothing passes whatever the program does.
@Suite struct ExpectationTests {
    @Test func `every test expects something, by itself or by a function that does`() throws {
        var functions: [Function] = []
        for file in try SourceFile.all(under: "Tests") { functions += Self.functions(of: file) }
        var expecting = Set(functions.filter(\.expects).map(\.name))
        while true {
            let more = functions.filter { !expecting.contains($0.name) && !$0.calls.isDisjoint(with: expecting) }
            guard !more.isEmpty else { break }
            expecting.formUnion(more.map(\.name))
        }
        let tests = functions.filter(\.isTest)
        #expect(tests.count > 1000)
        #expect(tests.filter { !expecting.contains($0.name) }.map(\.place) == [])
    }

    private struct Function {
        var name: String
        var place: String
        var isTest: Bool
        var expects = false
        /// The names of everything that is called like a function.
        var calls: Set<String> = []
    }

    /// The functions of a file, each with those inside it; those with the same name count as one.
    ///
    /// A function reaches to the brace that closes it, or to the next one that is indented no more than it.
    private static func functions(of file: SourceFile) -> [Function] {
        var found: [Function] = []
        var isTest = false
        var indentation = Int.max
        for (number, line) in file.code {
            if line.contains("@Test") { isTest = true }
            let present = line.prefix { $0 == " " }.count
            var isOver = line.dropFirst(present).hasPrefix("}") && present <= indentation
            if let match = line.firstMatch(of: /\bfunc (`[^`]+`|\w+)/), present <= indentation {
                let name = String(match.output.1)
                found.append(Function(name: name, place: "\(file.path):\(number): \(name)", isTest: isTest))
                isTest = false
                indentation = present
                isOver = line.hasSuffix("}")
            }
            defer { if isOver { indentation = .max } }
            guard let last = found.indices.last else { continue }
            // What is waited for in vain is thrown.
            let marks = ["#expect", "#require", "Issue.record", "eventually("]
            if marks.contains(where: line.contains) { found[last].expects = true }
            // No \b: to Unicode `topology.settles` is one word.
            found[last].calls.formUnion(line.matches(of: /(\w+)\(/).map { String($0.output.1) })
        }
        return found
    }
}
