/// A table as a scenario writes it.
///
/// Lines are compared word by word, so columns may be as wide as they like. The word `*` is any one word, `…` at the end of a line any
/// words, and a line with nothing but `…` any number of lines. Blank lines do not count.
package struct ExpectedText: Hashable, Sendable {
    private static let anything = "…"

    private let lines: [[Substring]]

    package init(_ text: String) {
        lines = Self.split(text)
    }

    private static func split(_ text: String) -> [[Substring]] {
        text.split(separator: "\n").map { $0.split { $0 == " " || $0 == "\t" } }.filter { !$0.isEmpty }
    }

    /// Whether a text is what is expected.
    package func matches(_ text: String) -> Bool {
        Self.match(lines[...], Self.split(text)[...])
    }

    /// The lines of both, each with a minus where only the expected text has it and with a plus where only the other does.
    package func difference(from text: String) -> String {
        let found = Self.split(text)
        let lines = lines.filter { $0 != [Self.anything[...]] }
        let missing = lines.filter { line in !found.contains { Self.match(line, $0) } }
        let additional = found.filter { line in !lines.contains { Self.match($0, line) } }
        let shown =
            missing.map { "- \($0.joined(separator: " "))" } + additional.map { "+ \($0.joined(separator: " "))" }
        return shown.isEmpty ? "  (the same lines in another order or number)" : shown.joined(separator: "\n")
    }

    private static func match(_ expected: ArraySlice<[Substring]>, _ found: ArraySlice<[Substring]>) -> Bool {
        guard let first = expected.first else { return found.isEmpty }
        if first == [anything[...]] {
            return (found.startIndex...found.endIndex).contains { match(expected.dropFirst(), found[$0...]) }
        }
        guard let line = found.first, match(first, line) else { return false }
        return match(expected.dropFirst(), found.dropFirst())
    }

    private static func match(_ expected: [Substring], _ found: [Substring]) -> Bool {
        if expected.last == anything[...] {
            return found.count >= expected.count - 1
                && zip(expected.dropLast(), found).allSatisfy { $0 == "*" || $0 == $1 }
        }
        return expected.count == found.count && zip(expected, found).allSatisfy { $0 == "*" || $0 == $1 }
    }
}
