import KubeModel

/// What a watcher is told.
enum WatchSignal: Sendable {
    case change(Change)
    /// Nothing up to this revision is missing.
    case bookmark(UInt64)
}

extension WatchSignal {
    /// The revision that it brings a watcher to.
    var revision: UInt64 {
        switch self {
        case .change(let change): change.object.revision
        case .bookmark(let revision): revision
        }
    }
}

/// The changes a watcher has missed, and the stream of those to come.
struct WatchStart: Sendable {
    let backlog: [Change]
    /// The revision of the store when the stream began.
    let revision: UInt64
    /// What is not newer than this is not told: real servers take a watch from a version that is yet to come, and wait.
    var floor: UInt64 = 0
    let stream: AsyncStream<WatchSignal>
}

/// History and watchers of one collection.
struct WatchHub {
    private var history: [Change] = []
    private var compactedThrough: UInt64 = 0
    private var watchers: [UInt64: AsyncStream<WatchSignal>.Continuation] = [:]
    /// A watcher that is this far behind is dropped, as the real server drops slow ones.
    private static let longestQueue = 65_536

    /// Keeps and tells one change; `historyLimit` bounds what later watchers can ask for.
    mutating func publish(_ change: Change, historyLimit: Int) {
        history.append(change)
        // Trimming half a history at a time keeps publishing at constant cost on average.
        if history.count > 2 * historyLimit { trim(keeping: historyLimit) }
        send(.change(change))
    }

    /// Tells every watcher how far it has seen.
    mutating func bookmark(_ revision: UInt64) { send(.bookmark(revision)) }

    private mutating func send(_ signal: WatchSignal) {
        for (id, continuation) in watchers {
            if case .enqueued = continuation.yield(signal) { continue }
            continuation.finish()
            watchers[id] = nil
        }
    }

    private mutating func trim(keeping count: Int) {
        let surplus = history.count - count
        guard surplus > 0 else { return }
        compactedThrough = history[surplus - 1].object.revision
        history.removeFirst(surplus)
    }

    /// Forgets all history up to a revision.
    mutating func compact(through revision: UInt64) {
        history.removeAll { $0.object.revision <= revision }
        compactedThrough = max(compactedThrough, revision)
    }

    /// The changes after a revision; nil when some of them are forgotten.
    func changes(after revision: UInt64) -> [Change]? {
        guard revision >= compactedThrough else { return nil }
        let first = history.firstIndex { $0.object.revision > revision } ?? history.endIndex
        return Array(history[first...])
    }

    /// The oldest revision a watch may start from.
    var oldestRevision: UInt64 { compactedThrough }

    /// Adds a watcher under an id.
    mutating func subscribe(_ id: UInt64) -> AsyncStream<WatchSignal> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: WatchSignal.self,
            bufferingPolicy: .bufferingOldest(Self.longestQueue)
        )
        watchers[id] = continuation
        return stream
    }

    /// Ends one watcher's stream.
    mutating func end(_ id: UInt64) {
        watchers.removeValue(forKey: id)?.finish()
    }

    /// The same history without watchers.
    var alone: WatchHub {
        var hub = self
        hub.watchers = [:]
        return hub
    }

    /// Ends every watcher's stream.
    mutating func endAll() {
        for continuation in watchers.values { continuation.finish() }
        watchers = [:]
    }
}
