package import KubeModel

extension JSONValue {
    /// The value as JSON the way kubectl prints it: four spaces a level, keys in order, a line break at the end.
    package var jsonText: String {
        var text = ""
        writeJSON(to: &text, indentation: 0)
        return text + "\n"
    }

    private func writeJSON(to text: inout String, indentation: Int) {
        let inner = String(repeating: " ", count: (indentation + 1) * 4)
        let outer = String(repeating: " ", count: indentation * 4)
        switch self {
        case .array(let items) where !items.isEmpty:
            text += "["
            for (index, item) in items.enumerated() {
                text += index == 0 ? "\n\(inner)" : ",\n\(inner)"
                item.writeJSON(to: &text, indentation: indentation + 1)
            }
            text += "\n\(outer)]"
        case .object(let fields) where !fields.isEmpty:
            text += "{"
            for (index, key) in fields.keys.sorted().enumerated() {
                text += index == 0 ? "\n\(inner)" : ",\n\(inner)"
                text += key.jsonQuoted + ": "
                fields[key]?.writeJSON(to: &text, indentation: indentation + 1)
            }
            text += "\n\(outer)}"
        default:
            text += compactText
        }
    }

    /// The text of a value without children.
    private var compactText: String {
        switch self {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        // JSON has no name for these two.
        case .number(let number): number.isFinite ? "\(number)" : "null"
        case .string(let string): string.jsonQuoted
        case .array: "[]"
        case .object: "{}"
        }
    }
}

extension String {
    /// The text between quotation marks, with the escapes of JSON.
    fileprivate var jsonQuoted: String {
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
