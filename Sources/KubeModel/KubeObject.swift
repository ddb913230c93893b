/// A kind we know as a Swift type.
///
/// Types encode their fields alone; `manifest()` adds `apiVersion` and `kind`, which come from `type`.
package protocol KubeObject: Codable, Hashable, Sendable {
    /// Kind and place of all objects of this type.
    static var type: ResourceType { get }
    /// Name, labels and the rest.
    var metadata: ObjectMeta { get set }
}

extension KubeObject {
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
