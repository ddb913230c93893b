package import KubeJSON
import KubeModel

/// The value that Kubernetes gives to a plain scalar.
///
/// kubectl and the API server read YAML with sigs.k8s.io/yaml, which resolves scalars by YAML 1.1 as go-yaml v2 does:
/// `yes`, `on` and `y` are true, `0o17`, `017` and `0x1F` are integers, digits may hold underscores. Dates stay
/// strings and there are no base-60 numbers. Numbers without a fraction become integers, as they do on the way through JSON.
package enum YAMLScalar {
    private static let truths: Set<String> = [
        "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON",
    ]
    private static let falsehoods: Set<String> = [
        "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF",
    ]
    private static let nulls: Set<String> = ["", "~", "null", "Null", "NULL"]
    /// The octets of `false`, the longest of the words above.
    private static let longestWord = 5
    private static let unsupported: Set<String> = [
        ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
    ]

    /// Types a plain scalar; nil for an infinity or not-a-number, which JSON cannot carry.
    package static func resolve(_ text: String) -> JSONValue? {
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            if unsupported.contains(text) { return nil }
            return number(text) ?? .string(text)
        case UInt8(ascii: "."):
            if unsupported.contains(text) { return nil }
            return float(text) ?? .string(text)
        default:
            guard text.utf8.count <= longestWord else { return .string(text) }
            if truths.contains(text) { return .bool(true) }
            if falsehoods.contains(text) { return .bool(false) }
            return nulls.contains(text) ? .null : .string(text)
        }
    }

    private static func number(_ text: String) -> JSONValue? {
        guard mayBeNumber(text) else { return nil }
        let plain = text.utf8.contains(UInt8(ascii: "_")) ? text.filter { $0 != "_" } : text
        return integer(plain) ?? float(plain)
    }

    /// Whether a text has only what numbers of any base have, and one point at most; most texts that begin with a digit are
    /// addresses, prefixes and times.
    private static func mayBeNumber(_ text: String) -> Bool {
        var points = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "."):
                points += 1
                if points == 2 { return false }
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "o"),
                UInt8(ascii: "O"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                continue
            default: return false
            }
        }
        return true
    }

    /// An optional sign, an optional prefix that names the base (a leading zero means octal), digits.
    private static func integer(_ text: String) -> JSONValue? {
        var digits = Substring(text)
        let negative = digits.hasPrefix("-")
        if negative || digits.hasPrefix("+") { digits.removeFirst() }
        let lowered = digits.prefix(2).lowercased()
        let base: Int
        switch lowered {
        case "0x": base = 16
        case "0o": base = 8
        case "0b": base = 2
        default: base = digits.hasPrefix("0") && digits.utf8.count > 1 ? 8 : 10
        }
        if ["0x", "0o", "0b"].contains(lowered) {
            digits = digits.dropFirst(2)
        } else if base == 8 {
            digits = digits.dropFirst()
        }
        guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
        if let value = Int64((negative ? "-" : "") + digits, radix: base) { return .integer(value) }
        guard !negative, let value = UInt64(digits, radix: base) else { return nil }
        return .number(Double(value))
    }

    /// Digits with at most one point and an optional exponent; what else Swift would read as a number stays a string.
    private static func float(_ text: String) -> JSONValue? {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        }
        guard allowed, let value = Double(text), value.isFinite else { return nil }
        if value.magnitude < 1e15, let whole = Int64(exactly: value) { return .integer(whole) }
        return .number(value)
    }
}
