package import KubeModel

/// All objects of a kind at one moment; an immutable value that shares its memory with the store.
package struct StoreSnapshot<Object: KubeObject>: Sendable {
    let table: ObjectTable<Object>

    /// How many objects there are.
    package var count: Int { table.count }

    /// Whether there are none.
    package var isEmpty: Bool { table.isEmpty }

    /// The object of a name.
    package subscript(key: ObjectKey) -> Object? { table[key] }

    /// All names in order.
    package var keys: [ObjectKey] { table.map(\.key) }

    /// All objects in no order, for those who sort them themselves.
    package var unordered: [Object] { Array(table) }

    /// All objects in the order of their names.
    package var objects: [Object] { Array(table) }
}

extension StoreSnapshot: Equatable {
    /// Equal when the same names have equal objects.
    package static func == (left: StoreSnapshot, right: StoreSnapshot) -> Bool {
        left.table == right.table
    }
}

/// What happened to a store between two reads of one reader.
package struct StoreChanges: Hashable, Sendable {
    /// Whether nothing is known about before, as at the first read: `changed` then holds every object.
    package var isResync: Bool
    /// Objects that are new or different.
    package var changed: Set<ObjectKey>
    /// Objects that are gone.
    package var removed: Set<ObjectKey>

    /// States what happened.
    package init(isResync: Bool = false, changed: Set<ObjectKey> = [], removed: Set<ObjectKey> = []) {
        self.isResync = isResync
        self.changed = changed
        self.removed = removed
    }

    /// Whether nothing happened.
    package var isEmpty: Bool { !isResync && changed.isEmpty && removed.isEmpty }
}
