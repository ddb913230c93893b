import KubeModel
import Synchronization

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
}
