package import KubeJSON

/// The status of one object as a controller wants it, to be applied on the server.
package struct StatusWrite: Hashable, Sendable {
    package let type: ResourceType
    package let key: ObjectKey
    /// Kind, name and status alone.
    package let manifest: JSONValue

    package init(type: ResourceType, key: ObjectKey, manifest: JSONValue) {
        self.type = type
        self.key = key
        self.manifest = manifest
    }

    /// Writes the status that an object has here; throws `EncodingError`.
    package init(_ object: some KubeObject) throws {
        self.init(type: Swift.type(of: object).type, key: object.key, manifest: try object.manifest().statusAlone())
    }

    package var reference: ObjectReference {
        ObjectReference(kind: type.kind, namespace: key.namespace, name: key.name)
    }
}

extension JSONValue {
    /// Kind, name and status of a manifest.
    fileprivate func statusAlone() -> JSONValue {
        var metadata: [String: JSONValue] = [:]
        metadata["name"] = self["metadata"]?["name"]
        metadata["namespace"] = self["metadata"]?["namespace"]
        var members: [String: JSONValue] = ["metadata": .object(metadata)]
        for field in ["apiVersion", "kind", "status"] { members[field] = self[field] }
        return .object(members)
    }
}
