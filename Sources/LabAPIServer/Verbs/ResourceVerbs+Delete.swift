import KubeJSON
import KubeModel
import PlainText

extension ResourceVerbs {
    /// What a deletion leaves: the object while it is terminating, else a status.
    enum Deleted {
        case object(JSONValue)
        case gone(JSONValue)
    }

    /// `DELETE` of one object.
    func delete(_ options: JSONValue, isDryRun: Bool) throws(APIError) -> Deleted {
        try delete(key(), options, isDryRun: isDryRun || options["dryRun"]?[0]?.string == "All")
    }

    /// `DELETE` of all objects of a collection that pass a filter; the list of what was deleted.
    func deleteCollection(
        _ options: JSONValue,
        isDryRun: Bool,
        matching filter: (StoredObject) -> Bool
    ) throws(APIError) -> [JSONValue] {
        let objects = store.objects(collection).objects.filter(filter)
        for object in objects { _ = try delete(object.key, options, isDryRun: isDryRun) }
        return objects.map { resource.representation(of: $0.value) }
    }

    private func delete(_ key: ObjectKey, _ options: JSONValue, isDryRun: Bool) throws(APIError) -> Deleted {
        let now = context.now.description
        var isGone = false
        let result = try store.transact(collection, key) { old throws(APIError) in
            guard let old else { throw .notFound(resource, key.name) }
            try checkPreconditions(options["preconditions"], old)
            var value = old.value
            addFinalizers(&value, options)
            let waits = !(value.value(at: "metadata", "finalizers")?.array ?? []).isEmpty || isNamespace(key)
            if isDryRun {
                isGone = !waits
                return .keep
            }
            guard waits else {
                isGone = true
                return .remove(value)
            }
            guard !old.isTerminating else { return .keep }
            value.set(.string(now), at: "metadata", "deletionTimestamp")
            value.set(0, at: "metadata", "deletionGracePeriodSeconds")
            if let generation = value.value(at: "metadata", "generation")?.integer {
                value.set(.integer(generation + 1), at: "metadata", "generation")
            }
            if isNamespace(key) { value.set("Terminating", at: "status", "phase") }
            return .put(value)
        }
        guard let result else { throw .notFound(resource, key.name) }
        if !isDryRun { afterDelete(result) }
        guard isGone else { return .object(resource.representation(of: result.value)) }
        return .gone([
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success",
            "details": [
                "name": .string(key.name), "group": .string(resource.type.group), "kind": .string(resource.type.plural),
                "uid": .string(result.uid),
            ],
        ])
    }

    private func isNamespace(_ key: ObjectKey) -> Bool { collection == BuiltinResources.namespaces }

    private func addFinalizers(_ value: inout JSONValue, _ options: JSONValue) {
        var finalizers = value.value(at: "metadata", "finalizers")?.array ?? []
        let finalizer: JSONValue? =
            switch options["propagationPolicy"]?.string {
            case "Foreground": "foregroundDeletion"
            case "Orphan": "orphan"
            default: options["orphanDependents"]?.bool == true ? "orphan" : JSONValue?.none
            }
        guard let finalizer, !finalizers.contains(finalizer) else { return }
        finalizers.append(finalizer)
        value.set(.array(finalizers), at: "metadata", "finalizers")
    }

    private func checkPreconditions(_ preconditions: JSONValue?, _ old: StoredObject) throws(APIError) {
        if let uid = preconditions?["uid"]?.string, uid != old.uid {
            throw .conflict(
                resource,
                old.key.name,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: \(old.uid)"
            )
        }
        if let version = preconditions?["resourceVersion"]?.string, version != String(old.revision) {
            throw .conflict(
                resource,
                old.key.name,
                "Precondition failed: ResourceVersion in precondition: \(version), ResourceVersion in object meta: "
                    + "\(old.revision)"
            )
        }
    }

    private func afterDelete(_ object: StoredObject) {
        if collection == BuiltinResources.services,
            let address = object.value.value(at: "spec", "clusterIP")?.string
        {
            context.clusterIPs.release(address)
        }
        if collection == BuiltinResources.customResourceDefinitions,
            let definition = CustomResourceDefinition(object.value)
        {
            context.removeObjects(of: definition)
            context.refreshDefinitions()
        }
        if object.isTerminating { context.collector.noteTerminating(collection, object.key) }
    }
}
