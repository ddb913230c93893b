import KubeJSON
import KubeModel

/// How a string is written so that it reads back as the same string.
enum YAMLString {
    /// Plain if it can be, else in single or double quotes.
    static func inline(_ text: String) -> String {
        if text.unicodeScalars.contains(where: needsEscape) { return doubleQuoted(text) }
        // A word or number that YAML would give another type is quoted, and times of day, which YAML 1.1 readers sum up.
        if YAMLScalar.resolve(text) != .string(text) || isBase60(text) || isDate(text) || text == "<<" {
            return doubleQuoted(text)
        }
        return canBePlain(text)
            ? text
            : "'"
                + text.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "''") + "'"
    }

    /// A literal block for text of several lines, or nil when only quotes can carry it.
    static func block(_ text: String, indent: Int) -> String? {
        guard text.contains("\n"), let first = text.first, first != " ", first != "\n", first != "\t" else {
            return nil
        }
        let clean = text.unicodeScalars.allSatisfy { $0 == "\n" || !needsEscape($0) }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard clean, !lines.contains(where: { $0.last == " " }) else { return nil }
        var chomping = "-"
        if lines.last == "" {
            lines.removeLast()
            chomping = lines.last == "" ? "+" : ""
        }
        let margin = String(repeating: " ", count: indent)
        return "|" + chomping + "\n" + lines.map { $0.isEmpty ? "" : margin + $0 }.joined(separator: "\n")
    }

    private static func canBePlain(_ text: String) -> Bool {
        guard let first = text.first, let last = text.last else { return false }
        if first == " " || last == " " || last == ":" { return false }
        if "#,[]{}&*!|>'\"%@`".contains(first) { return false }
        if "-?:".contains(first), text.count == 1 || text.dropFirst().first == " " { return false }
        if text.hasPrefix("---") || text.hasPrefix("...") { return false }
        var previous: Character = "a"
        for character in text {
            if previous == ":", character == " " { return false }
            if previous == " ", character == "#" { return false }
            previous = character
        }
        return true
    }

    private static func isBase60(_ text: String) -> Bool {
        text.contains(":") && text.first?.isASCII == true && text.allSatisfy { "0123456789:._+-".contains($0) }
            && text.first?.isNumber == true
    }

    private static func isDate(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 8, bytes[4] == UInt8(ascii: "-") else { return false }
        return bytes.prefix(4).allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// Whether YAML does not print a character, or a terminal does something other than drawing it, such as turning the
    /// text round.
    private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value > 0x7E else { return scalar.value < 0x20 }
        if scalar.value <= 0xA0 { return true }
        return switch scalar.properties.generalCategory {
        case .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func doubleQuoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case "\r": out += "\\r"
            default:
                if needsEscape(scalar) {
                    let hex = String(scalar.value, radix: 16, uppercase: true)
                    let (mark, width) = scalar.value > 0xFFFF ? ("U", 8) : scalar.value > 0xFF ? ("u", 4) : ("x", 2)
                    out += "\\" + mark + String(repeating: "0", count: max(0, width - hex.count)) + hex
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out + "\""
    }
}
