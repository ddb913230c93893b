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
        if let objects = Self.objectsOfStream(text) {
            parts = objects
            return
        }
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

    /// JSON objects one after another, as jq writes them and kubectl reads them; nil when the text is anything else.
    ///
    /// An object ends where its braces do and another begins; what is YAML in braces has no such place.
    private static func objectsOfStream(_ text: String) -> [Part]? {
        let bytes = Array(text.utf8)
        guard bytes.first(where: { !isBlank($0) }) == UInt8(ascii: "{") else { return nil }
        var starts: [(byte: Int, line: Int)] = []
        var (depth, line, isText, isEscaped) = (0, 0, false, false)
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\n") { line += 1 }
            if isText {
                if isEscaped { isEscaped = false; continue }
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                if byte == UInt8(ascii: "\"") { isText = false }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "{"):
                if depth == 0 { starts.append((index, line)) }
                depth += 1
            case UInt8(ascii: "}"): depth -= 1
            default: if depth == 0, !isBlank(byte) { return nil }
            }
            if depth < 0 { return nil }
        }
        guard depth == 0, starts.count > 1 else { return nil }
        let ends = starts.dropFirst().map { $0.byte } + [bytes.count]
        return zip(starts, ends).map { start, end in
            Part(text: String(decoding: bytes[start.byte..<end], as: UTF8.self), lineOffset: start.line)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (UInt8(ascii: "\t")...UInt8(ascii: "\r")).contains(byte)
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
