package import KubeJSON
import KubeModel

/// Writes YAML as `kubectl get -o yaml` does.
///
/// Keys in natural order, lists not indented under their key, quotes only where the text would read as something else,
/// block literals for text of several lines, no line folding.
package enum YAMLEmitter {
    /// Returns the document, ending with a line break.
    package static func emit(_ value: JSONValue) -> String {
        var out = ""
        switch value {
        case .object(let fields) where !fields.isEmpty: write(fields, indent: 0, into: &out)
        case .array(let items) where !items.isEmpty: write(items, indent: 0, into: &out)
        // Lines of a block without a margin could be taken for marks of a document.
        default: out = inline(value, indent: 2) + "\n"
        }
        return out
    }

    /// Returns several documents with `---` between them.
    package static func emit(documents: [JSONValue]) -> String {
        documents.map { emit($0) }.joined(separator: "---\n")
    }

    private static func write(_ fields: [String: JSONValue], indent: Int, into out: inout String, first: String? = nil)
    {
        let margin = String(repeating: " ", count: indent)
        var lead = first ?? margin
        for (key, value) in fields.sorted(by: { NaturalOrder.precedes($0.key, $1.key) }) {
            out += lead + YAMLString.inline(key) + ":"
            lead = margin
            switch value {
            case .object(let inner) where !inner.isEmpty:
                out += "\n"
                write(inner, indent: indent + 2, into: &out)
            case .array(let items) where !items.isEmpty:
                out += "\n"
                write(items, indent: indent, into: &out)
            default:
                out += " " + inline(value, indent: indent + 2) + "\n"
            }
        }
    }

    private static func write(_ items: [JSONValue], indent: Int, into out: inout String, first: String? = nil) {
        let margin = String(repeating: " ", count: indent)
        var lead = first ?? margin
        for item in items {
            switch item {
            case .object(let fields) where !fields.isEmpty:
                write(fields, indent: indent + 2, into: &out, first: lead + "- ")
            case .array(let inner) where !inner.isEmpty:
                write(inner, indent: indent + 2, into: &out, first: lead + "- ")
            default:
                out += lead + "- " + inline(item, indent: indent + 2) + "\n"
            }
            lead = margin
        }
    }

    private static func inline(_ value: JSONValue, indent: Int) -> String {
        switch value {
        case .null: "null"
        case .bool(let truth): truth ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): "\(number)"
        case .string(let text): YAMLString.block(text, indent: indent) ?? YAMLString.inline(text)
        case .array: "[]"
        case .object: "{}"
        }
    }
}
