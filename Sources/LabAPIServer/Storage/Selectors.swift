import KubeJSON
import KubeModel

/// A label selector as written in a query: `a=b,c!=d,e in (f,g),!h`.
struct LabelQuery: Hashable {
    private let requirements: [Requirement]

    private struct Requirement: Hashable {
        let key: String
        let kind: Kind
    }

    private enum Kind: Hashable {
        case exists, doesNotExist
        case isIn(Set<String>)
        case isNotIn(Set<String>)
        case greater(Int64)
        case less(Int64)
    }

    /// Parses the query; throws 400 with the part that is wrong.
    init(_ text: String) throws(APIError) {
        var requirements: [Requirement] = []
        for part in Self.parts(of: text) {
            requirements.append(try Self.requirement(part))
        }
        self.requirements = requirements
    }

    /// Whether labels fulfil every requirement.
    func matches(_ labels: [String: String]) -> Bool {
        requirements.allSatisfy { requirement in
            let value = labels[requirement.key]
            switch requirement.kind {
            case .exists: return value != nil
            case .doesNotExist: return value == nil
            case .isIn(let values): return value.map(values.contains) ?? false
            case .isNotIn(let values): return value.map { !values.contains($0) } ?? true
            case .greater(let bound): return value.flatMap { Int64($0) }.map { $0 > bound } ?? false
            case .less(let bound): return value.flatMap { Int64($0) }.map { $0 < bound } ?? false
            }
        }
    }

    private static func parts(of text: String) -> [String] {
        var parts: [String] = [""]
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == ",", depth == 0 {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts.map(trimmed).filter { !$0.isEmpty }
    }

    private static func requirement(_ part: String) throws(APIError) -> Requirement {
        if part.hasPrefix("!") {
            return Requirement(key: try key(trimmed(part.dropFirst()), in: part), kind: .doesNotExist)
        }
        for (mark, isEqual) in [("!=", false), ("==", true), ("=", true)] {
            guard let range = part.firstRange(of: mark) else { continue }
            let values: Set = [trimmed(part[range.upperBound...])]
            let key = try key(trimmed(part[..<range.lowerBound]), in: part)
            return Requirement(key: key, kind: isEqual ? .isIn(values) : .isNotIn(values))
        }
        for (mark, isGreater) in [(">", true), ("<", false)] {
            guard let range = part.firstRange(of: mark) else { continue }
            guard let bound = Int64(trimmed(part[range.upperBound...])) else { throw unreadable(part) }
            let key = try key(trimmed(part[..<range.lowerBound]), in: part)
            return Requirement(key: key, kind: isGreater ? .greater(bound) : .less(bound))
        }
        for (mark, isIn) in [(" notin ", false), (" in ", true), (" notin(", false), (" in(", true)] {
            guard let range = part.firstRange(of: mark), part.hasSuffix(")"),
                let open = part.firstIndex(of: "(")
            else { continue }
            let list = part[part.index(after: open)...].dropLast()
            let values = Set(list.split(separator: ",", omittingEmptySubsequences: false).map { trimmed($0) })
            let key = try key(trimmed(part[..<range.lowerBound]), in: part)
            return Requirement(key: key, kind: isIn ? .isIn(values) : .isNotIn(values))
        }
        return Requirement(key: try key(part, in: part), kind: .exists)
    }

    private static func key(_ text: String, in part: String) throws(APIError) -> String {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "/"):
                true
            default: false
            }
        }
        guard allowed, !text.isEmpty else { throw unreadable(part) }
        return text
    }

    private static func unreadable(_ part: String) -> APIError {
        .badRequest("unable to parse requirement: found '\(part)', expected: identifier and an operator")
    }
}

/// A field selector as written in a query: `metadata.name=x,status.phase!=Running`.
struct FieldQuery: Hashable {
    private struct Term: Hashable {
        let path: [String]
        let value: String
        let isEqual: Bool
    }

    private let terms: [Term]

    /// Parses the query; throws 400 for fields that `resource` does not offer.
    init(_ text: String, for resource: ServedResource) throws(APIError) {
        var terms: [Term] = []
        for part in text.split(separator: ",") {
            let mark = part.contains("!=") ? "!=" : (part.contains("==") ? "==" : "=")
            guard let range = part.firstRange(of: mark) else {
                throw .badRequest("invalid selector: '\(text)'; can't understand '\(part)'")
            }
            let field = trimmed(part[..<range.lowerBound])
            guard resource.selectableFields.contains(field) else {
                throw .badRequest(
                    "Unable to find \"\(resource.type.apiVersion), Resource=\(resource.type.plural)\" that match label "
                        + "selector \"\", field selector \"\(text)\": field label not supported: \(field)"
                )
            }
            terms.append(
                Term(
                    path: field.split(separator: ".").map(String.init),
                    value: trimmed(part[range.upperBound...]),
                    isEqual: mark != "!="
                )
            )
        }
        self.terms = terms
    }

    /// Whether an object's fields are as asked; a field that is absent counts as empty.
    func matches(_ object: JSONValue) -> Bool {
        terms.allSatisfy { term in
            let text =
                switch object.value(at: term.path) {
                case .string(let value)?: value
                case .bool(let value)?: value ? "true" : "false"
                case .integer(let value)?: String(value)
                default: term.path == ["spec", "unschedulable"] ? "false" : ""
                }
            return (text == term.value) == term.isEqual
        }
    }
}

/// Without spaces at both ends.
func trimmed(_ text: some StringProtocol) -> String {
    var text = text[...]
    while text.first?.isWhitespace == true { text = text.dropFirst() }
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return String(text)
}
