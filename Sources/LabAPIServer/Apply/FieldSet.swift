import KubeJSON
import KubeModel

/// One step of the path to a field that someone owns.
enum PathElement: Hashable, Sendable {
    case field(String)
    /// The element of a list map with these keys.
    case key([String: JSONValue])
    /// The element of a list set with this value.
    case value(JSONValue)
    case index(Int)

    /// The element as `fieldsV1` writes it, such as `f:spec` or `k:{"name":"a"}`.
    var text: String {
        switch self {
        case .field(let name): "f:\(name)"
        case .key(let keys): "k:\(JSONWriter.text(.object(keys)))"
        case .value(let value): "v:\(JSONWriter.text(value))"
        case .index(let index): "i:\(index)"
        }
    }

    /// Reads what `text` wrote.
    init?(_ text: String) {
        let rest = String(text.dropFirst(2))
        switch text.prefix(2) {
        case "f:": self = .field(rest)
        case "k:":
            guard let keys = try? JSONReader.read(Array(rest.utf8)).value.object else { return nil }
            self = .key(keys)
        case "v:":
            guard let value = try? JSONReader.read(Array(rest.utf8)).value else { return nil }
            self = .value(value)
        case "i:":
            guard let index = Int(rest) else { return nil }
            self = .index(index)
        default: return nil
        }
    }

    /// The element as conflict messages show it, such as `.spec` or `[name="a"]`.
    var shown: String {
        switch self {
        case .field(let name): ".\(name)"
        case .key(let keys):
            "["
                + keys.sorted { $0.key < $1.key }.map { "\($0.key)=\(JSONWriter.text($0.value))" }
                .joined(separator: ",") + "]"
        case .value(let value): "[=\(JSONWriter.text(value))]"
        case .index(let index): "[\(index)]"
        }
    }
}

/// A set of paths to fields: the unit of ownership in server-side apply.
struct FieldSet: Hashable, Sendable {
    /// Paths of one step that are in the set themselves.
    var members: Set<PathElement> = []
    /// Paths that go on; a child is never empty.
    var children: [PathElement: FieldSet] = [:]

    var isEmpty: Bool { members.isEmpty && children.isEmpty }

    /// Whether the element is in the set or on the way to something that is.
    func covers(_ element: PathElement) -> Bool { members.contains(element) || children[element] != nil }

    /// The paths below an element.
    func child(_ element: PathElement) -> FieldSet { children[element] ?? FieldSet() }

    mutating func insert(_ path: some Collection<PathElement>) {
        guard let first = path.first else { return }
        if path.count == 1 {
            members.insert(first)
        } else {
            children[first, default: FieldSet()].insert(Array(path.dropFirst()))
        }
    }

    private mutating func setChild(_ element: PathElement, _ child: FieldSet) {
        children[element] = child.isEmpty ? nil : child
    }

    func union(_ other: FieldSet) -> FieldSet {
        var result = self
        result.members.formUnion(other.members)
        for (element, child) in other.children {
            result.children[element] = result.child(element).union(child)
        }
        return result
    }

    func subtracting(_ other: FieldSet) -> FieldSet {
        var result = self
        result.members.subtract(other.members)
        for (element, child) in children {
            guard let gone = other.children[element] else { continue }
            result.setChild(element, child.subtracting(gone))
        }
        return result
    }

    func intersection(_ other: FieldSet) -> FieldSet {
        var result = FieldSet()
        result.members = members.intersection(other.members)
        for (element, child) in children {
            guard let common = other.children[element] else { continue }
            result.setChild(element, child.intersection(common))
        }
        return result
    }

    /// The set without an element and everything below it.
    func removing(_ element: PathElement) -> FieldSet {
        var result = self
        result.members.remove(element)
        result.children[element] = nil
        return result
    }

    /// The set without everything below `path`, and `path` itself.
    func removing(path: [PathElement]) -> FieldSet {
        guard let first = path.first else { return FieldSet() }
        guard path.count > 1 else { return removing(first) }
        var result = self
        result.setChild(first, child(first).removing(path: Array(path.dropFirst())))
        return result
    }

    /// Every path in the set, in a fixed order.
    var paths: [[PathElement]] {
        let own = members.map { [$0] }
        let below = children.flatMap { element, child in child.paths.map { [element] + $0 } }
        return (own + below).sorted { $0.map(\.text).lexicographicallyPrecedes($1.map(\.text)) }
    }

    /// The set as `fieldsV1` JSON.
    var fieldsV1: JSONValue {
        var object: [String: JSONValue] = [:]
        for element in members { object[element.text] = [:] }
        for (element, child) in children {
            var value = child.fieldsV1
            if members.contains(element) { value.set([:], at: ".") }
            object[element.text] = value
        }
        return .object(object)
    }

    init() {}

    /// Reads `fieldsV1` JSON; what it cannot read it leaves out.
    init(fieldsV1: JSONValue) {
        for (text, value) in fieldsV1.object ?? [:] where text != "." {
            guard let element = PathElement(text) else { continue }
            let below = value.object ?? [:]
            if below.isEmpty || below["."] != nil { members.insert(element) }
            setChild(element, FieldSet(fieldsV1: value))
        }
    }
}
