import KubeClient
import Pacing
import Reconciling
import Signals
import Synchronization
import TestSupport
import Testing

struct ReconcileLoopTests {
    private struct Enough: Error {}

    /// Rounds that end as they are told to, and when they began.
    private final class Rounds: Sendable {
        private let outcomes: Mutex<ArraySlice<Result<Duration?, KubeError>>>
        private let began = Mutex<[Duration]>([])
        private let elapsed: @Sendable () -> Duration

        init(_ outcomes: [Result<Duration?, KubeError>], on clock: ManualClock) {
            self.outcomes = Mutex(outcomes[...])
            elapsed = clock.stopwatch()
        }

        var beginnings: [Duration] { began.withLock(\.self) }

        func next() throws -> Duration? {
            began.withLock { $0.append(elapsed()) }
            guard let outcome = outcomes.withLock({ $0.popFirst() }) else { throw Enough() }
            return try outcome.get()
        }
    }

    /// Runs a round for each of `outcomes`, after every pause as long as in `waits`; returns when the rounds began.
    private func beginnings(
        _ outcomes: [Result<Duration?, KubeError>],
        waits: [Duration]
    ) async throws -> [Duration] {
        let clock = ManualClock()
        let rounds = Rounds(outcomes, on: clock)
        let loop = ReconcileLoop(
            clock: clock,
            pauses: clock,
            backoff: Backoff(first: .seconds(1), longest: .seconds(4), jitter: 0)
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await loop.run(
                        after: { $0.changes() },
                        round: { try rounds.next() },
                        failed: { _ in }
                    )
                } catch is Enough {}
            }
            for wait in waits {
                await clock.waitForSleepers(1, within: wait)
                clock.advance(by: wait)
            }
            try await group.waitForAll()
        }
        return rounds.beginnings
    }

    @Test func `a failed round is tried again after pauses that grow, and shrink after a success`() async throws {
        let failure = Result<Duration?, KubeError>.failure(KubeError(.timedOut, "away"))
        let began = try await beginnings(
            [failure, failure, .success(.seconds(9)), failure],
            waits: [.seconds(1), .seconds(2), .seconds(9), .seconds(1)]
        )
        #expect(began == [.zero, .seconds(1), .seconds(3), .seconds(12), .seconds(13)])
    }

    @Test func `a round is called again when it asked for it`() async throws {
        let began = try await beginnings(
            [.success(.seconds(5)), .success(.seconds(7))],
            waits: [.seconds(5), .seconds(7)]
        )
        #expect(began == [.zero, .seconds(5), .seconds(12)])
    }
}
