/// A text cut at its document markers, so that one broken document does not hide the others.
struct YAMLText {
    /// One document's text and how many lines stand before it.
    struct Part {
        var text: String
        var lineOffset: Int
    }

    /// The documents in order; parts of blank lines, comments and directives stay with what follows them.
    let parts: [Part]

    /// Cuts at lines that begin with `---`: YAML lets no scalar hold such a line (YAML 1.1 §4.9.1, c-forbidden).
    init(_ text: String) {
        if Self.isOne(text) {
            parts = [Part(text: text, lineOffset: 0)]
            return
        }
        var parts: [Part] = []
        var current: [Substring] = []
        var start = 0
        var hasContent = false
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, line) in lines.enumerated() {
            if line == "---" || line.hasPrefix("--- ") || line.hasPrefix("---\t"), hasContent {
                parts.append(Part(text: current.joined(separator: "\n") + "\n", lineOffset: start))
                current = []
                start = index
                hasContent = false
            }
            current.append(line)
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            if let first = trimmed.first, first != "#", first != "%" { hasContent = true }
        }
        parts.append(Part(text: current.joined(separator: "\n"), lineOffset: start))
        self.parts = parts
    }

    /// Whether a text has neither markers after its first line nor carriage returns, so that there is nothing to cut.
    private static func isOne(_ text: String) -> Bool {
        var dashes = -1
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\r"): return false
            case UInt8(ascii: "\n"): dashes = 0
            case UInt8(ascii: "-") where dashes >= 0:
                dashes += 1
                if dashes == 3 { return false }
            default: dashes = -1
            }
        }
        return true
    }
}
