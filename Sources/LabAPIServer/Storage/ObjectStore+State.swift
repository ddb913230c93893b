import KubeJSON
import KubeModel

/// What the lock protects.
extension ObjectStore {
    struct Collection {
        var objects: [ObjectKey: StoredObject] = [:]
        var sorted: [StoredObject]?
        var hub = WatchHub()
    }

    struct State {
        var revision: UInt64 = 1
        var collections: [GroupResource: Collection] = [:]
        var dependents: [String: Set<Location>] = [:]
        var pages = PageSnapshots()
        var lastWatcher: UInt64 = 0
        var isClosed = false
    }
}

extension ObjectStore.State {
    mutating func sorted(_ id: GroupResource) -> [StoredObject] {
        guard let collection = collections[id] else { return [] }
        if let sorted = collection.sorted { return sorted }
        let sorted = collection.objects.values.sorted { $0.key < $1.key }
        collections[id]?.sorted = sorted
        return sorted
    }

    mutating func write(
        _ value: JSONValue,
        _ id: GroupResource,
        _ key: ObjectKey,
        _ previous: StoredObject?,
        _ historyLimit: Int
    ) -> StoredObject {
        revision += 1
        let object = StoredObject(key: key, revision: revision, value: value)
        relate(ObjectStore.Location(collection: id, key: key), from: previous, to: object)
        collections[id, default: .init()].objects[key] = object
        collections[id]?.sorted = nil
        let change = Change(kind: previous == nil ? .added : .modified, object: object, previous: previous)
        collections[id]?.hub.publish(change, historyLimit: historyLimit)
        return object
    }

    mutating func remove(
        _ value: JSONValue,
        _ id: GroupResource,
        _ key: ObjectKey,
        _ previous: StoredObject?,
        _ historyLimit: Int
    ) -> StoredObject? {
        guard let previous else { return nil }
        revision += 1
        let object = StoredObject(key: key, revision: revision, value: value)
        relate(ObjectStore.Location(collection: id, key: key), from: previous, to: nil)
        collections[id]?.objects[key] = nil
        collections[id]?.sorted = nil
        let change = Change(kind: .deleted, object: object, previous: previous)
        collections[id]?.hub.publish(change, historyLimit: historyLimit)
        return object
    }

    private mutating func relate(_ location: ObjectStore.Location, from old: StoredObject?, to new: StoredObject?) {
        let before = old?.ownerUIDs ?? []
        let after = new?.ownerUIDs ?? []
        for uid in before.subtracting(after) {
            dependents[uid]?.remove(location)
            if dependents[uid]?.isEmpty == true { dependents[uid] = nil }
        }
        for uid in after.subtracting(before) { dependents[uid, default: []].insert(location) }
    }
}
