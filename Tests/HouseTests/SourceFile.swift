import TestSupport

/// A Swift file, with its text split into what the tests look at.
struct SourceFile {
    /// Relative to the root of the repository.
    let path: String
    /// Every line as it stands.
    let lines: [Substring]

    init(_ path: String) throws { self.init(path: path, text: try Checkout.read(path)) }

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = Self.code(of: lines)
    }

    /// The line break at the end begins no further line.
    var lineCount: Int { lines.last?.isEmpty == true ? lines.count - 1 : lines.count }

    /// All Swift files below a folder.
    static func all(under folder: String) throws -> [SourceFile] {
        try Checkout.files(under: folder).filter { $0.hasSuffix(".swift") }.map { try SourceFile($0) }
    }

    /// The modules it imports, submodules and scoped imports by their module.
    var imports: [String] {
        code.compactMap { _, line in
            guard line.contains("import "), let match = line.wholeMatch(of: Self.importLine) else { return nil }
            return String(match.output.1)
        }
    }

    /// The lines of code with their number: comments and the contents of string literals are blanked.
    let code: [(number: Int, text: String)]

    /// `path:line: what` for each line of code that the pattern is found in.
    func complaints(_ pattern: some RegexComponent, _ what: String) -> [String] {
        code.filter { $0.text.contains(pattern) }.map { "\(path):\($0.number): \(what)" }
    }

    // Regex is not Sendable, so each use makes its own.
    private static var importLine: Regex<(Substring, Substring)> {
        /\s*(?:@\w+(?:\(\w+\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+).*/
    }

    private static func code(of lines: [Substring]) -> [(number: Int, text: String)] {
        var insideLongString = false
        return lines.enumerated().map { index, line in
            if line.contains("\"\"\"") {
                insideLongString.toggle()
                return (index + 1, "")
            }
            return (index + 1, insideLongString ? "" : code(of: line))
        }
    }

    private static func code(of line: Substring) -> String {
        var kept: [UInt8] = []
        var insideString = false
        var escaped = false
        for byte in line.utf8 {
            if insideString {
                switch byte {
                case _ where escaped: escaped = false
                case UInt8(ascii: "\\"): escaped = true
                case UInt8(ascii: "\""): insideString = false
                default: break
                }
            } else if byte == UInt8(ascii: "\"") {
                insideString = true
            } else if byte == UInt8(ascii: "/"), kept.last == UInt8(ascii: "/") {
                kept.removeLast()
                break
            } else {
                kept.append(byte)
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
