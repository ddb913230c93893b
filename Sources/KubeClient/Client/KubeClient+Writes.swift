package import KubeJSON
package import KubeModel

/// Writes are answered with the object's metadata alone, wherever the server can do that: nobody here reads the rest, and of
/// ten thousand Services it would be sent, secured and read ten thousand times (Kubernetes API concepts, "Metadata-only
/// fetches"; measured in Tests/Benchmarks/README.md).
extension KubeClient {
    /// Sends a write and returns the metadata that the object has then.
    package func write(_ request: KubeRequest) async throws -> ObjectMeta {
        try ObjectMeta(answer: try await send(request.answeredWithMetadata))
    }

    /// Creates an object.
    @discardableResult
    package func create(
        _ object: some KubeObject,
        _ options: WriteOptions = WriteOptions()
    ) async throws -> ObjectMeta {
        let namespace = object.metadata.namespace
        return try await write(.create(type(of: object).type, namespace: namespace, object.manifest(), options))
    }

    /// Replaces an object whose type holds all its fields.
    ///
    /// Throws `KubeError` with code `conflict` when its resource version is not the present one.
    @discardableResult
    package func update(
        _ object: some KubeObject,
        _ options: WriteOptions = WriteOptions()
    ) async throws -> ObjectMeta {
        try await write(.update(type(of: object).type, object.key, object.manifest(), options))
    }

    /// Changes a part of an object.
    @discardableResult
    package func patch<Object: KubeObject>(
        _ type: Object.Type,
        _ key: ObjectKey,
        _ patch: Patch,
        _ options: WriteOptions = WriteOptions()
    ) async throws -> ObjectMeta {
        try await write(.patch(Object.type, key, patch, options))
    }

    /// Applies the fields of a manifest on the server, as `fieldManager`.
    ///
    /// Without `force` a field that someone else owns makes it throw `KubeError` with code `conflict`.
    @discardableResult
    package func apply(
        _ type: ResourceType,
        _ key: ObjectKey,
        _ manifest: JSONValue,
        fieldManager: String,
        force: Bool = false,
        subresource: String? = nil
    ) async throws -> ObjectMeta {
        try await write(
            .apply(type, key, manifest, fieldManager: fieldManager, force: force, subresource: subresource)
        )
    }
}

extension KubeRequest {
    /// Server-side apply of an object's own fields, without its status; throws `EncodingError`.
    package static func apply(
        _ object: some KubeObject,
        fieldManager: String,
        force: Bool
    ) throws -> KubeRequest {
        let manifest = try object.manifest().applicable(dropping: "status")
        return .apply(type(of: object).type, object.key, manifest, fieldManager: fieldManager, force: force)
    }

    /// The same request, to be answered with metadata alone by a server that can do that.
    package var answeredWithMetadata: KubeRequest {
        var request = self
        request.headers.append(
            Field("Accept", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json")
        )
        return request
    }
}

extension ObjectMeta {
    /// The metadata in the answer to a write, of whole objects, too; throws `KubeError` where there is none.
    package init(answer: KubeResponse) throws(KubeError) {
        struct Answered: Decodable {
            let metadata: ObjectMeta
        }
        let rest = ["managedFields", "spec", "status", "data", "labels", "annotations"]
        guard let tree = try? JSON.read(answer.body, leavingOut: rest),
            let answered = try? JSON.decode(Answered.self, from: tree)
        else { throw KubeError(.undecodable, "the answer to a write has no metadata that can be read") }
        self = answered.metadata
    }
}

extension JSONValue {
    /// The manifest as server-side apply wants it: without what the server sets, and without one more field.
    fileprivate func applicable(dropping field: String) -> JSONValue {
        guard case .object(var members) = self else { return self }
        members[field] = nil
        if case .object(var metadata)? = members["metadata"] {
            for name in ["resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "uid"] {
                metadata[name] = nil
            }
            members["metadata"] = .object(metadata)
        }
        return .object(members)
    }
}
