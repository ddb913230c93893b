package import KubeJSON
package import KubeModel

/// One revision of one object, immutable, with its JSON text made once for all readers.
package final class StoredObject: Sendable {
    /// Namespace and name.
    package let key: ObjectKey
    /// The store's revision that wrote it; also its `metadata.resourceVersion`.
    package let revision: UInt64
    /// The whole object.
    package let value: JSONValue
    /// The object as JSON text.
    let json: [UInt8]
    let labels: [String: String]

    init(key: ObjectKey, revision: UInt64, value: JSONValue) {
        var value = value
        value.set(.string(String(revision)), at: "metadata", "resourceVersion")
        self.key = key
        self.revision = revision
        self.value = value
        json = JSONWriter.bytes(value)
        labels = value.value(at: "metadata", "labels")?.strings ?? [:]
    }

    var uid: String { value.value(at: "metadata", "uid")?.string ?? "" }
    var isTerminating: Bool { value.value(at: "metadata", "deletionTimestamp") != nil }

    var ownerUIDs: Set<String> {
        let owners = value.value(at: "metadata", "ownerReferences")?.array ?? []
        return Set(owners.compactMap { $0["uid"]?.string })
    }
}

/// A group and the lower-case plural: where objects of one kind are kept, whichever version they are served in.
package struct GroupResource: Hashable, Sendable, Comparable {
    /// The API group, empty for the core group.
    package let group: String
    /// The plural name.
    package let resource: String

    /// Names a collection.
    package init(group: String, resource: String) {
        self.group = group
        self.resource = resource
    }

    /// By group, then resource.
    package static func < (left: GroupResource, right: GroupResource) -> Bool {
        (left.group, left.resource) < (right.group, right.resource)
    }
}

extension ResourceType {
    /// Where objects of this type are kept.
    package var groupResource: GroupResource { GroupResource(group: group, resource: plural) }
}

/// One change of one object, as history and watchers see it.
struct Change: Sendable {
    enum Kind: Sendable {
        case added, modified, deleted
    }

    let kind: Kind
    /// The object after the change; for a deletion its last state with the revision of the deletion.
    let object: StoredObject
    /// The object before the change, to tell watchers whose selector it matched.
    let previous: StoredObject?
}
