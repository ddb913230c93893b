import KubeJSON
import KubeModel

/// Server-side apply: merging what a manager wishes into an object, and keeping the books of who owns what
/// (Kubernetes docs, "Server-Side Apply").
struct ServerSideApply {
    let resource: ServedResource
    let subresource: String?
    let now: String

    /// What applying leads to, before admission.
    struct Result {
        let object: JSONValue
        let managed: ManagedFields
    }

    private func manager(_ name: String, _ operation: String) -> ManagedFields.Manager {
        ManagedFields.Manager(
            name: name,
            operation: operation,
            apiVersion: resource.type.apiVersion,
            subresource: subresource
        )
    }

    /// Merges `wish` into `live` for a manager; throws 409 naming each field another manager set otherwise.
    func apply(
        _ wish: JSONValue,
        to live: JSONValue?,
        manager name: String,
        force: Bool
    ) throws(APIError) -> Result {
        let schema = resource.schema
        let wish = Self.withoutNulls(wish)
        let manager = manager(name, "Apply")
        let live = live ?? [:]
        var managed = ManagedFields(live)
        let last = managed.fields(of: manager)
        let wished = OwnedTree.fields(of: wish, schema)
            .ownable(subresource: subresource, hasStatus: resource.hasStatus)

        var merged = OwnedTree.merged(live, wish, schema)
        managed.set(wished, for: manager, now: now)
        merged = OwnedTree.pruned(merged, schema, last: last, kept: managed.allFields) ?? merged

        let changed = changes(from: live, to: merged)
        let conflicts = managed.entries.filter { !$0.manager.isSame(as: manager) }.map { entry in
            (entry.manager, entry.fields.intersection(changed.written).intersection(wished))
        }.filter { !$0.1.isEmpty }
        if !conflicts.isEmpty, !force { throw conflict(conflicts) }
        managed.take(changed.written.intersection(wished).union(changed.removed), fromAllBut: manager)
        return Result(object: merged, managed: managed)
    }

    /// The books after a write that was not an apply: the writer owns what it changed.
    func update(from live: JSONValue?, to object: JSONValue, manager name: String) -> ManagedFields {
        // A writer may reset the list by sending one that is empty; anything else it sends is ignored.
        let isReset = object.value(at: "metadata", "managedFields")?.array.map { $0.allSatisfy { $0 == [:] } } ?? false
        var managed = ManagedFields(isReset ? [:] : (live ?? object))
        let manager = manager(name, "Update")
        let changed = changes(from: live ?? [:], to: object)
        let written = changed.written.ownable(subresource: subresource, hasStatus: resource.hasStatus)
        managed.take(written.union(changed.removed), fromAllBut: manager)
        let owned = managed.fields(of: manager).subtracting(changed.removed).union(written)
        managed.set(owned, for: manager, now: now)
        return managed
    }

    private func changes(from old: JSONValue, to new: JSONValue) -> (written: FieldSet, removed: FieldSet) {
        let schema = resource.schema
        let before = OwnedTree.fields(of: old, schema)
        let after = OwnedTree.fields(of: new, schema)
        let modified = OwnedTree.modified(old, new, schema)
        return (after.subtracting(before).union(modified), before.subtracting(after))
    }

    private func conflict(_ conflicts: [(ManagedFields.Manager, FieldSet)]) -> APIError {
        let causes = conflicts.sorted { $0.0.name < $1.0.name }.flatMap { manager, fields in
            fields.paths.map { path in
                APIError.Cause(
                    reason: "FieldManagerConflict",
                    message: "conflict with \(shown(manager))",
                    field: path.map(\.shown).joined()
                )
            }
        }
        var byManager: [String: [String]] = [:]
        for cause in causes { byManager[cause.message ?? "", default: []].append(cause.field ?? "") }
        let count = "\(causes.count) conflict\(causes.count == 1 ? "" : "s")"
        let texts = byManager.sorted { $0.key < $1.key }.map { message, fields in
            fields.count == 1 && byManager.count == 1
                ? "\(message): \(fields[0])"
                : "\(message.replacing("conflict with", with: "conflicts with")):\n"
                    + fields.map { "- \($0)" }.joined(separator: "\n")
        }
        var error = APIError(409, "Conflict", "Apply failed with \(count): \(texts.joined(separator: "\n"))")
        error.details.causes = causes
        return error
    }

    private func shown(_ manager: ManagedFields.Manager) -> String {
        var text = "\"\(manager.name)\""
        if let subresource = manager.subresource { text += " with subresource \"\(subresource)\"" }
        if manager.operation == "Update" { text += " using \(manager.apiVersion)" }
        return text
    }

    private static func withoutNulls(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members): .object(members.filter { !$0.value.isNull }.mapValues(withoutNulls))
        case .array(let elements): .array(elements.map(withoutNulls))
        default: value
        }
    }
}
