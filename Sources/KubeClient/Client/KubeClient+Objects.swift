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
