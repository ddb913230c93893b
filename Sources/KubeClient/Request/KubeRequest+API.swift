import FoundationEssentials
package import KubeJSON
package import KubeModel

extension KubeRequest {
    private static let json = Field("Content-Type", "application/json")

    /// Reads one object.
    package static func get(_ type: ResourceType, _ key: ObjectKey, subresource: String? = nil) -> KubeRequest {
        KubeRequest(.get, path(type, key, subresource))
    }

    /// Reads one page of a list.
    package static func list(
        _ type: ResourceType,
        _ scope: ObjectScope = .all,
        limit: Int? = nil,
        continue token: String? = nil
    ) -> KubeRequest {
        var query = scope.query
        if let limit { query.append(Field("limit", String(limit))) }
        if let token { query.append(Field("continue", token)) }
        return KubeRequest(.get, type.path(namespace: scope.namespace), query: query)
    }

    /// Follows a list from a resource version on; the server ends the stream after `timeout`.
    package static func watch(
        _ type: ResourceType,
        _ scope: ObjectScope = .all,
        from resourceVersion: String,
        timeout: Duration
    ) -> KubeRequest {
        let query =
            [Field("watch", "1")] + scope.query + [
                Field("resourceVersion", resourceVersion),
                Field("allowWatchBookmarks", "true"),
                Field("timeoutSeconds", String(timeout.components.seconds)),
            ]
        return KubeRequest(.get, type.path(namespace: scope.namespace), query: query, timeout: nil)
    }

    /// Creates an object.
    package static func create(
        _ type: ResourceType,
        namespace: String?,
        _ manifest: JSONValue,
        _ options: WriteOptions = WriteOptions()
    ) -> KubeRequest {
        KubeRequest(
            .post,
            type.path(namespace: namespace),
            query: options.query,
            headers: [json],
            body: Data(JSONWriter.bytes(manifest))
        )
    }

    /// Replaces an object; the server refuses it when the manifest's resource version is not the present one.
    package static func update(
        _ type: ResourceType,
        _ key: ObjectKey,
        _ manifest: JSONValue,
        _ options: WriteOptions = WriteOptions()
    ) -> KubeRequest {
        KubeRequest(
            .put,
            path(type, key, options.subresource),
            query: options.query,
            headers: [json],
            body: Data(JSONWriter.bytes(manifest))
        )
    }

    /// Changes a part of an object.
    package static func patch(
        _ type: ResourceType,
        _ key: ObjectKey,
        _ patch: Patch,
        _ options: WriteOptions = WriteOptions()
    ) -> KubeRequest {
        KubeRequest(
            .patch,
            path(type, key, options.subresource),
            query: options.query,
            headers: [Field("Content-Type", patch.contentType)],
            body: Data(JSONWriter.bytes(patch.body))
        )
    }

    /// Server-side apply: the manifest states the fields that its manager wants, and no others.
    ///
    /// JSON is YAML, so the body may be JSON under the content type that the API server asks for.
    package static func apply(
        _ type: ResourceType,
        _ key: ObjectKey,
        _ manifest: JSONValue,
        fieldManager: String,
        force: Bool,
        subresource: String? = nil,
        dryRun: Bool = false
    ) -> KubeRequest {
        let options = WriteOptions(fieldManager: fieldManager, dryRun: dryRun)
        return KubeRequest(
            .patch,
            path(type, key, subresource),
            query: options.query + [Field("force", force ? "true" : "false")],
            headers: [Field("Content-Type", "application/apply-patch+yaml")],
            body: Data(JSONWriter.bytes(manifest))
        )
    }

    /// Deletes an object; with `uid` only that very object, not a successor of its name, and only at `resourceVersion`.
    package static func delete(
        _ type: ResourceType,
        _ key: ObjectKey,
        uid: String? = nil,
        resourceVersion: String? = nil
    ) -> KubeRequest {
        var preconditions: [String: JSONValue] = [:]
        preconditions["uid"] = uid.map(JSONValue.string)
        preconditions["resourceVersion"] = resourceVersion.map(JSONValue.string)
        guard !preconditions.isEmpty else { return KubeRequest(.delete, type.path(key)) }
        let options: JSONValue = [
            "apiVersion": "v1", "kind": "DeleteOptions", "preconditions": .object(preconditions),
        ]
        return KubeRequest(.delete, type.path(key), headers: [json], body: Data(JSONWriter.bytes(options)))
    }

    /// Reads from a pod's HTTP port through the API server, which with `isSecured` connects with TLS and asks for no proof of who
    /// answers; `port` is a number or a name.
    ///
    /// The API server passes the header fields on, all but `Authorization`, which it takes for its own.
    package static func podProxy(
        namespace: String,
        pod: String,
        port: String,
        isSecured: Bool = false,
        path: String,
        query: [Field] = [],
        headers: [Field] = []
    ) -> KubeRequest {
        let tail = path.hasPrefix("/") ? path : "/" + path
        let name = isSecured ? "https:\(pod)" : pod
        return KubeRequest(
            .get,
            "/api/v1/namespaces/\(namespace)/pods/\(name):\(port)/proxy\(tail)",
            query: query,
            headers: headers
        )
    }

    /// Asks for a token of a service account that counts for one audience and a time, ten minutes at least.
    package static func token(
        of account: ObjectKey,
        audience: String,
        lifetime: Duration
    ) -> KubeRequest {
        let body: JSONValue = [
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
            "spec": ["audiences": [.string(audience)], "expirationSeconds": .integer(lifetime.components.seconds)],
        ]
        return KubeRequest(
            .post,
            "/api/v1/namespaces/\(account.namespace ?? "default")/serviceaccounts/\(account.name)/token",
            headers: [json],
            body: Data(JSONWriter.bytes(body))
        )
    }

    private static func path(_ type: ResourceType, _ key: ObjectKey, _ subresource: String?) -> String {
        subresource.map { "\(type.path(key))/\($0)" } ?? type.path(key)
    }
}
