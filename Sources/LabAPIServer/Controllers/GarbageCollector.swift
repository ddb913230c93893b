import KubeJSON
import KubeModel
import PlainText

/// Removes what an object leaves behind: its dependents, and the content of namespaces.
struct GarbageCollector: Sendable {
    private let store: ObjectStore
    private let now: @Sendable () -> Timestamp
    private let work: AsyncStream<ObjectStore.Location>
    private let workContinuation: AsyncStream<ObjectStore.Location>.Continuation

    init(store: ObjectStore, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.now = now
        (work, workContinuation) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// Notes an object that was asked to go away and still has finalizers.
    func noteTerminating(_ collection: GroupResource, _ key: ObjectKey) {
        workContinuation.yield(ObjectStore.Location(collection: collection, key: key))
    }

    /// Collects until the store is closed.
    func run(collections: @escaping @Sendable () -> [GroupResource]) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await object in store.removedObjects { removed(object) }
                workContinuation.finish()
            }
            group.addTask {
                for await location in work { terminate(location, collections: collections()) }
            }
        }
    }

    private func removed(_ object: StoredObject) {
        for location in store.dependents(of: object.uid) { release(location, from: object.uid) }
        if let namespace = object.key.namespace {
            // A namespace that waits for its content may be ready now.
            noteTerminating(BuiltinResources.namespaces, ObjectKey(name: namespace))
        }
    }

    /// Deletes a dependent unless it has another owner, whose reference then stays alone.
    private func release(_ location: ObjectStore.Location, from uid: String) {
        var isTerminating = false
        _ = store.transact(location.collection, location.key) { current in
            guard let current else { return .keep }
            var value = current.value
            let owners = value.value(at: "metadata", "ownerReferences")?.array ?? []
            let others = owners.filter { $0["uid"]?.string != uid }
            guard others.count < owners.count else { return .keep }
            if !others.isEmpty {
                value.set(.array(others), at: "metadata", "ownerReferences")
                return .put(value)
            }
            guard !(value.value(at: "metadata", "finalizers")?.array ?? []).isEmpty else { return .remove(value) }
            guard !current.isTerminating else { return .keep }
            value.set(.string(now().description), at: "metadata", "deletionTimestamp")
            isTerminating = true
            return .put(value)
        }
        if isTerminating { noteTerminating(location.collection, location.key) }
    }

    private func terminate(_ location: ObjectStore.Location, collections: [GroupResource]) {
        guard let object = store.object(location.collection, location.key), object.isTerminating else { return }
        if location.collection == BuiltinResources.namespaces {
            emptyNamespace(location.key.name, collections: collections)
        }
        let finalizers = (object.value.value(at: "metadata", "finalizers")?.array ?? []).compactMap(\.string)
        for finalizer in finalizers {
            switch finalizer {
            case "orphan":
                for dependent in store.dependents(of: object.uid) { orphan(dependent, of: object.uid) }
                removeFinalizer(finalizer, location)
            case "foregroundDeletion":
                for dependent in store.dependents(of: object.uid) { release(dependent, from: object.uid) }
                removeFinalizer(finalizer, location)
            default: break
            }
        }
    }

    private func orphan(_ location: ObjectStore.Location, of uid: String) {
        _ = store.transact(location.collection, location.key) { current in
            guard var value = current?.value else { return .keep }
            let owners = value.value(at: "metadata", "ownerReferences")?.array ?? []
            let others = owners.filter { $0["uid"]?.string != uid }
            value.set(others.isEmpty ? JSONValue?.none : .array(others), at: "metadata", "ownerReferences")
            return .put(value)
        }
    }

    private func removeFinalizer(_ name: String, _ location: ObjectStore.Location) {
        _ = store.transact(location.collection, location.key) { current in
            guard var value = current?.value else { return .keep }
            let rest = (value.value(at: "metadata", "finalizers")?.array ?? []).filter { $0.string != name }
            value.set(rest.isEmpty ? JSONValue?.none : .array(rest), at: "metadata", "finalizers")
            return rest.isEmpty ? .remove(value) : .put(value)
        }
    }

    private func emptyNamespace(_ name: String, collections: [GroupResource]) {
        var isEmpty = true
        for collection in collections {
            for object in store.objects(collection).objects where object.key.namespace == name {
                var isGone = false
                _ = store.transact(collection, object.key) { current in
                    guard let current else {
                        isGone = true
                        return .keep
                    }
                    var value = current.value
                    guard !(value.value(at: "metadata", "finalizers")?.array ?? []).isEmpty else {
                        isGone = true
                        return .remove(value)
                    }
                    guard !current.isTerminating else { return .keep }
                    value.set(.string(now().description), at: "metadata", "deletionTimestamp")
                    return .put(value)
                }
                if !isGone { isEmpty = false }
            }
        }
        guard isEmpty else { return }
        _ = store.transact(BuiltinResources.namespaces, ObjectKey(name: name)) { current in
            current.map { .remove($0.value) } ?? .keep
        }
    }
}
