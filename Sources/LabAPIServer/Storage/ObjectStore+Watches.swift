import KubeModel
import Synchronization

/// Watches of collections.
extension ObjectStore {
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
