import HTTPTypes
import Hummingbird
import KubeJSON
import KubeModel
import Synchronization

/// `/openapi/v3`: one document per group version, from which `kubectl explain` and its validation work.
final class OpenAPIDocuments: Sendable {
    private struct Cache {
        var edition: UInt64 = 0
        var documents: [String: [UInt8]] = [:]
    }

    private let cache = Mutex(Cache())

    /// The paths below `/openapi/v3` with a mark that changes with the content.
    func index(_ registry: ResourceRegistry) -> JSONValue {
        let (all, edition) = registry.resources
        var paths: [String: JSONValue] = [:]
        for resource in all {
            let path = String(resource.type.basePath.dropFirst())
            paths[path] = ["serverRelativeURL": .string("/openapi/v3/\(path)?hash=\(edition)")]
        }
        return ["paths": .object(paths)]
    }

    /// The document of a group version, such as `api/v1`; nil when nothing of it is served.
    func document(_ path: String, _ registry: ResourceRegistry) -> [UInt8]? {
        let (all, edition) = registry.resources
        if let known = cache.withLock({ $0.edition == edition ? $0.documents[path] : nil }) { return known }
        let served = all.filter { $0.type.basePath == "/\(path)" }
        guard !served.isEmpty else { return nil }
        let document = JSONWriter.bytes(Self.document(served))
        cache.withLock { cache in
            if cache.edition != edition { cache = Cache(edition: edition) }
            cache.documents[path] = document
        }
        return document
    }

    /// `/openapi/v2`, an empty document: kubectl asks for it last, for kinds that are not served at all.
    ///
    /// An empty protobuf message is a valid document, so that kubectl goes on to say what it cannot find.
    static func version2(_ request: Request) -> Response {
        guard request.headers[.accept]?.contains("protobuf") == true else {
            return .json(["swagger": "2.0", "info": ["title": "Kubernetes", "version": "v1.32.0+lab"], "paths": [:]])
        }
        return Response(
            status: .ok,
            headers: [.contentType: "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"],
            body: ResponseBody()
        )
    }

    private static func document(_ resources: [ServedResource]) -> JSONValue {
        var paths: [String: JSONValue] = [:]
        var schemas: [String: JSONValue] = [:]
        for resource in resources {
            let type = resource.type
            let name = schemaName(type)
            var schema = resource.schema.source
            schema.set([kind(type)], at: "x-kubernetes-group-version-kind")
            schemas[name] = schema
            let collection = type.isNamespaced ? "\(type.basePath)/namespaces/{namespace}/\(type.plural)" : type.path()
            paths[collection] = [
                "get": operation(type, "list", name), "post": operation(type, "post", name, writes: true),
            ]
            let patches = [
                "application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json",
            ]
            paths["\(collection)/{name}"] = [
                "get": operation(type, "get", name), "put": operation(type, "put", name, writes: true),
                "delete": operation(type, "delete", name),
                "patch": operation(type, "patch", name, writes: true, bodies: patches),
            ]
        }
        return [
            "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": "v1.32.0+lab"], "paths": .object(paths),
            "components": ["schemas": .object(schemas)],
        ]
    }

    private static func schemaName(_ type: ResourceType) -> String {
        let group = type.group.isEmpty ? "core" : type.group
        return "\(group.split(separator: ".").reversed().joined(separator: ".")).\(type.version).\(type.kind)"
    }

    private static func kind(_ type: ResourceType) -> JSONValue {
        ["group": .string(type.group), "version": .string(type.version), "kind": .string(type.kind)]
    }

    private static func operation(
        _ type: ResourceType,
        _ action: String,
        _ schema: String,
        writes: Bool = false,
        bodies: [String] = ["application/json"]
    ) -> JSONValue {
        let content: JSONValue = ["schema": ["$ref": .string("#/components/schemas/\(schema)")]]
        var operation: JSONValue = [
            "operationId": .string("\(action)\(type.kind)"), "x-kubernetes-action": .string(action),
            "x-kubernetes-group-version-kind": kind(type),
            "responses": ["200": ["description": "OK", "content": ["application/json": content]]],
        ]
        guard writes else { return operation }
        let parameters = ["dryRun", "fieldManager", "fieldValidation"].map { name -> JSONValue in
            ["name": .string(name), "in": "query", "schema": ["type": "string", "uniqueItems": true]]
        }
        operation.set(.array(parameters), at: "parameters")
        operation.set(
            ["content": .object(Dictionary(bodies.map { ($0, content) }, uniquingKeysWith: { first, _ in first }))],
            at: "requestBody"
        )
        return operation
    }
}
