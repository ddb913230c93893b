package import KubeJSON

/// A kind we know as a Swift type.
///
/// Types encode their fields alone; `manifest()` adds `apiVersion` and `kind`, which come from `type`.
package protocol KubeObject: Named, Codable, Hashable, Sendable {
    /// Kind and place of all objects of this type.
    static var type: ResourceType { get }
    /// Name, labels and the rest.
    var metadata: ObjectMeta { get set }
    /// The names of members that decoding never asks for, wherever they stand in an object: they are not even read.
    static var unread: [String] { get }
    /// The object without what nothing here reads and anybody may fill: a tenant's annotations can be 250 kB of each of a
    /// thousand Services.
    var kept: Self { get }
}

extension KubeObject {
    /// Who set which field: every object has that, it is long, and nobody here asks for it.
    package static var unread: [String] { ["managedFields"] }

    /// Namespace and name.
    package var key: ObjectKey { metadata.key }

    /// Kind, namespace and name.
    package var reference: ObjectReference {
        ObjectReference(kind: Self.type.kind, namespace: metadata.namespace, name: metadata.name)
    }

    /// The object as a manifest: its fields with `apiVersion` and `kind`; throws `EncodingError`.
    package func manifest() throws -> JSONValue {
        var members = try JSON.tree(self).object ?? [:]
        members["apiVersion"] = .string(Self.type.apiVersion)
        members["kind"] = .string(Self.type.kind)
        return .object(members)
    }
}
