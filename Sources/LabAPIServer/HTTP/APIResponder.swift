import HTTPTypes
import Hummingbird
import KubeJSON
import KubeModel
import Logging
import NIOCore

/// Answers every request of the API server.
struct APIResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let context: ServerContext
    let proxy: PodProxy
    private static let largestBody = 16 * 1024 * 1024

    func respond(to request: Request, context requestContext: Context) async throws -> Response {
        do {
            return try await answer(request)
        } catch let error as APIError {
            return .refusal(error)
        } catch let error as any HTTPResponseError {
            return .refusal(
                APIError(error.status.code, "BadRequest", "the request could not be read: \(error.status.reasonPhrase)")
            )
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        try authenticate(request)
        let path = request.uri.path
        let segments = path.split(separator: "/").map { percentDecoded($0) }
        if let response = try document(path, segments, request) { return response }
        guard let info = RequestInfo(segments: segments) else { throw APIError.unknownPath }
        if info.subresource == "proxy", info.resource == "pods" {
            return try await proxy.forward(request, info: info, store: context.store)
        }
        if info.group == "authorization.k8s.io" || info.group == "authentication.k8s.io" {
            guard request.method == .post else { throw APIError.methodNotAllowed }
            return try await AccessReview.answer(info, context) { try await body(request).object }
        }
        if info.subresource == "token", info.resource == "serviceaccounts", info.group.isEmpty {
            guard request.method == .post else { throw APIError.methodNotAllowed }
            return try TokenRequest(info).answer(try await body(request).object, context)
        }
        guard
            let resource = context.registry.resource(group: info.group, version: info.version, plural: info.resource)
        else { throw APIError.unknownPath }
        guard info.subresource == nil || (info.subresource == "status" && resource.hasStatus) else {
            throw APIError.unknownPath
        }
        return try await ResourceRequest(
            verbs: ResourceVerbs(context: context, resource: resource, info: info),
            query: RequestQuery(request.uri.query ?? ""),
            request: request,
            body: { try await body($0) }
        ).answer()
    }

    private func body(_ request: Request) async throws -> RequestBody {
        let buffer = try await request.body.collect(upTo: Self.largestBody)
        return try RequestBody(
            bytes: Array(buffer.readableBytesView),
            contentType: request.headers[.contentType],
            hasFieldManager: RequestQuery(request.uri.query ?? "")["fieldManager"] != nil
        )
    }

    private func authenticate(_ request: Request) throws(APIError) {
        guard let token = context.configuration.bearerToken else { return }
        let shown = request.headers[.authorization].flatMap { $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil }
        guard let shown, shown == token || context.tokens.isForServer(shown, at: context.now) else {
            throw APIError(401, "Unauthorized", "Unauthorized")
        }
    }

    /// Answers for paths that are not resources; nil for all others.
    private func document(_ path: String, _ segments: [String], _ request: Request) throws -> Response? {
        let discovery = Discovery(resources: context.registry.resources.all)
        switch (segments.first, segments.count) {
        case (nil, _):
            return .json([
                "paths": ["/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v3", "/readyz", "/version"]
            ])
        case ("healthz", 1), ("livez", 1), ("readyz", 1): return .text("ok")
        case ("version", 1): return .json(Discovery.version)
        case ("api", 1): return .json(discovery.coreVersions)
        case ("apis", 1): return .json(discovery.groupList)
        case ("apis", 2):
            guard let group = discovery.group(segments[1]) else { throw APIError.unknownPath }
            return .json(group)
        case ("api", 2), ("apis", 3):
            let group = segments.count == 3 ? segments[1] : ""
            let version = segments[segments.count - 1]
            if let list = AccessReview.resourceList(group: group, version: version) { return .json(list) }
            guard let list = discovery.resourceList(group: group, version: version) else { throw APIError.unknownPath }
            return .json(list)
        case ("openapi", _):
            guard segments.count > 1, segments[1] == "v3" else { return OpenAPIDocuments.version2(request) }
            if segments.count == 2 { return .json(context.documents.index(context.registry)) }
            let name = segments[2...].joined(separator: "/")
            guard let bytes = context.documents.document(name, context.registry) else { throw APIError.unknownPath }
            return .json(bytes)
        default: return nil
        }
    }
}
