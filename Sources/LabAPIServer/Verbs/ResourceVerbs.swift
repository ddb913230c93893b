import FoundationEssentials
import KubeJSON
import KubeModel
import PlainText

/// Where requests for one resource are carried out.
struct ResourceVerbs: Sendable {
    let context: ServerContext
    let resource: ServedResource
    let info: RequestInfo

    /// The answer to a write.
    struct Written {
        let object: JSONValue
        var isNew = false
        var warnings: [String] = []
    }

    var store: ObjectStore { context.store }
    var collection: GroupResource { resource.collection }

    /// The key of the object the path names.
    func key() throws(APIError) -> ObjectKey {
        guard let name = info.name else { throw .methodNotAllowed }
        return ObjectKey(namespace: resource.type.isNamespaced ? info.namespace : nil, name: name)
    }

    func stored(_ key: ObjectKey) throws(APIError) -> StoredObject {
        guard let object = store.object(collection, key) else { throw .notFound(resource, key.name) }
        return object
    }

    func admission(_ options: WriteQuery) -> ObjectAdmission {
        ObjectAdmission(
            resource: resource,
            options: options,
            subresource: info.subresource,
            validator: context.configuration.validator,
            clusterIPs: context.clusterIPs,
            now: context.now
        )
    }

    /// Things the server does once an object has changed.
    func afterWrite() {
        if collection == BuiltinResources.customResourceDefinitions { context.refreshDefinitions() }
    }
}

extension ResourceVerbs {
    /// `POST` of an object to its collection.
    func create(_ body: RequestBody, _ options: WriteQuery) throws(APIError) -> Written {
        guard info.name == nil || info.subresource != nil else { throw .methodNotAllowed }
        var admission = admission(options)
        let input = try admission.decoded(body.object, duplicates: body.duplicates)
        let name = try newName(input)
        if let wished = input.value(at: "metadata", "namespace")?.string, resource.type.isNamespaced,
            wished != info.namespace
        {
            throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
        }
        let key = ObjectKey(namespace: resource.type.isNamespaced ? info.namespace : nil, name: name)
        let books = books.update(from: nil, to: input, manager: options.manager)
        return try insert(input, key: key, managed: books, admission, options)
    }

    /// Keeps a new object with its books.
    func insert(
        _ input: JSONValue,
        key: ObjectKey,
        managed: ManagedFields,
        _ admission: ObjectAdmission,
        _ options: WriteQuery
    ) throws(APIError) -> Written {
        try checkNamespace(key)
        var object = try admission.created(input, key: key, uid: UUID().uuidString.lowercased())
        object.set(managed.json, at: "metadata", "managedFields")
        let value = resource.stored(object)
        var result = StoredObject(key: key, revision: 0, value: value)
        if options.isDryRun {
            if store.object(collection, key) != nil { throw .alreadyExists(resource, key.name) }
        } else {
            let written = try store.transact(collection, key) { current throws(APIError) in
                guard current == nil else { throw .alreadyExists(resource, key.name) }
                return .put(value)
            }
            if let written { result = written }
            if let address = value.value(at: "spec", "clusterIP")?.string, collection == BuiltinResources.services {
                context.clusterIPs.reserve(address)
            }
            afterWrite()
        }
        return Written(object: resource.representation(of: result.value), isNew: true, warnings: admission.warnings)
    }

    private func newName(_ input: JSONValue) throws(APIError) -> String {
        if let name = input.value(at: "metadata", "name")?.string, !name.isEmpty { return name }
        guard let prefix = input.value(at: "metadata", "generateName")?.string, !prefix.isEmpty else {
            throw .invalid(
                resource,
                "",
                [
                    SchemaFault(
                        path: FieldPath().field("metadata").field("name"),
                        reason: "FieldValueRequired",
                        message: "Required value: name or generateName is required"
                    )
                ]
            )
        }
        // Vowels and look-alikes are left out, as in the real server, so that no words come about.
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        return prefix + String((0..<5).compactMap { _ in alphabet.randomElement() })
    }

    private func checkNamespace(_ key: ObjectKey) throws(APIError) {
        guard let namespace = key.namespace else { return }
        guard let home = store.object(BuiltinResources.namespaces, ObjectKey(name: namespace)) else {
            var error = APIError(404, "NotFound", "namespaces \"\(namespace)\" not found")
            error.details = KubeStatus.Details(name: namespace, kind: "namespaces")
            throw error
        }
        guard !home.isTerminating else {
            var error = APIError(
                403,
                "Forbidden",
                "\(resource.qualifiedName) \"\(key.name)\" is forbidden: unable to create new content in namespace "
                    + "\(namespace) because it is being terminated"
            )
            error.details = KubeStatus.Details(name: key.name, group: resource.type.group, kind: resource.type.plural)
            error.details.causes = [
                APIError.Cause(
                    reason: "NamespaceTerminating",
                    message: "namespace \(namespace) is being terminated",
                    field: "metadata.namespace"
                )
            ]
            throw error
        }
    }

    /// The bookkeeper of who owns which field, for writes through this path.
    var books: ServerSideApply {
        ServerSideApply(resource: resource, subresource: info.subresource, now: context.now.description)
    }
}
