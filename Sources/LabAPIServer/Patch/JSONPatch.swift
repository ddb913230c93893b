import KubeJSON
import KubeModel

/// JSON patch (RFC 6902).
enum JSONPatch {
    /// Why a patch does not apply.
    struct Fault: Error, Hashable {
        let message: String
    }

    /// The target after all operations in order.
    static func apply(_ patch: JSONValue, to target: JSONValue) throws(Fault) -> JSONValue {
        guard let operations = patch.array else { throw Fault(message: "a JSON patch must be a list of operations") }
        var document = target
        for operation in operations { document = try apply(operation: operation, to: document) }
        return document
    }

    private static func apply(operation: JSONValue, to document: JSONValue) throws(Fault) -> JSONValue {
        guard let name = operation["op"]?.string else { throw Fault(message: "operation without op") }
        let path = try pointer(operation["path"])
        switch name {
        case "add":
            return try change(document, at: path[...], .add(try value(of: operation)))
        case "replace":
            return try change(document, at: path[...], .replace(try value(of: operation)))
        case "remove":
            return try change(document, at: path[...], .remove)
        case "test":
            guard let found = try? find(document, path), found.means(try value(of: operation)) else {
                throw Fault(message: "testing value \(operation["path"]?.plainText ?? "") failed")
            }
            return document
        case "move":
            let from = try pointer(operation["from"])
            let moved = try find(document, from)
            guard !path.starts(with: from) || path == from else {
                throw Fault(message: "cannot move a value into itself")
            }
            return try change(try change(document, at: from[...], .remove), at: path[...], .add(moved))
        case "copy":
            return try change(document, at: path[...], .add(try find(document, try pointer(operation["from"]))))
        default:
            throw Fault(message: "unexpected kind: \(name)")
        }
    }

    private enum Edit {
        case add(JSONValue)
        case replace(JSONValue)
        case remove
    }

    private static func value(of operation: JSONValue) throws(Fault) -> JSONValue {
        guard let value = operation["value"] else { throw Fault(message: "operation without value") }
        return value
    }

    private static func pointer(_ value: JSONValue?) throws(Fault) -> [String] {
        guard let text = value?.string, text.isEmpty || text.hasPrefix("/") else {
            throw Fault(message: "path is missing or not a JSON pointer")
        }
        return text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { step in
            String(step).replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }

    private static func find(_ document: JSONValue, _ path: [String]) throws(Fault) -> JSONValue {
        var current = document
        for step in path {
            let next = current.array == nil ? current[step] : Int(step).flatMap { current[$0] }
            guard let next else { throw missing(step) }
            current = next
        }
        return current
    }

    private static func missing(_ step: String) -> Fault {
        Fault(message: "the path does not exist: \(step): missing value")
    }

    private static func change(
        _ document: JSONValue,
        at path: ArraySlice<String>,
        _ edit: Edit
    ) throws(Fault) -> JSONValue {
        guard let step = path.first else {
            switch edit {
            case .add(let value), .replace(let value): return value
            case .remove: throw Fault(message: "cannot remove the whole document")
            }
        }
        switch document {
        case .object(var members):
            if path.count > 1 {
                guard let child = members[step] else { throw missing(step) }
                members[step] = try change(child, at: path.dropFirst(), edit)
            } else {
                switch edit {
                case .add(let value): members[step] = value
                case .replace(let value):
                    guard members[step] != nil else { throw missing(step) }
                    members[step] = value
                case .remove:
                    guard members.removeValue(forKey: step) != nil else { throw missing(step) }
                }
            }
            return .object(members)
        case .array(var elements):
            if path.count == 1, step == "-", case .add(let value) = edit { return .array(elements + [value]) }
            guard let index = Int(step), index >= 0 else { throw missing(step) }
            if path.count == 1, case .add(let value) = edit {
                guard index <= elements.count else { throw missing(step) }
                elements.insert(value, at: index)
                return .array(elements)
            }
            guard index < elements.count else { throw missing(step) }
            if path.count > 1 {
                elements[index] = try change(elements[index], at: path.dropFirst(), edit)
            } else if case .replace(let value) = edit {
                elements[index] = value
            } else {
                elements.remove(at: index)
            }
            return .array(elements)
        default:
            throw missing(step)
        }
    }
}
