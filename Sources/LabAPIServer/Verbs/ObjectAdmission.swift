import KubeJSON
import KubeModel
import PlainText

/// The way of an object from a client's bytes to one that may be kept: unknown fields, defaults, server fields, rules.
struct ObjectAdmission {
    let resource: ServedResource
    let options: WriteQuery
    let subresource: String?
    let validator: LabAPIServer.Validator
    let clusterIPs: ClusterIPAllocator
    let now: Timestamp
    /// Sentences for `Warning` headers.
    private(set) var warnings: [String] = []

    init(
        resource: ServedResource,
        options: WriteQuery,
        subresource: String?,
        validator: @escaping LabAPIServer.Validator,
        clusterIPs: ClusterIPAllocator,
        now: Timestamp
    ) {
        self.resource = resource
        self.options = options
        self.subresource = subresource
        self.validator = validator
        self.clusterIPs = clusterIPs
        self.now = now
    }

    /// Removes fields the kind does not have, or refuses them when the client asked for strictness.
    mutating func decoded(_ object: JSONValue, duplicates: [FieldPath] = []) throws(APIError) -> JSONValue {
        guard object.object != nil else {
            throw .badRequest("the object provided is unrecognized (must be of type \(resource.type.kind))")
        }
        let apiVersion = object["apiVersion"]?.string ?? (resource.isCustom ? "" : resource.type.apiVersion)
        let kind = object["kind"]?.string ?? (resource.isCustom ? "" : resource.type.kind)
        guard apiVersion == resource.type.apiVersion, kind == resource.type.kind else {
            throw .badRequest(
                "the API version in the data (\(apiVersion)/\(kind)) does not match the expected API version "
                    + "(\(resource.type.apiVersion)/\(resource.type.kind))"
            )
        }
        var unknown: [FieldPath] = []
        var pruned = resource.schema.pruned(object, unknown: &unknown)
        pruned.set(.string(apiVersion), at: "apiVersion")
        pruned.set(.string(kind), at: "kind")
        guard options.fieldValidation != .ignore else { return pruned }
        let faults =
            duplicates.map { "duplicate field \"\($0.description)\"" }
            + unknown.map { "unknown field \"\($0.description)\"" }
        if options.fieldValidation == .warn {
            warnings += faults
        } else if !faults.isEmpty {
            throw .badRequest(
                "\(kind) in version \"\(resource.type.version)\" cannot be handled as a \(kind): "
                    + "strict decoding error: \(faults.joined(separator: ", "))"
            )
        }
        return pruned
    }

    /// A new object as it will be kept.
    func created(_ object: JSONValue, key: ObjectKey, uid: String) throws(APIError) -> JSONValue {
        var object = object
        object.set(.string(key.name), at: "metadata", "name")
        object.set(key.namespace.map(JSONValue.string), at: "metadata", "namespace")
        object.set(.string(uid), at: "metadata", "uid")
        object.set(.string(now.description), at: "metadata", "creationTimestamp")
        for name in ["resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generation"] {
            object.set(nil, at: "metadata", name)
        }
        if resource.tracksGeneration { object.set(1, at: "metadata", "generation") }
        if resource.hasStatus, resource.type.plural != "namespaces" { object.set(nil, at: "status") }
        object = try completed(object, old: nil)
        try check(object, key: key)
        return object
    }

    /// The object that replaces `old`.
    func updated(_ object: JSONValue, old: StoredObject) throws(APIError) -> JSONValue {
        var object = object
        let before = resource.representation(of: old.value)
        try checkIdentity(object, old: old)
        if subresource == nil {
            if resource.hasStatus { object.set(before["status"], at: "status") }
        } else {
            // Through the status subresource nothing but the status (and the books) changes.
            var changed = before
            changed.set(object["status"], at: "status")
            changed.set(object.value(at: "metadata", "managedFields"), at: "metadata", "managedFields")
            object = changed
        }
        let serverFields = [
            "name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
            "generation", "resourceVersion", "selfLink", "generateName",
        ]
        for name in serverFields { object.set(before.value(at: "metadata", name), at: "metadata", name) }
        object = try completed(object, old: before)
        if old.isTerminating {
            let earlier = before.value(at: "metadata", "finalizers")?.array ?? []
            let added = (object.value(at: "metadata", "finalizers")?.array ?? []).filter { !earlier.contains($0) }
            guard added.isEmpty else {
                throw .invalid(
                    resource,
                    old.key.name,
                    [
                        .forbidden(
                            FieldPath().field("metadata").field("finalizers"),
                            "no new finalizers can be added if the object is being deleted, found new finalizers "
                                + "[]string{\(added.map(SchemaFault.shown).joined(separator: ", "))}"
                        )
                    ]
                )
            }
        }
        if resource.tracksGeneration, wish(of: object) != wish(of: before) {
            object.set(
                .integer((before.value(at: "metadata", "generation")?.integer ?? 0) + 1),
                at: "metadata",
                "generation"
            )
        }
        try check(object, key: old.key)
        return object
    }

    /// What counts as a change of the wish: everything but metadata and, where it is a subresource, the status.
    private func wish(of object: JSONValue) -> JSONValue {
        var wish = object
        wish.set(nil, at: "metadata")
        if resource.hasStatus { wish.set(nil, at: "status") }
        return wish
    }

    private func checkIdentity(_ object: JSONValue, old: StoredObject) throws(APIError) {
        if let version = object.value(at: "metadata", "resourceVersion")?.string, !version.isEmpty {
            guard version == String(old.revision) else { throw .staleWrite(resource, old.key.name) }
        }
        if let uid = object.value(at: "metadata", "uid")?.string, !uid.isEmpty, uid != old.uid {
            throw .conflict(
                resource,
                old.key.name,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: \(old.uid)"
            )
        }
    }

    private func completed(_ object: JSONValue, old: JSONValue?) throws(APIError) -> JSONValue {
        let object = resource.schema.defaulted(object)
        switch resource.collection {
        case BuiltinResources.services: return try ServiceDefaults.completed(object, old: old, allocator: clusterIPs)
        case BuiltinResources.namespaces: return NamespaceDefaults.completed(object)
        case BuiltinResources.customResourceDefinitions where subresource == nil:
            return CustomResourceDefinition.established(object, now: now.description)
        case GroupResource(group: "", resource: "secrets"): return SecretDefaults.completed(object)
        default: return object
        }
    }

    private func check(_ object: JSONValue, key: ObjectKey) throws(APIError) {
        var faults = MetadataRules.faults(in: object, of: resource)
        if resource.collection == BuiltinResources.customResourceDefinitions {
            faults += CustomResourceDefinition.faults(in: object)
        }
        faults += resource.schema.faults(in: object)
        if faults.isEmpty {
            faults += validator(resource.type, object).map {
                SchemaFault(path: $0.path, reason: "FieldValueInvalid", message: $0.message)
            }
        }
        guard faults.isEmpty else { throw .invalid(resource, key.name, faults) }
    }
}
