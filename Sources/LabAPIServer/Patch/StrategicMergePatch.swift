import KubeJSON
import KubeModel

/// Strategic merge patch for built-in kinds: a merge patch whose lists merge by key
/// (Kubernetes docs, "Update API Objects in Place Using kubectl patch").
enum StrategicMergePatch {
    /// The target with the patch applied, lists merged as the schema says.
    static func apply(_ patch: JSONValue, to target: JSONValue?, schema: StructuralSchema?) -> JSONValue {
        guard case .object(var changes) = patch else { return patch }
        switch changes.removeValue(forKey: "$patch")?.string {
        case "replace": return .object(changes)
        case "delete": return .object([:])
        default: break
        }
        var members = target?.object ?? [:]
        let retained = changes.removeValue(forKey: "$retainKeys")?.array?.compactMap(\.string)
        for (name, change) in changes.sorted(by: { $0.key < $1.key }) {
            if let field = directiveField(name, "$deleteFromPrimitiveList/") {
                let removed = change.array ?? []
                members[field] = members[field]?.array.map { .array($0.filter { !removed.contains($0) }) }
            } else if directiveField(name, "$setElementOrder/") == nil {
                members[name] = merged(change, into: members[name], schema: schema?.member(name))
            }
        }
        for (name, order) in changes {
            guard let field = directiveField(name, "$setElementOrder/"), let elements = members[field]?.array,
                let order = order.array
            else { continue }
            let key = schema?.member(field)?.patchMergeKey
            members[field] = .array(ordered(elements, by: order, key: key))
        }
        if let retained { members = members.filter { retained.contains($0.key) } }
        return .object(members)
    }

    private static func directiveField(_ name: String, _ prefix: String) -> String? {
        name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
    }

    private static func merged(_ change: JSONValue, into old: JSONValue?, schema: StructuralSchema?) -> JSONValue? {
        switch change {
        case .null: return nil
        case .object: return apply(change, to: old, schema: schema)
        case .array(let changes):
            if let key = schema?.patchMergeKey {
                return .array(merged(changes, into: old?.array ?? [], key: key, schema: schema?.items))
            }
            if schema?.listType == .set {
                let old = old?.array ?? []
                return .array(old + changes.filter { !old.contains($0) })
            }
            return change
        default: return change
        }
    }

    private static func merged(
        _ changes: [JSONValue],
        into old: [JSONValue],
        key: String,
        schema: StructuralSchema?
    ) -> [JSONValue] {
        if changes.contains(where: { $0["$patch"]?.string == "replace" }) {
            return changes.filter { $0["$patch"]?.string != "replace" }
        }
        var elements = old
        for change in changes {
            let index = elements.firstIndex { $0[key] != nil && $0[key] == change[key] }
            if change["$patch"]?.string == "delete" {
                if let index { elements.remove(at: index) }
            } else if let index {
                elements[index] = apply(change, to: elements[index], schema: schema)
            } else {
                elements.append(apply(change, to: nil, schema: schema))
            }
        }
        return elements
    }

    /// Elements named in `order` come in that order; others keep their place relative to what stood before them.
    private static func ordered(_ elements: [JSONValue], by order: [JSONValue], key: String?) -> [JSONValue] {
        func identity(_ value: JSONValue) -> JSONValue { key.flatMap { value[$0] } ?? value }
        let positions = Dictionary(
            order.enumerated().map { (identity($1), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let named = elements.filter { positions[identity($0)] != nil }
            .sorted { (positions[identity($0)] ?? 0) < (positions[identity($1)] ?? 0) }
        var rest = named[...]
        // Unnamed elements stay where they are; the named ones fill the other places in their order.
        return elements.map { positions[identity($0)] == nil ? $0 : (rest.popFirst() ?? $0) }
    }
}
