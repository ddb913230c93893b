package import KubeModel

/// Reads a store step by step: each read also says what changed since the one before.
package final class StoreReader<Object: KubeObject>: Sendable {
    /// The store it reads.
    package let store: ResourceStore<Object>
    private let identity: Int

    init(store: ResourceStore<Object>, identity: Int) {
        self.store = store
        self.identity = identity
    }

    deinit { store.forget(identity) }

    /// Returns all objects and what changed since the last call; the first call is a resync.
    package func read() -> (snapshot: StoreSnapshot<Object>, changes: StoreChanges) {
        store.read(identity)
    }
}
