import Synchronization

/// Says "something changed" to any number of listeners, which hear many changes as one.
package final class ChangeSignal: Sendable {
    private struct Listeners {
        var next = 0
        var continuations: [Int: AsyncStream<Void>.Continuation] = [:]
        /// How many gather changes at the moment.
        var gathering = 0
        var isOwed = false
        var count = 0
        /// When the gathering began.
        var beginning: ContinuousClock.Instant?
        /// When the first change came that nobody has taken the time of yet.
        var arrival: ContinuousClock.Instant?
    }

    private let listeners = Mutex(Listeners())

    private let whole: ChangeSignal?

    /// Makes a signal without listeners; `whole` hears of its changes, too.
    package init(partOf whole: ChangeSignal? = nil) {
        self.whole = whole
    }

    /// How many changes there were; what there was to see at a count is there to see afterwards.
    package var count: Int { listeners.withLock(\.count) }

    /// Notes that a change came from outside, now or when the gathering began.
    package func noteArrival() {
        noteArrival(at: listeners.withLock(\.beginning) ?? .now)
    }

    private func noteArrival(at time: ContinuousClock.Instant) {
        listeners.withLock { listeners in
            listeners.arrival = listeners.arrival ?? time
        }
        whole?.noteArrival(at: time)
    }

    /// When the first change came from outside since this was last asked; for one who asks before it looks at what changed.
    package func takeArrival() -> ContinuousClock.Instant? {
        listeners.withLock { listeners in
            defer { listeners.arrival = nil }
            return listeners.arrival
        }
    }

    /// Tells all listeners.
    package func notify() {
        tell { listeners in
            listeners.count += 1
            guard listeners.gathering == 0 else {
                listeners.isOwed = true
                return false
            }
            return true
        }
    }

    /// Tells the listeners of all changes that a body makes once, when it is done, so that they do not act on a part.
    package func gather<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) {
        listeners.withLock { listeners in
            if listeners.gathering == 0 { listeners.beginning = .now }
            listeners.gathering += 1
        }
        defer {
            tell { listeners in
                listeners.gathering -= 1
                guard listeners.gathering == 0 else { return false }
                listeners.beginning = nil
                guard listeners.isOwed else { return false }
                listeners.isOwed = false
                return true
            }
        }
        try body()
    }

    private func tell(_ isDue: (inout sending Listeners) -> Bool) {
        let continuations = listeners.withLock { listeners in
            isDue(&listeners) ? Array(listeners.continuations.values) : nil
        }
        guard let continuations else { return }
        for continuation in continuations { continuation.yield() }
        whole?.notify()
    }

    /// Listens from now on: the stream begins with one element, and then has one for all changes since the last.
    ///
    /// The first element makes "look, then wait for the next" free of gaps. The stream is for one reader and never ends
    /// by itself.
    package func changes() -> AsyncStream<Void> { Self.changes(of: [self]) }

    /// Listens to this and others from now on: one stream, as of `changes()`, for the changes of all of them.
    package func merged(with others: ChangeSignal...) -> AsyncStream<Void> { Self.changes(of: [self] + others) }

    private static func changes(of signals: [ChangeSignal]) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let places = signals.map { signal in (signal: Weak(signal), identity: signal.add(continuation)) }
        continuation.onTermination = { _ in
            for place in places { place.signal.value?.remove(place.identity) }
        }
        continuation.yield()
        return stream
    }

    /// A reader does not keep what it listens to alive.
    private struct Weak: Sendable {
        weak let value: ChangeSignal?

        init(_ value: ChangeSignal) { self.value = value }
    }

    private func add(_ continuation: AsyncStream<Void>.Continuation) -> Int {
        listeners.withLock { listeners in
            listeners.next += 1
            listeners.continuations[listeners.next] = continuation
            return listeners.next
        }
    }

    private func remove(_ identity: Int) { listeners.withLock { $0.continuations[identity] = nil } }

    /// Waits until a condition holds that can only change with this signal; throws `CancellationError`.
    package func wait(until condition: () -> Bool) async throws {
        for await _ in changes() where condition() { return }
        try Task.checkCancellation()
        throw CancellationError()
    }
}
