import Synchronization
import TestSupport

/// Holds whoever comes until it is opened.
package final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var arrived = 0
        var held: [CheckedContinuation<Void, Never>] = []
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let limit: Int?

    /// A closed gate; with a number it opens by itself when so many have come.
    package init(letsGoAt limit: Int? = nil) {
        self.limit = limit
    }

    /// Whether it is open.
    package var isOpen: Bool { state.withLock(\.isOpen) }

    /// Waits for the gate to be open.
    package func pass() async {
        await withCheckedContinuation { continuation in
            let (isOpen, woken) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
                state.arrived += 1
                if state.arrived == limit { state.isOpen = true }
                var woken = state.watchers
                state.watchers = []
                if state.isOpen {
                    woken += state.held
                    state.held = []
                } else {
                    state.held.append(continuation)
                }
                return (state.isOpen, woken)
            }
            if isOpen { continuation.resume() }
            woken.forEach { $0.resume() }
        }
    }

    /// Waits until someone is held.
    package func arrival() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.arrived == 0 { state.watchers.append(continuation) }
                return state.arrived > 0
            }
            if isThere { continuation.resume() }
        }
    }

    /// Lets everyone go, now and from now on.
    package func open() {
        let woken = state.withLock { state in
            state.isOpen = true
            let held = state.held
            state.held = []
            return held
        }
        woken.forEach { $0.resume() }
    }
}

/// Random delays of up to 8 ms from a seed.
package final class Delays: Sendable {
    private let random: Mutex<SeededGenerator>

    /// Starts the sequence of a seed.
    package init(seed: UInt64) {
        random = Mutex(SeededGenerator(seed: seed))
    }

    package func next() -> Duration {
        .microseconds(random.withLock { Int.random(in: 0..<8000, using: &$0) })
    }
}
