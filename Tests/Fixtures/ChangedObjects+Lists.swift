package import KubeModel
package import Planning

extension ChangedObjects {
    /// The objects of a store's first list.
    package init(first all: [Object]) {
        self.init(all: all, changed: Set(all.map(\.key)), isResync: true)
    }

    /// Objects that are new, different or gone, and all that there are then.
    package init(all: [Object], changed keys: Set<ObjectKey>, isResync: Bool = false) {
        let objects = Dictionary(all.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        self.init(isResync: isResync, keys: keys, find: { objects[$0] }, list: { all })
    }
}
