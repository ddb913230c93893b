import CoreMetrics
import Synchronization

/// Times one change of routes on its way to the peers, from the event that it followed from to the last UPDATE for it that the
/// system took, instance by instance.
///
/// A change that is overtaken by the next while a peer is slow ends with that. Peers without a session, and those that are
/// told nothing, are not waited for.
final class RouteChangeTimer: Sendable {
    /// What is still to be sent to the peers of an instance.
    private struct Rest {
        let histogram: Recorder
        var waiting = 0
        /// When the last UPDATE was taken.
        var last: ContinuousClock.Instant?
    }

    private struct State {
        var rests: [Rest] = []
        /// Whether all peers have been given the change.
        var isHandedOut = false
    }

    private let start: ContinuousClock.Instant
    private let state = Mutex(State())

    init(since start: ContinuousClock.Instant) {
        self.start = start
    }

    /// Notes that a peer is to be told; `histogram` is that of its instance.
    func begin(_ histogram: Recorder) {
        state.withLock { state in
            let place = state.rests.firstIndex { $0.histogram === histogram } ?? state.rests.endIndex
            if place == state.rests.endIndex { state.rests.append(Rest(histogram: histogram)) }
            state.rests[place].waiting += 1
        }
    }

    /// Notes that a peer has been told, or that nothing is to be told to it any more.
    func end(_ histogram: Recorder, isTold: Bool) {
        state.withLock { state in
            guard let place = state.rests.firstIndex(where: { $0.histogram === histogram }) else { return }
            state.rests[place].waiting -= 1
            if isTold { state.rests[place].last = .now }
            if state.isHandedOut { record(state.rests[place]) }
        }
    }

    /// Notes that all peers have been given the change.
    func handedOut() {
        state.withLock { state in
            state.isHandedOut = true
            state.rests.forEach(record)
        }
    }

    private func record(_ rest: Rest) {
        guard rest.waiting == 0, let last = rest.last else { return }
        rest.histogram.record((last - start) / .seconds(1))
    }
}
