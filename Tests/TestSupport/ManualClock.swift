import Synchronization

/// A clock that stands still until a test moves it.
package final class ManualClock: Clock, Sendable {
    /// A moment, counted from the clock's beginning.
    package struct Instant: InstantProtocol {
        /// The time since the clock's beginning.
        package let offset: Duration

        /// A moment at a distance from the clock's beginning.
        package init(offset: Duration) {
            self.offset = offset
        }

        /// The moment that much later.
        package func advanced(by duration: Duration) -> Instant {
            Instant(offset: offset + duration)
        }

        /// How much later the other moment is.
        package func duration(to other: Instant) -> Duration {
            other.offset - offset
        }

        /// Earlier first.
        package static func < (left: Instant, right: Instant) -> Bool {
            left.offset < right.offset
        }
    }

    private struct Sleeper {
        var deadline: Instant
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct Watcher {
        var count: Int
        var horizon: Duration
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now = Instant(offset: .zero)
        var serial = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var watchers: [Watcher] = []

        func sleepers(within horizon: Duration) -> Int {
            sleepers.values.count { now.duration(to: $0.deadline) <= horizon }
        }

        mutating func satisfiedWatchers() -> [Watcher] {
            let satisfied = watchers.filter { $0.count <= sleepers(within: $0.horizon) }
            watchers = watchers.filter { $0.count > sleepers(within: $0.horizon) }
            return satisfied
        }
    }

    private let state = Mutex(State())

    /// Makes a clock at its beginning.
    package init() {}

    /// The moment the test has moved to.
    package var now: Instant { state.withLock(\.now) }

    /// One nanosecond.
    package var minimumResolution: Duration { .nanoseconds(1) }

    /// Sleeps until the test moves the clock to the deadline or beyond.
    package func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let identity = state.withLock { state in
            state.serial += 1
            return state.serial
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (isOver, watchers) = state.withLock { state -> (Result<Void, any Error>?, [Watcher]) in
                    if state.cancelled.remove(identity) != nil { return (.failure(CancellationError()), []) }
                    if deadline <= state.now { return (.success(()), []) }
                    state.sleepers[identity] = Sleeper(deadline: deadline, continuation: continuation)
                    return (nil, state.satisfiedWatchers())
                }
                if let isOver { continuation.resume(with: isOver) }
                for watcher in watchers { watcher.continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: identity)
                if sleeper == nil { state.cancelled.insert(identity) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Moves on and wakes whoever has slept long enough, the earliest deadline first.
    package func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for identity in due.keys { state.sleepers[identity] = nil }
            return due.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }
        }
        for (_, sleeper) in woken { sleeper.continuation.resume() }
    }

    /// How many sleep for no longer than `horizon`.
    package func sleepers(within horizon: Duration) -> Int { state.withLock { $0.sleepers(within: horizon) } }

    /// Waits until that many sleep for no longer than `horizon`, so that moving the clock so far is sure to wake them.
    package func waitForSleepers(_ count: Int, within horizon: Duration = .seconds(3600)) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                guard state.sleepers(within: horizon) < count else { return true }
                state.watchers.append(Watcher(count: count, horizon: horizon, continuation: continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}
