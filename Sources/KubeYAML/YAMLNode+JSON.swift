package import KubeJSON
import KubeModel

extension YAMLNode {
    /// The value as the API server would see it; throws for tags and numbers that JSON has no form for.
    package func json(file: String) throws(YAMLError) -> JSONValue {
        switch content {
        case .scalar(let text, let style):
            return try scalar(text, style, file: file)
        case .sequence(let items):
            try refuseTag(unless: "seq", file: file)
            var values: [JSONValue] = []
            values.reserveCapacity(items.count)
            for item in items { values.append(try item.json(file: file)) }
            return .array(values)
        case .mapping(let entries):
            try refuseTag(unless: "map", file: file)
            var values: [String: JSONValue] = [:]
            for entry in entries { values[try entry.key.keyText(file: file)] = try entry.value.json(file: file) }
            return .object(values)
        }
    }

    /// The text of a mapping's key: JSON has only strings, so numbers and booleans are spelled out as Kubernetes does.
    func keyText(file: String) throws(YAMLError) -> String {
        if case .scalar(let text, let style) = content {
            switch try scalar(text, style, file: file) {
            case .string(let key): return key
            case .integer(let number): return String(number)
            case .number(let number): return "\(number)"
            case .bool(let truth): return truth ? "true" : "false"
            default: break
            }
        }
        throw YAMLError(file: file, position: position, found: "found a key that is no text", expected: "a text key")
    }

    private static let tagPrefix = "tag:yaml.org,2002:"

    private func scalar(_ text: String, _ style: ScalarStyle, file: String) throws(YAMLError) -> JSONValue {
        let kind = tag.map { $0.hasPrefix(Self.tagPrefix) ? String($0.dropFirst(Self.tagPrefix.count)) : $0 }
        if kind == "str" || kind == "!" || (kind == nil && style == .quoted) { return .string(text) }
        guard let value = YAMLScalar.resolve(text) else {
            throw YAMLError(file: file, position: position, found: "found \(text)", expected: "a finite number")
        }
        switch (kind, value) {
        case (nil, _), ("bool", .bool), ("int", .integer), ("float", .integer), ("float", .number), ("null", .null),
            ("merge", _):
            return value
        case ("timestamp", .string): return value
        default:
            throw YAMLError(
                file: file,
                position: position,
                found: "found tag !\(kind ?? "") on \"\(text)\"",
                expected: "a value without a tag"
            )
        }
    }

    private func refuseTag(unless allowed: String, file: String) throws(YAMLError) {
        guard let tag, tag != Self.tagPrefix + allowed, tag != "!" else { return }
        throw YAMLError(file: file, position: position, found: "found tag \(tag)", expected: "a value without a tag")
    }
}
