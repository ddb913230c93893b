import KubeJSON
package import KubeModel
import Synchronization

/// All objects of the server, in memory, with one revision counter for all of them as in etcd.
///
/// Every write is one transaction under one lock: read the object, decide, write, tell watchers. Nothing waits inside.
package final class ObjectStore: Sendable {
    /// What a transaction decides.
    enum Outcome {
        /// Leave everything as it is.
        case keep
        /// Write this object.
        case put(JSONValue)
        /// Remove the object; this is its last state.
        case remove(JSONValue)
    }

    /// An object's place in the whole store.
    struct Location: Hashable, Sendable {
        let collection: GroupResource
        let key: ObjectKey
    }

    fileprivate struct Collection {
        var objects: [ObjectKey: StoredObject] = [:]
        var sorted: [StoredObject]?
        var hub = WatchHub()
    }

    fileprivate struct State {
        var revision: UInt64 = 1
        var collections: [GroupResource: Collection] = [:]
        var dependents: [String: Set<Location>] = [:]
        var pages = PageSnapshots()
        var lastWatcher: UInt64 = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let historyLimit: Int
    private let removals: AsyncStream<StoredObject>.Continuation
    /// Objects that are gone for good, for the garbage collector.
    let removedObjects: AsyncStream<StoredObject>

    init(historyLimit: Int) {
        self.historyLimit = historyLimit
        (removedObjects, removals) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// The revision of the last write.
    package var revision: UInt64 { state.withLock { $0.revision } }

    /// One object as it is now.
    package func object(_ collection: GroupResource, _ key: ObjectKey) -> StoredObject? {
        state.withLock { $0.collections[collection]?.objects[key] }
    }

    /// All objects of a collection in key order, with the revision they were read at.
    package func objects(_ collection: GroupResource) -> (objects: [StoredObject], revision: UInt64) {
        state.withLock { ($0.sorted(collection), $0.revision) }
    }

    /// Reads one object, lets `decide` choose, and does that before anyone else writes.
    ///
    /// - Returns: the object after the transaction; for a removal its last state.
    func transact<Failure: Error>(
        _ collection: GroupResource,
        _ key: ObjectKey,
        decide: (StoredObject?) throws(Failure) -> Outcome
    ) throws(Failure) -> StoredObject? {
        let (result, removed) = try state.withLock { state throws(Failure) -> (StoredObject?, Bool) in
            let previous = state.collections[collection]?.objects[key]
            switch try decide(previous) {
            case .keep:
                return (previous, false)
            case .put(let value):
                return (state.write(value, collection, key, previous, historyLimit), false)
            case .remove(let value):
                return (state.remove(value, collection, key, previous, historyLimit), previous != nil)
            }
        }
        if removed, let result { removals.yield(result) }
        return result
    }

    /// Objects that name an owner's uid.
    func dependents(of uid: String) -> [Location] {
        state.withLock { Array($0.dependents[uid] ?? []) }
            .sorted { ($0.collection, $0.key) < ($1.collection, $1.key) }
    }

    /// Drops a whole collection without telling watchers anything but the end of their streams.
    func dropCollection(_ collection: GroupResource) {
        state.withLock { state in
            state.collections[collection]?.hub.endAll()
            state.collections[collection] = nil
        }
    }

    /// Everything there is, as a backup has it.
    package struct Backup: Sendable {
        fileprivate let state: Collections
    }

    fileprivate struct Collections: Sendable {
        let revision: UInt64
        let collections: [GroupResource: Collection]
        let dependents: [String: Set<Location>]
    }

    /// Takes a backup.
    package func backup() -> Backup {
        state.withLock { state in
            var collections = state.collections
            for (id, collection) in state.collections { collections[id]?.hub = collection.hub.alone }
            return Backup(
                state: Collections(revision: state.revision, collections: collections, dependents: state.dependents)
            )
        }
    }

    /// Puts a backup in the place of what there is, as a restore of etcd does.
    ///
    /// Revisions are what they were then, and go on from there. All watches end, since servers are started anew.
    package func restore(_ backup: Backup) {
        state.withLock { state in
            for id in state.collections.keys { state.collections[id]?.hub.endAll() }
            state.revision = backup.state.revision
            state.collections = backup.state.collections
            state.dependents = backup.state.dependents
            state.pages = PageSnapshots()
        }
    }

    /// Closes the store for watchers: present streams end, later ones end at once.
    func endWatches() {
        state.withLock { state in
            state.isClosed = true
            for id in state.collections.keys { state.collections[id]?.hub.endAll() }
        }
        removals.finish()
    }
}

extension ObjectStore.State {
    fileprivate mutating func sorted(_ id: GroupResource) -> [StoredObject] {
        guard let collection = collections[id] else { return [] }
        if let sorted = collection.sorted { return sorted }
        let sorted = collection.objects.values.sorted { $0.key < $1.key }
        collections[id]?.sorted = sorted
        return sorted
    }

    fileprivate mutating func write(
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

    fileprivate mutating func remove(
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

extension ObjectStore {
    /// A page of a list, all pages being of one revision.
    struct Page {
        let objects: [StoredObject]
        let revision: UInt64
        /// Where the next page begins; nil on the last one.
        let next: ContinueToken?
        let remaining: Int
    }

    /// The objects that pass a filter in key order; `limit` cuts a page and keeps the rest for its token.
    func page(
        _ collection: GroupResource,
        limit: Int?,
        matching filter: (StoredObject) -> Bool
    ) -> Page {
        state.withLock { state in
            let objects = state.sorted(collection).filter(filter)
            guard let limit, limit > 0, objects.count > limit else {
                return Page(objects: objects, revision: state.revision, next: nil, remaining: 0)
            }
            let id = state.pages.keep(objects, revision: state.revision)
            return Page(
                objects: Array(objects.prefix(limit)),
                revision: state.revision,
                next: ContinueToken(snapshot: id, revision: state.revision, offset: limit),
                remaining: objects.count - limit
            )
        }
    }

    /// The page a token stands for; nil when its snapshot is no longer kept.
    func page(_ token: ContinueToken, limit: Int?) -> Page? {
        state.withLock { state in
            guard let objects = state.pages.objects(token.snapshot, revision: token.revision) else { return nil }
            let rest = objects.dropFirst(token.offset)
            guard let limit, limit > 0, rest.count > limit else {
                return Page(objects: Array(rest), revision: token.revision, next: nil, remaining: 0)
            }
            return Page(
                objects: Array(rest.prefix(limit)),
                revision: token.revision,
                next: ContinueToken(
                    snapshot: token.snapshot,
                    revision: token.revision,
                    offset: token.offset + limit
                ),
                remaining: rest.count - limit
            )
        }
    }

    /// Forgets history and paging snapshots, so that old resource versions are answered with 410 Gone.
    package func compact() {
        state.withLock { state in
            for id in state.collections.keys { state.collections[id]?.hub.compact(through: state.revision) }
            state.pages = PageSnapshots()
        }
    }

    /// Where a watch begins.
    enum WatchOrigin {
        /// With an `ADDED` for every present object.
        case present
        /// With what happened after a revision.
        case after(UInt64)
    }

    /// Begins a watch; `end` must be called with the id when the watcher is gone.
    func watch(_ collection: GroupResource, from origin: WatchOrigin) throws(APIError) -> (id: UInt64, WatchStart) {
        try state.withLock { state throws(APIError) in
            let hub = state.collections[collection]?.hub ?? WatchHub()
            let backlog: [Change]
            switch origin {
            case .present:
                backlog = state.sorted(collection).map { Change(kind: .added, object: $0, previous: nil) }
            case .after(let revision):
                guard let missed = hub.changes(after: revision) else {
                    throw .expired("too old resource version: \(revision) (\(hub.oldestRevision))")
                }
                backlog = missed
            }
            state.lastWatcher += 1
            let stream = state.collections[collection, default: .init()].hub.subscribe(state.lastWatcher)
            if state.isClosed { state.collections[collection]?.hub.end(state.lastWatcher) }
            var start = WatchStart(backlog: backlog, revision: state.revision, stream: stream)
            if case .after(let revision) = origin, revision > state.revision { start.floor = revision }
            return (state.lastWatcher, start)
        }
    }

    func endWatch(_ collection: GroupResource, _ id: UInt64) {
        state.withLock { $0.collections[collection]?.hub.end(id) }
    }

    /// Tells all watchers how far they have seen.
    func sendBookmarks() {
        state.withLock { state in
            for id in state.collections.keys { state.collections[id]?.hub.bookmark(state.revision) }
        }
    }
}
