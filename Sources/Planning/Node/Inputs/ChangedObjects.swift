package import KubeModel

/// The objects of one kind that are new, different or gone since the last time, and all others to look at.
///
/// Looking at one object costs what the store's look costs, and nothing is copied before.
package struct ChangedObjects<Object: KubeObject>: Sendable {
    /// Whether nothing is known about before: `keys` then names every object.
    package let isResync: Bool
    /// The names of the objects that are new, different or gone.
    package let keys: Set<ObjectKey>
    private let find: @Sendable (ObjectKey) -> Object?
    private let list: @Sendable () -> [Object]

    /// Names what changed; `find` and `list` look at all objects of one moment, which has these changes.
    package init(
        isResync: Bool = false,
        keys: Set<ObjectKey>,
        find: @escaping @Sendable (ObjectKey) -> Object?,
        list: @escaping @Sendable () -> [Object]
    ) {
        self.isResync = isResync
        self.keys = keys
        self.find = find
        self.list = list
    }

    /// No change of a kind without objects.
    package init() {
        self.init(keys: [], find: { _ in nil }, list: { [] })
    }

    package var isEmpty: Bool { keys.isEmpty && !isResync }

    /// The object of a name; nil when it is gone.
    package subscript(key: ObjectKey) -> Object? { find(key) }

    /// All objects, changed or not, in any order.
    package var all: [Object] { list() }

    /// The changed objects, nil for those that are gone.
    package var objects: [ObjectKey: Object?] {
        var objects: [ObjectKey: Object?] = [:]
        for key in keys { objects[key] = .some(find(key)) }
        return objects
    }

    /// Takes what changed afterwards.
    mutating func add(_ later: ChangedObjects) {
        guard !later.isEmpty else { return }
        self = ChangedObjects(
            isResync: isResync || later.isResync,
            keys: later.isResync ? later.keys : keys.union(later.keys),
            find: later.find,
            list: later.list
        )
    }
}

/// The same of a kind that the cluster need not know.
package struct ServedChanges<Object: KubeObject>: Sendable {
    /// Whether its objects can be read.
    package let presence: ServedPresence
    package let objects: ChangedObjects<Object>

    /// States both.
    package init(_ presence: ServedPresence = .notServed, _ objects: ChangedObjects<Object> = ChangedObjects()) {
        self.presence = presence
        self.objects = objects
    }

    /// All that there are.
    var served: ServedObjects<Object> {
        switch presence {
        case .notServed: .notServed
        case .unreadable(let why): .unreadable(why)
        case .served: .served(objects.all)
        }
    }
}
