import Synchronization

/// What a watch has seen, shared by the task that reads and the one that times it.
final class Activity: Sendable {
    private struct Seen {
        var signs = 0
        var version: String?
        /// When the watch was opened.
        var opening: Duration?
        /// When it was opened, or the last event or bookmark came.
        var last: Duration?
    }

    private let seen = Mutex(Seen())
    private let stopwatch: @Sendable () -> Duration

    init(_ clock: some Clock<Duration>) {
        stopwatch = clock.stopwatch()
    }

    /// How often the stream gave a sign of life.
    var signs: Int { seen.withLock(\.signs) }

    /// The last version delivered, nil before the first event.
    var progress: String? { seen.withLock(\.version) }

    /// For how long it has been open without an event or a bookmark; nil when it was never open.
    var silence: Duration? {
        let now = stopwatch()
        return seen.withLock { seen in seen.last.map { now - $0 } }
    }

    /// For how long it has been open.
    var age: Duration {
        let now = stopwatch()
        return seen.withLock { seen in seen.opening.map { now - $0 } ?? .zero }
    }

    func open() {
        let now = stopwatch()
        seen.withLock { seen in
            seen.opening = now
            seen.last = now
        }
    }

    func mark() { seen.withLock { $0.signs &+= 1 } }

    func note(_ version: String) {
        let now = stopwatch()
        seen.withLock { seen in
            seen.version = version
            seen.last = now
        }
    }
}
