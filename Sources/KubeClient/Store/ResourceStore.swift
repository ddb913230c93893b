package import KubeJSON
package import KubeModel
package import Signals
import Synchronization

/// The objects of one kind as far as this process knows them: one writer, any number of readers.
///
/// A store becomes ready when its first complete list is in, all at once; it never shows half a list. An update that
/// is refused leaves the object as it was and shows a diagnostic until a good update comes.
package final class ResourceStore<Object: KubeObject>: Sendable {
    struct State {
        var objects = ObjectTable<Object>()
        var isReady = false
        /// Why the objects cannot be read at present.
        var fault: String?
        /// Why the objects were never read, in a store that is ready all the same.
        var unread: String?
        var refused: [ObjectKey: InvalidObject] = [:]
        var pending: [Int: StoreChanges] = [:]
        var lastReader = 0
        /// What is deleted and still counts; nil for kinds of which nothing does.
        var held: HeldDeletions?
        /// What became of deletions since the log was told.
        var news: [DeletionNews] = []
        /// Whether the last complete list was other than what was known before.
        var isNews = false
        /// When the first complete list was in.
        var readyTime: Duration?
        /// How often the server turned out to have another past than the one that was followed.
        var epoch = 0
    }

    /// Which objects the store holds.
    package let scope: ObjectScope
    /// Hears of every change, and of readiness.
    package let signal: ChangeSignal
    /// What is done about deleted objects; nil when they are gone at once.
    let keeping: DeletionKeeping<Object>?
    private let state = Mutex(State())

    init(scope: ObjectScope, signal: ChangeSignal, keeping: DeletionKeeping<Object>?) {
        self.scope = scope
        self.signal = signal
        self.keeping = keeping
        guard let patience = keeping?.patience else { return }
        state.withLock { $0.held = HeldDeletions(wait: patience.wait, quiet: patience.quiet) }
    }

    /// Makes a store and the only means to write to it; with `patience` a deleted object counts for a while longer.
    ///
    /// `isFinal` says of which objects a deletion ends everything at once, `earlier` which objects an earlier run of the program
    /// knew: what of them the first list has no longer counts as deleted then.
    package static func make(
        scope: ObjectScope = .all,
        signal: ChangeSignal = ChangeSignal(),
        patience: DeletionPatience? = nil,
        isFinal: @escaping @Sendable (Object) -> Bool = { _ in false },
        earlier: @escaping @Sendable () -> [Object] = { [] },
        validate: @escaping @Sendable (Object) -> [FieldError] = { _ in [] }
    ) -> (store: ResourceStore<Object>, writer: StoreWriter<Object>) {
        let keeping = patience.map { DeletionKeeping($0, isFinal: isFinal, earlier: earlier) }
        let store = ResourceStore(scope: scope, signal: signal, keeping: keeping)
        return (store, StoreWriter(store: store, validate: validate))
    }

    /// Whether a complete list has been read.
    package var isReady: Bool { state.withLock(\.isReady) }

    /// Why what is here may be of the past, in words for a person; nil when it is up to date, or the server is merely away.
    package var fault: String? { state.withLock(\.fault) }

    /// Why the objects were never read although the store is ready; nil when they were, or there is nothing to be read.
    package var unread: String? { state.withLock(\.unread) }
    /// Whether the last complete list was other than what was known before.
    var isNews: Bool { state.withLock(\.isNews) }

    /// All objects at this moment.
    package var snapshot: StoreSnapshot<Object> {
        StoreSnapshot(table: state.withLock(\.objects))
    }

    /// What is wrong with objects of this kind, in the order of their names.
    package var diagnostics: [Diagnostic] { refused.flatMap(\.diagnostics) }

    /// The objects whose newest version is not taken, in the order of their names.
    package var refused: [InvalidObject] {
        let refused = state.withLock(\.refused)
        return refused.isEmpty ? [] : refused.sorted { $0.key < $1.key }.map(\.value)
    }

    /// What is said against the newest version of one object.
    func refusal(of key: ObjectKey) -> InvalidObject? { state.withLock { $0.refused[key] } }

    /// Makes a reader that remembers what it has seen.
    package func makeReader() -> StoreReader<Object> {
        let identity = state.withLock { state in
            state.lastReader += 1
            state.pending[state.lastReader] = StoreChanges(isResync: true)
            return state.lastReader
        }
        return StoreReader(store: self, identity: identity)
    }

    func read(_ reader: Int) -> (StoreSnapshot<Object>, StoreChanges) {
        let (objects, changes) = state.withLock { state in
            let changes = state.pending.updateValue(StoreChanges(), forKey: reader) ?? StoreChanges()
            return (state.objects, changes)
        }
        guard changes.isResync else { return (StoreSnapshot(table: objects), changes) }
        let all = StoreChanges(isResync: true, changed: Set(objects.lazy.map(\.key)))
        return (StoreSnapshot(table: objects), all)
    }

    func forget(_ reader: Int) {
        state.withLock { $0.pending[reader] = nil }
    }

    /// Changes the state under the lock and tells the listeners after it, if anything changed.
    func write(_ change: (inout sending State) -> sending Bool) {
        if state.withLock(change) {
            signal.noteArrival()
            signal.notify()
        }
        if let keeping, look({ !$0.news.isEmpty }) { keeping.changes.notify() }
    }

    /// Looks at the state under the lock.
    func look<Value: Sendable>(_ body: (inout sending State) -> sending Value) -> Value { state.withLock(body) }
}

extension ResourceStore.State {
    mutating func put(_ object: Object, at key: ObjectKey) -> Bool {
        let hadProblem = refused.removeValue(forKey: key) != nil
        guard objects[key] != object else { return hadProblem }
        objects.put(object)
        mark(changed: key)
        return true
    }

    mutating func remove(_ key: ObjectKey) -> Bool {
        let hadProblem = refused.removeValue(forKey: key) != nil
        guard objects.remove(key) != nil else { return hadProblem }
        mark(removed: key)
        return true
    }

    /// Makes readers look at everything again, since what was there says nothing about what is.
    mutating func markUnknown() {
        for reader in Array(pending.keys) { pending[reader]?.isResync = true }
    }

    mutating func mark(changed key: ObjectKey) {
        // Their numbers are taken out first: while the table itself is walked through, every change copies it with its sets.
        for reader in Array(pending.keys) {
            pending[reader]?.changed.insert(key)
            pending[reader]?.removed.remove(key)
        }
    }

    mutating func mark(removed key: ObjectKey) {
        for reader in Array(pending.keys) {
            pending[reader]?.changed.remove(key)
            pending[reader]?.removed.insert(key)
        }
    }
}
