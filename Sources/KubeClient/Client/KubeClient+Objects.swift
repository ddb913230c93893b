package import KubeModel

extension KubeClient {
    /// Reads one object.
    package func get<Object: KubeObject>(_ type: Object.Type, _ key: ObjectKey) async throws -> Object {
        try await send(.get(Object.type, key), as: type)
    }

    /// Reads one object, or nil when there is none.
    package func find<Object: KubeObject>(_ type: Object.Type, _ key: ObjectKey) async throws -> Object? {
        do {
            return try await get(type, key)
        } catch let error as KubeError where error.code == .notFound {
            return nil
        }
    }

    /// Reads a whole list, page by page.
    ///
    /// Objects that cannot be decoded, or are too long, are reported in the result. A page that is too long is asked for
    /// again with half as many objects. A list that changes too much underneath (410) is started again, twice at most.
    package func list<Object: KubeObject>(
        _ type: Object.Type,
        _ scope: ObjectScope = .all,
        pageSize: Int = 500
    ) async throws -> ObjectList<Object> {
        // What was learned about the length of pages stays: a list of short pages takes longer, and expires more easily.
        var reader = PageReader<Object>(client: self, scope: scope, limit: PageLimit(most: pageSize))
        for _ in 0..<2 {
            do {
                return try await pages(&reader)
            } catch let error as KubeError where error.recovery == .relist {
                continue
            }
        }
        return try await pages(&reader)
    }

    private func pages<Object: KubeObject>(_ reader: inout PageReader<Object>) async throws -> ObjectList<Object> {
        var result = ObjectList<Object>()
        var length = ListLength()
        var page = try await reader.first()
        try length.add(page)
        result.append(page)
        while let token = page.continue {
            page = try await reader.page(continue: token)
            try length.add(page)
            result.append(page)
        }
        return result
    }

    /// Creates an object and returns it as the server stored it.
    package func create<Object: KubeObject>(
        _ object: Object,
        _ options: WriteOptions = WriteOptions()
    ) async throws -> Object {
        let manifest = try object.manifest()
        let request = KubeRequest.create(Object.type, namespace: object.metadata.namespace, manifest, options)
        return try await send(request, as: Object.self)
    }

    /// Replaces an object whose type holds all its fields.
    ///
    /// Throws `KubeError` with code `conflict` when its resource version is not the present one.
    package func update<Object: KubeObject>(
        _ object: Object,
        _ options: WriteOptions = WriteOptions()
    ) async throws -> Object {
        let request = try KubeRequest.update(Object.type, object.key, object.manifest(), options)
        return try await send(request, as: Object.self)
    }

    /// Changes a part of an object.
    package func patch<Object: KubeObject>(
        _ type: Object.Type,
        _ key: ObjectKey,
        _ patch: Patch,
        _ options: WriteOptions = WriteOptions()
    ) async throws -> Object {
        try await send(.patch(Object.type, key, patch, options), as: type)
    }

    /// Applies the fields of a manifest on the server, as `fieldManager`.
    ///
    /// Without `force` a field that someone else owns makes it throw `KubeError` with code `conflict`. The answer is the
    /// object as it is then, without who set which of its fields.
    package func apply(
        _ type: ResourceType,
        _ key: ObjectKey,
        _ manifest: JSONValue,
        fieldManager: String,
        force: Bool = false,
        subresource: String? = nil,
        dryRun: Bool = false
    ) async throws -> JSONValue {
        let request = KubeRequest.apply(
            type,
            key,
            manifest,
            fieldManager: fieldManager,
            force: force,
            subresource: subresource,
            dryRun: dryRun
        )
        return try await send(request, as: JSONValue.self)
    }

    /// Applies an object's own fields, without its status.
    package func apply<Object: KubeObject>(
        _ object: Object,
        fieldManager: String,
        force: Bool = false
    ) async throws -> Object {
        let manifest = try object.manifest().applicable(dropping: "status")
        let request = KubeRequest.apply(
            Object.type,
            object.key,
            manifest,
            fieldManager: fieldManager,
            force: force
        )
        return try await send(request, as: Object.self)
    }

    /// Applies an object's status, and nothing else of it.
    package func applyStatus<Object: KubeObject>(
        _ object: Object,
        fieldManager: String,
        force: Bool = true
    ) async throws -> Object {
        let manifest = try object.manifest().statusAlone()
        let request = KubeRequest.apply(
            Object.type,
            object.key,
            manifest,
            fieldManager: fieldManager,
            force: force,
            subresource: "status"
        )
        return try await send(request, as: Object.self)
    }

    /// Deletes an object; one that is gone already is as good.
    ///
    /// Throws `KubeError` with code `conflict` when it is not the very object of a uid, or not at a version, if asked for.
    package func delete<Object: KubeObject>(
        _ type: Object.Type,
        _ key: ObjectKey,
        uid: String? = nil,
        resourceVersion: String? = nil
    ) async throws {
        do {
            _ = try await send(.delete(Object.type, key, uid: uid, resourceVersion: resourceVersion))
        } catch let error as KubeError where error.code == .notFound {
            return
        }
    }
}

extension JSONValue {
    /// The manifest as server-side apply wants it: without what the server sets, and without one more field.
    func applicable(dropping field: String) -> JSONValue {
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

    /// Kind, name and status alone.
    func statusAlone() -> JSONValue {
        var metadata: [String: JSONValue] = [:]
        metadata["name"] = self["metadata"]?["name"]
        metadata["namespace"] = self["metadata"]?["namespace"]
        var members: [String: JSONValue] = ["metadata": .object(metadata)]
        for field in ["apiVersion", "kind", "status"] { members[field] = self[field] }
        return .object(members)
    }
}
