import KubeJSON
import KubeModel

/// What a list or a watch asks for.
struct ListOptions {
    let labels: LabelQuery
    let fields: FieldQuery
    let limit: Int?
    let continueToken: ContinueToken?
    let resourceVersion: String?
    let resourceVersionMatch: String?
    let sendInitialEvents: Bool?
    let allowBookmarks: Bool
    let timeout: Duration?

    init(_ query: RequestQuery, for resource: ServedResource) throws(APIError) {
        labels = try LabelQuery(query["labelSelector"] ?? "")
        fields = try FieldQuery(query["fieldSelector"] ?? "", for: resource)
        limit = query["limit"].flatMap { Int($0) }
        if let text = query["continue"] {
            guard let token = ContinueToken(text) else { throw .badRequest("continue key is not valid") }
            continueToken = token
        } else {
            continueToken = nil
        }
        resourceVersion = query["resourceVersion"]
        resourceVersionMatch = query["resourceVersionMatch"]
        sendInitialEvents = query["sendInitialEvents"].map { $0 == "true" || $0 == "1" }
        allowBookmarks = query.flag("allowWatchBookmarks")
        timeout = query["timeoutSeconds"].flatMap { Int64($0) }.map { .seconds(max(0, min($0, 86_400))) }
    }
}

extension ResourceVerbs {
    /// A list before it is written.
    struct Listed {
        let objects: [StoredObject]
        let metadata: JSONValue
    }

    /// `GET` of a collection.
    func list(_ options: ListOptions) throws(APIError) -> Listed {
        if let wished = options.resourceVersion, wished != "0" {
            guard let revision = UInt64(wished) else {
                throw .badRequest("resourceVersion: Invalid value: \"\(wished)\"")
            }
            guard revision <= store.revision else { throw .tooLarge(revision, current: store.revision) }
            if options.resourceVersionMatch == "Exact", revision != store.revision, options.continueToken == nil {
                throw .expired("The resourceVersion for the provided list is too old.")
            }
        }
        let page: ObjectStore.Page
        if let token = options.continueToken {
            guard let next = store.page(token, limit: options.limit) else {
                throw .expired(
                    "The provided continue parameter is too old to display a consistent list result. You must start a "
                        + "new list without the continue parameter."
                )
            }
            page = next
        } else {
            page = store.page(collection, limit: options.limit, matching: filter(options))
        }
        var metadata: JSONValue = ["resourceVersion": .string(String(page.revision))]
        if let next = page.next {
            metadata.set(.string(next.text), at: "continue")
            metadata.set(.integer(Int64(page.remaining)), at: "remainingItemCount")
        }
        return Listed(objects: page.objects, metadata: metadata)
    }

    /// Whether an object belongs to what the request asks for.
    func filter(_ options: ListOptions) -> @Sendable (StoredObject) -> Bool {
        let (namespace, name, resource) = (info.namespace, info.name, resource)
        let (labels, fields) = (options.labels, options.fields)
        return { object in
            (namespace == nil || object.key.namespace == namespace) && (name == nil || object.key.name == name)
                && labels.matches(object.labels) && fields.matches(resource.representation(of: object.value))
        }
    }

    /// The JSON text of a list.
    func json(of listed: Listed) -> [UInt8] {
        var bytes = Array(
            """
            {"apiVersion":"\(resource.type.apiVersion)","kind":"\(resource.listKind)","metadata":\
            \(JSONWriter.text(listed.metadata)),"items":[
            """.utf8
        )
        bytes.reserveCapacity(listed.objects.reduce(256) { $0 + $1.json.count + 1 })
        for (index, object) in listed.objects.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: resource.json(of: object))
        }
        bytes.append(contentsOf: "]}".utf8)
        return bytes
    }
}
