import KubeJSON
import KubeModel

/// How a value divides into fields that can be owned one by one, by its schema.
enum OwnedTree {
    /// The parts of a value that are owned separately; nil when the value is owned as a whole.
    static func parts(_ value: JSONValue, _ schema: StructuralSchema?) -> [(PathElement, JSONValue)]? {
        switch value {
        case .object(let members):
            guard schema?.isAtomicMap != true else { return nil }
            return members.sorted { $0.key < $1.key }.map { (.field($0.key), $0.value) }
        case .array(let elements):
            guard let schema else { return nil }
            switch schema.listType {
            case .atomic: return nil
            case .set: return elements.map { (.value($0), $0) }
            case .map(let keys):
                return elements.map { (.key(identity($0, keys, schema.items)), $0) }
            }
        default: return nil
        }
    }

    private static func identity(
        _ element: JSONValue,
        _ keys: [String],
        _ schema: StructuralSchema?
    ) -> [String: JSONValue] {
        var identity: [String: JSONValue] = [:]
        for key in keys {
            identity[key] = element[key] ?? schema?.properties[key]?.defaultValue
        }
        return identity
    }

    static func schema(below element: PathElement, _ schema: StructuralSchema?) -> StructuralSchema? {
        switch element {
        case .field(let name): schema?.member(name)
        case .key, .value, .index: schema?.items
        }
    }

    static func fields(of value: JSONValue, _ schema: StructuralSchema?) -> FieldSet {
        var set = FieldSet()
        for (element, part) in parts(value, schema) ?? [] {
            let below = OwnedTree.schema(below: element, schema)
            let isDivided = parts(part, below) != nil
            let child = isDivided ? fields(of: part, below) : FieldSet()
            if !child.isEmpty { set.children[element] = child }
            switch element {
            case .field(let name):
                // Keys of a struct belong to their leaves; keys of a map exist on their own.
                if !isDivided || child.isEmpty || schema?.properties[name] == nil { set.members.insert(element) }
            case .key, .value, .index:
                set.members.insert(element)
            }
        }
        return set
    }

    /// The fields of both that differ in value.
    static func modified(_ old: JSONValue, _ new: JSONValue, _ schema: StructuralSchema?) -> FieldSet {
        var set = FieldSet()
        let oldParts = Dictionary(parts(old, schema) ?? [], uniquingKeysWith: { first, _ in first })
        for (element, part) in parts(new, schema) ?? [] {
            guard let before = oldParts[element], before != part else { continue }
            let below = OwnedTree.schema(below: element, schema)
            if parts(before, below) != nil, parts(part, below) != nil {
                let child = modified(before, part, below)
                if !child.isEmpty { set.children[element] = child }
            } else {
                set.members.insert(element)
            }
        }
        return set
    }

    /// The value with what is applied merged in: divided values merge, others are replaced.
    static func merged(_ live: JSONValue?, _ applied: JSONValue, _ schema: StructuralSchema?) -> JSONValue {
        guard let live, let appliedParts = parts(applied, schema), let liveParts = parts(live, schema) else {
            return applied
        }
        if case .object(var members) = live {
            for (element, part) in appliedParts {
                guard case .field(let name) = element else { continue }
                members[name] = merged(members[name], part, schema?.member(name))
            }
            return .object(members)
        }
        return .array(mergedLists(liveParts, appliedParts, schema))
    }

    /// Applied elements come in their order; live ones that are not applied keep their place among them.
    private static func mergedLists(
        _ live: [(PathElement, JSONValue)],
        _ applied: [(PathElement, JSONValue)],
        _ schema: StructuralSchema?
    ) -> [JSONValue] {
        let liveByElement = Dictionary(live, uniquingKeysWith: { first, _ in first })
        let appliedElements = Set(applied.map(\.0))
        var result: [JSONValue] = []
        var liveRest = live[...]
        var appliedRest = applied[...]
        while true {
            if let (element, value) = liveRest.first, !appliedElements.contains(element) {
                result.append(value)
                liveRest = liveRest.dropFirst()
            } else if let (element, value) = appliedRest.popFirst() {
                result.append(merged(liveByElement[element], value, schema?.items))
                if liveRest.first?.0 == element || liveByElement[element] != nil { liveRest = liveRest.dropFirst() }
            } else {
                // Only live elements that were applied earlier in the list are left.
                return result + liveRest.filter { !appliedElements.contains($0.0) }.map(\.1)
            }
        }
    }

    /// The value without the fields of `last` that nobody in `kept` has any more.
    static func pruned(
        _ value: JSONValue,
        _ schema: StructuralSchema?,
        last: FieldSet,
        kept: FieldSet
    ) -> JSONValue? {
        guard let parts = parts(value, schema) else { return value }
        var remaining: [(PathElement, JSONValue)] = []
        for (element, part) in parts {
            guard last.covers(element) else {
                remaining.append((element, part))
                continue
            }
            guard kept.covers(element) else { continue }
            let child = pruned(
                part,
                OwnedTree.schema(below: element, schema),
                last: last.child(element),
                kept: kept.child(element)
            )
            if let child { remaining.append((element, child)) }
        }
        guard case .object = value else { return .array(remaining.map(\.1)) }
        var members: [String: JSONValue] = [:]
        for case (.field(let name), let part) in remaining { members[name] = part }
        return .object(members)
    }
}
