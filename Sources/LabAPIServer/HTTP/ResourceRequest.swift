import HTTPTypes
import Hummingbird
import KubeJSON
import KubeModel
import NIOCore

/// One request for a resource: method and query to verb, and the result to the form the client wants.
struct ResourceRequest {
    let verbs: ResourceVerbs
    let query: RequestQuery
    let request: Request
    let body: (Request) async throws -> RequestBody

    private var resource: ServedResource { verbs.resource }

    private var representation: Representation {
        Representation(accept: request.headers[.accept], includeObject: query["includeObject"])
    }

    func answer() async throws -> Response {
        switch request.method {
        case .get where verbs.info.name == nil || query.flag("watch"):
            let options = try ListOptions(query, for: resource)
            return query.flag("watch") ? try watch(options) : try list(options)
        case .get: return shown(resource.representation(of: try verbs.stored(verbs.key()).value))
        case .post: return try written(verbs.create(try await body(request), try writeOptions()))
        case .put: return try written(verbs.replace(try await body(request), try writeOptions()))
        case .patch: return try written(verbs.patch(try await body(request), try writeOptions()))
        case .delete: return try await delete()
        default: throw APIError.methodNotAllowed
        }
    }

    private func writeOptions() throws(APIError) -> WriteQuery {
        try WriteQuery(query: query, userAgent: request.headers[.userAgent])
    }

    private func written(_ result: ResourceVerbs.Written) -> Response {
        shown(result.object, status: result.isNew ? .created : .ok, warnings: result.warnings)
    }

    private func shown(
        _ object: JSONValue,
        status: HTTPResponse.Status = .ok,
        warnings: [String] = []
    ) -> Response {
        switch representation {
        case .object:
            return .json(object, status: status, warnings: warnings)
        case .partialMetadata:
            return .json(Self.partial(object), status: status, warnings: warnings)
        case .table(let rowObject):
            let metadata: JSONValue = ["resourceVersion": object.value(at: "metadata", "resourceVersion") ?? ""]
            return .json(printer(rowObject).table([object], metadata: metadata), status: status, warnings: warnings)
        }
    }

    private static func partial(_ object: JSONValue) -> JSONValue {
        ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"] ?? [:]]
    }

    private func printer(_ rowObject: TablePrinter.RowObject) -> TablePrinter {
        TablePrinter(resource: resource, rowObject: rowObject, now: verbs.context.now)
    }

    private func list(_ options: ListOptions) throws(APIError) -> Response {
        let listed = try verbs.list(options)
        switch representation {
        case .object: return .json(verbs.json(of: listed))
        case .partialMetadata:
            return .json([
                "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": listed.metadata,
                "items": .array(listed.objects.map { Self.partial(resource.representation(of: $0.value)) }),
            ])
        case .table(let rowObject):
            let objects = listed.objects.map { resource.representation(of: $0.value) }
            return .json(printer(rowObject).table(objects, metadata: listed.metadata))
        }
    }

    private func delete() async throws -> Response {
        var options: JSONValue = [:]
        let buffer = try await request.body.collect(upTo: 1024 * 1024)
        if buffer.readableBytes > 0 {
            let bytes = Array(buffer.readableBytesView)
            let type = request.headers[.contentType]
            options = try RequestBody(bytes: bytes, contentType: type, hasFieldManager: false).object
        }
        if let policy = query["propagationPolicy"] { options.setDefault(.string(policy), at: "propagationPolicy") }
        let isDryRun = query["dryRun"] != nil
        guard verbs.info.name == nil else {
            switch try verbs.delete(options, isDryRun: isDryRun) {
            case .object(let object): return shown(object)
            case .gone(let status): return .json(status)
            }
        }
        let filter = verbs.filter(try ListOptions(query, for: resource))
        let deleted = try verbs.deleteCollection(options, isDryRun: isDryRun, matching: filter)
        return .json([
            "kind": .string(resource.listKind), "apiVersion": .string(resource.type.apiVersion),
            "metadata": ["resourceVersion": .string(String(verbs.store.revision))], "items": .array(deleted),
        ])
    }
}

extension ResourceRequest {
    /// `GET` with `watch=true`: lines until the client, the timeout or the server ends it.
    private func watch(_ options: ListOptions) throws(APIError) -> Response {
        if options.sendInitialEvents != nil, options.resourceVersionMatch != "NotOlderThan" {
            throw APIError(
                422,
                "Invalid",
                "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires "
                    + "setting resourceVersionMatch to NotOlderThan"
            )
        }
        var printer: TablePrinter?
        if case .table(let rowObject) = representation { printer = self.printer(rowObject) }
        let session = WatchSession(
            resource: resource,
            filter: verbs.filter(options),
            allowBookmarks: options.allowBookmarks,
            printer: printer
        )
        let (id, start): (UInt64, WatchStart)
        do {
            (id, start) = try verbs.store.watch(verbs.collection, from: try origin(options))
        } catch  where error.code == 410 {
            // The real server has begun its answer when it notices; clients must read the refusal from the stream.
            return Response(
                status: .ok,
                headers: Self.streamHeaders,
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: WatchSession.error(error)))
            )
        }
        let (store, collection, request) = (verbs.store, verbs.collection, request)
        let endsInitialEvents = options.sendInitialEvents == true && options.allowBookmarks
        return Response(
            status: .ok,
            headers: Self.streamHeaders,
            body: ResponseBody { writer in
                try await WatchStream(start: start, timeout: options.timeout, endsInitialEvents: endsInitialEvents) {
                    store.endWatch(collection, id)
                }
                .write(session, to: &writer, until: request)
            }
        )
    }

    private static let streamHeaders: HTTPFields = [
        .contentType: "application/json", .cacheControl: "no-cache, private", .connection: "close",
    ]

    private func origin(_ options: ListOptions) throws(APIError) -> ObjectStore.WatchOrigin {
        if options.sendInitialEvents == true { return .present }
        guard let text = options.resourceVersion, text != "0" else {
            return options.sendInitialEvents == false ? .after(verbs.store.revision) : .present
        }
        guard let revision = UInt64(text) else {
            throw .badRequest("resourceVersion: Invalid value: \"\(text)\": invalid resource version")
        }
        return .after(revision)
    }
}
