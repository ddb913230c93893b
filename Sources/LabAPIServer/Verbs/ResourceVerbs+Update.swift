import KubeJSON
import KubeModel

extension ResourceVerbs {
    /// `PUT` of a whole object.
    func replace(_ body: RequestBody, _ options: WriteQuery) throws(APIError) -> Written {
        let key = try key()
        var admission = admission(options)
        let input = try admission.decoded(body.object, duplicates: body.duplicates)
        guard input.value(at: "metadata", "name")?.string == key.name else {
            throw .badRequest(
                "the name of the object (\(input.value(at: "metadata", "name")?.string ?? "")) does not match the name "
                    + "on the URL (\(key.name))"
            )
        }
        let version = input.value(at: "metadata", "resourceVersion")?.string ?? ""
        let decided = admission
        return try write(key, options, warnings: admission.warnings) { old throws(APIError) in
            guard !version.isEmpty || !resource.isCustom else {
                throw .invalid(
                    resource,
                    key.name,
                    [
                        SchemaFault(
                            path: FieldPath().field("metadata").field("resourceVersion"),
                            reason: "FieldValueInvalid",
                            message: "Invalid value: 0x0: must be specified for an update"
                        )
                    ]
                )
            }
            return try updated(input, old: old, decided, options)
        }
    }

    /// `PATCH` of an object.
    func patch(_ body: RequestBody, _ options: WriteQuery) throws(APIError) -> Written {
        switch body.mediaType {
        case "application/apply-patch+yaml": return try apply(body, options)
        case "application/json-patch+json", "application/merge-patch+json":
            return try edit(body, options)
        case "application/strategic-merge-patch+json" where !resource.isCustom:
            return try edit(body, options)
        default:
            throw .unsupportedMediaType(body.mediaType, accepted: acceptedPatches)
        }
    }

    private var acceptedPatches: [String] {
        ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"]
            + (resource.isCustom ? [] : ["application/strategic-merge-patch+json"])
    }

    private func edit(_ body: RequestBody, _ options: WriteQuery) throws(APIError) -> Written {
        let key = try key()
        var warnings: [String] = []
        return try write(key, options, warnings: { warnings }) { old throws(APIError) in
            var admission = admission(options)
            let edited = try patched(resource.representation(of: old.value), with: body)
            let input = try admission.decoded(edited, duplicates: body.duplicates)
            warnings = admission.warnings
            return try updated(input, old: old, admission, options)
        }
    }

    private func patched(_ object: JSONValue, with body: RequestBody) throws(APIError) -> JSONValue {
        switch body.mediaType {
        case "application/json-patch+json":
            do throws(JSONPatch.Fault) {
                return try JSONPatch.apply(body.object, to: object)
            } catch {
                var refusal = APIError(
                    422,
                    "Invalid",
                    "the server rejected our request due to an error in our request"
                )
                refusal.details.causes = [
                    APIError.Cause(reason: "UnexpectedServerResponse", message: error.message)
                ]
                throw refusal
            }
        case "application/strategic-merge-patch+json":
            return StrategicMergePatch.apply(body.object, to: object, schema: resource.schema)
        default:
            guard body.object.object != nil else { throw .badRequest("a merge patch must be an object") }
            return MergePatch.apply(body.object, to: object)
        }
    }

    private func apply(_ body: RequestBody, _ options: WriteQuery) throws(APIError) -> Written {
        let key = try key()
        guard body.hasFieldManager else {
            throw APIError(
                422,
                "Invalid",
                "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"
            )
        }
        var admission = admission(options)
        let wish = try admission.decoded(body.object, duplicates: body.duplicates)
        if let name = wish.value(at: "metadata", "name")?.string, name != key.name {
            throw .badRequest("the name of the object (\(name)) does not match the name on the URL (\(key.name))")
        }
        guard wish.value(at: "metadata", "managedFields") == nil else {
            throw .badRequest("metadata.managedFields must be nil")
        }
        if store.object(collection, key) == nil {
            guard info.subresource == nil else { throw .notFound(resource, key.name) }
            let result = try books.apply(wish, to: nil, manager: options.manager, force: options.force)
            return try insert(result.object, key: key, managed: result.managed, admission, options)
        }
        let decided = admission
        return try write(key, options, warnings: admission.warnings) { old throws(APIError) in
            let live = resource.representation(of: old.value)
            let result = try books.apply(wish, to: live, manager: options.manager, force: options.force)
            var object = try decided.updated(result.object, old: old)
            object.set(result.managed.json, at: "metadata", "managedFields")
            return object
        }
    }

    /// The admitted object with the books of a plain update.
    private func updated(
        _ input: JSONValue,
        old: StoredObject,
        _ admission: ObjectAdmission,
        _ options: WriteQuery
    ) throws(APIError) -> JSONValue {
        let live = resource.representation(of: old.value)
        var object = try admission.updated(input, old: old)
        // The books compare what will be kept, so that defaults and restored status belong to nobody.
        var compared = object
        compared.set(input.value(at: "metadata", "managedFields"), at: "metadata", "managedFields")
        let managed = books.update(from: live, to: compared, manager: options.manager)
        object.set(managed.json, at: "metadata", "managedFields")
        return object
    }

    private func write(
        _ key: ObjectKey,
        _ options: WriteQuery,
        warnings: @autoclosure () -> [String],
        _ decide: (StoredObject) throws(APIError) -> JSONValue
    ) throws(APIError) -> Written {
        try write(key, options, warnings: { warnings() }, decide)
    }

    /// Replaces an object by what `decide` makes of it, unless that is the same.
    private func write(
        _ key: ObjectKey,
        _ options: WriteQuery,
        warnings: () -> [String],
        _ decide: (StoredObject) throws(APIError) -> JSONValue
    ) throws(APIError) -> Written {
        var preview: JSONValue?
        let result = try store.transact(collection, key) { old throws(APIError) in
            guard let old else { throw .notFound(resource, key.name) }
            let value = resource.stored(try decide(old))
            if options.isDryRun {
                preview = value
                return .keep
            }
            if value == old.value { return .keep }
            let isDone = old.isTerminating && (value.value(at: "metadata", "finalizers")?.array ?? []).isEmpty
            return isDone ? .remove(value) : .put(value)
        }
        if !options.isDryRun { afterWrite() }
        guard let value = preview ?? result?.value else { throw .notFound(resource, key.name) }
        return Written(object: resource.representation(of: value), warnings: warnings())
    }
}
