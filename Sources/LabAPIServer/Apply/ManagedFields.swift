import KubeJSON
import KubeModel

/// Who owns which fields of an object: `metadata.managedFields` as a value.
struct ManagedFields: Hashable {
    /// One manager in one way of writing.
    struct Manager: Hashable {
        let name: String
        /// `Apply` or `Update`.
        let operation: String
        let apiVersion: String
        /// The subresource written through; nil for the object itself.
        let subresource: String?

        /// Whether two entries are the same manager: an applier stays itself in any version.
        func isSame(as other: Manager) -> Bool {
            name == other.name && operation == other.operation && subresource == other.subresource
                && (operation == "Apply" || apiVersion == other.apiVersion)
        }
    }

    struct Entry: Hashable {
        var manager: Manager
        var fields: FieldSet
        var time: String
    }

    var entries: [Entry] = []

    /// Reads the list of an object; entries it cannot read are left out.
    init(_ object: JSONValue) {
        entries = (object.value(at: "metadata", "managedFields")?.array ?? []).compactMap { entry in
            guard let name = entry["manager"]?.string, let operation = entry["operation"]?.string else { return nil }
            return Entry(
                manager: Manager(
                    name: name,
                    operation: operation,
                    apiVersion: entry["apiVersion"]?.string ?? "",
                    subresource: entry["subresource"]?.string
                ),
                fields: FieldSet(fieldsV1: entry["fieldsV1"] ?? [:]),
                time: entry["time"]?.string ?? ""
            )
        }
    }

    /// The list as JSON, appliers first, then by time and name.
    var json: JSONValue {
        let sorted = entries.filter { !$0.fields.isEmpty }.sorted { left, right in
            let ways = (left.manager.operation, right.manager.operation)
            if ways.0 != ways.1 { return ways.0 < ways.1 }
            return (left.time, left.manager.name, left.manager.subresource ?? "")
                < (right.time, right.manager.name, right.manager.subresource ?? "")
        }
        return .array(
            sorted.map { entry in
                var object: JSONValue = [
                    "manager": .string(entry.manager.name), "operation": .string(entry.manager.operation),
                    "apiVersion": .string(entry.manager.apiVersion), "fieldsType": "FieldsV1",
                    "fieldsV1": entry.fields.fieldsV1,
                ]
                if !entry.time.isEmpty { object.set(.string(entry.time), at: "time") }
                if let subresource = entry.manager.subresource { object.set(.string(subresource), at: "subresource") }
                return object
            }
        )
    }

    func fields(of manager: Manager) -> FieldSet {
        entries.first { $0.manager.isSame(as: manager) }?.fields ?? FieldSet()
    }

    /// The fields of everyone together.
    var allFields: FieldSet { entries.reduce(FieldSet()) { $0.union($1.fields) } }

    /// Gives a manager exactly these fields; the time changes only with them.
    mutating func set(_ fields: FieldSet, for manager: Manager, now: String) {
        if let index = entries.firstIndex(where: { $0.manager.isSame(as: manager) }) {
            if fields.isEmpty {
                entries.remove(at: index)
            } else if entries[index].fields != fields || entries[index].manager != manager {
                entries[index] = Entry(manager: manager, fields: fields, time: now)
            }
        } else if !fields.isEmpty {
            entries.append(Entry(manager: manager, fields: fields, time: now))
        }
    }

    /// Takes fields away from everyone but one manager.
    mutating func take(_ fields: FieldSet, fromAllBut manager: Manager) {
        for index in entries.indices where !entries[index].manager.isSame(as: manager) {
            entries[index].fields = entries[index].fields.subtracting(fields)
        }
        entries.removeAll { $0.fields.isEmpty }
    }
}

extension FieldSet {
    /// Fields the server looks after, which nobody owns.
    private static let serverPaths: [[PathElement]] = [
        [.field("apiVersion")], [.field("kind")], [.field("metadata"), .field("name")],
        [.field("metadata"), .field("namespace")], [.field("metadata"), .field("creationTimestamp")],
        [.field("metadata"), .field("selfLink")], [.field("metadata"), .field("uid")],
        [.field("metadata"), .field("generation")], [.field("metadata"), .field("managedFields")],
        [.field("metadata"), .field("resourceVersion")], [.field("metadata"), .field("generateName")],
        [.field("metadata"), .field("deletionTimestamp")], [.field("metadata"), .field("deletionGracePeriodSeconds")],
    ]

    /// The set as a manager may own it through a subresource.
    ///
    /// - Parameters:
    ///   - subresource: the subresource written through; nil for the object itself.
    ///   - hasStatus: whether status is a subresource and thus not the object's to write.
    /// - Returns: what is left without the server's own fields.
    func ownable(subresource: String?, hasStatus: Bool) -> FieldSet {
        var set = FieldSet.serverPaths.reduce(self) { $0.removing(path: $1) }
        set.members.remove(.field("metadata"))
        if subresource == "status" {
            set = FieldSet()
            if members.contains(.field("status")) { set.members.insert(.field("status")) }
            set.children[.field("status")] = children[.field("status")]
        } else if hasStatus {
            set = set.removing(.field("status"))
        }
        return set
    }
}
