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

    let state = Mutex(State())
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
