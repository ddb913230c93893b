import KubeJSON
import KubeModel

/// The part of JSONPath that printer columns use: members, indexes, `[*]` and `[?(@.a=="b")]`.
struct JSONPath: Hashable, Sendable {
    private enum Step: Hashable, Sendable {
        case member(String)
        case index(Int)
        case all
        case filter(path: [String], isEqual: Bool, value: String)
    }

    private let steps: [Step]

    /// Reads a path such as `.status.conditions[?(@.type=="Ready")].status`; nil when it is not one of these forms.
    init?(_ text: String) {
        var steps: [Step] = []
        var rest = Substring(trimmed(text))
        if rest.hasPrefix("{"), rest.hasSuffix("}") { rest = rest.dropFirst().dropLast() }
        if rest.hasPrefix("$") { rest = rest.dropFirst() }
        while let first = rest.first {
            switch first {
            case ".":
                rest = rest.dropFirst()
                let name = Self.takeName(&rest)
                if !name.isEmpty { steps.append(name == "*" ? .all : .member(name)) }
            case "[":
                guard let end = Self.closingBracket(rest) else { return nil }
                let inner = rest[rest.index(after: rest.startIndex)..<end]
                guard let step = Self.bracketStep(String(inner)) else { return nil }
                steps.append(step)
                rest = rest[rest.index(after: end)...]
            default:
                let name = Self.takeName(&rest)
                guard !name.isEmpty else { return nil }
                steps.append(.member(name))
            }
        }
        self.steps = steps
    }

    /// Every value the path leads to.
    func values(in root: JSONValue) -> [JSONValue] {
        steps.reduce([root]) { values, step in
            values.flatMap { value -> [JSONValue] in
                switch step {
                case .member(let name): value[name].map { [$0] } ?? []
                case .index(let index):
                    (index < 0 ? value[(value.array?.count ?? 0) + index] : value[index]).map { [$0] } ?? []
                case .all:
                    value.array ?? (value.object ?? [:]).sorted { $0.key < $1.key }.map(\.value)
                case .filter(let path, let isEqual, let expected):
                    (value.array ?? []).filter { ($0.value(at: path)?.plainText == expected) == isEqual }
                }
            }
        }
    }

    private static func takeName(_ rest: inout Substring) -> String {
        var name = ""
        while let character = rest.first, character != ".", character != "[" {
            rest = rest.dropFirst()
            if character == "\\", let escaped = rest.popFirst() {
                name.append(escaped)
            } else {
                name.append(character)
            }
        }
        return name
    }

    private static func closingBracket(_ text: Substring) -> Substring.Index? {
        var quote: Character?
        for index in text.indices {
            let character = text[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if character == "]" {
                return index
            }
        }
        return nil
    }

    private static func bracketStep(_ text: String) -> Step? {
        if text == "*" { return .all }
        if let index = Int(text) { return .index(index) }
        if let name = unquoted(text) { return .member(name) }
        guard text.hasPrefix("?("), text.hasSuffix(")") else { return nil }
        let expression = text.dropFirst(2).dropLast()
        for (mark, isEqual) in [("==", true), ("!=", false)] {
            guard let range = expression.firstRange(of: mark) else { continue }
            let left = trimmed(expression[..<range.lowerBound])
            let right = trimmed(expression[range.upperBound...])
            guard left.hasPrefix("@.") else { return nil }
            return .filter(
                path: left.dropFirst(2).split(separator: ".").map(String.init),
                isEqual: isEqual,
                value: unquoted(right) ?? right
            )
        }
        return nil
    }

    private static func unquoted(_ text: String) -> String? {
        guard text.count >= 2, let first = text.first, first == text.last, first == "'" || first == "\"" else {
            return nil
        }
        return String(text.dropFirst().dropLast())
    }
}

extension JSONValue {
    /// The value as a person reads it: a string without quotes, anything else as JSON.
    var plainText: String {
        guard case .string(let text) = self else { return JSONWriter.text(self) }
        return text
    }
}
