import KubeJSON
import KubeModel

extension JSONValue {
    /// The value at a path of object keys, if every step is there.
    func value(at path: [String]) -> JSONValue? {
        var current = self
        for key in path {
            guard let next = current[key] else { return nil }
            current = next
        }
        return current
    }

    /// The value at a path of object keys, if every step is there.
    func value(at path: String...) -> JSONValue? { value(at: path) }

    /// Puts a value at a path of object keys, making objects on the way; nil removes the last key.
    mutating func set(_ value: JSONValue?, at path: String...) { set(value, at: path[...]) }

    /// Puts a value at a path of object keys, making objects on the way; nil removes the last key.
    mutating func set(_ value: JSONValue?, at path: ArraySlice<String>) {
        guard let key = path.first else { return }
        var members = object ?? [:]
        if path.count == 1 {
            members[key] = value
        } else if value != nil || members[key] != nil {
            var child = members[key] ?? .object([:])
            // The tree holds the only other reference; drop it so that the child is changed in place.
            members[key] = nil
            child.set(value, at: path.dropFirst())
            members[key] = child
        }
        self = .object(members)
    }

    /// Puts a value only where there is none yet.
    mutating func setDefault(_ value: JSONValue, at path: String...) {
        guard self.value(at: path) == nil else { return }
        set(value, at: path[...])
    }

    /// The members of an object of strings, such as labels; other values are left out.
    var strings: [String: String] { (object ?? [:]).compactMapValues(\.string) }

    /// Whether two numbers or other values mean the same, whichever way a number was written.
    func means(_ other: JSONValue) -> Bool {
        switch (self, other) {
        case (.integer(let left), .number(let right)): Double(left) == right
        case (.number(let left), .integer(let right)): left == Double(right)
        default: self == other
        }
    }
}
