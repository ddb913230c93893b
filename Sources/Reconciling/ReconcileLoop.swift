package import KubeClient
package import Pacing
package import Signals

/// Calls a round of work after every change, again after a pause when a write failed, and when the round asks for it.
package struct ReconcileLoop: Sendable {
    private let clock: any Clock<Duration>
    private let pauses: any Clock<Duration>
    private let backoff: Backoff

    /// - Parameters:
    ///   - clock: What measures the time until a round asks to be called again.
    ///   - pauses: What measures the pauses after failures.
    ///   - backoff: How long those are: 1 s, doubling up to 30 s unless said otherwise.
    package init(
        clock: any Clock<Duration>,
        pauses: any Clock<Duration> = ContinuousClock(),
        backoff: Backoff = Backoff(first: .seconds(1), longest: .seconds(30), jitter: 0)
    ) {
        self.clock = clock
        self.pauses = pauses
        self.backoff = backoff
    }

    /// Runs until cancelled, or `round` throws anything but a `KubeError`.
    ///
    /// `round` returns how long until it is to be called again at the latest; nil is when something changes. Of a `KubeError`
    /// that it throws `failed` hears, before the pause.
    package func run(
        after changes: (ChangeSignal) -> AsyncStream<Void>,
        round: () async throws -> Duration?,
        failed: (KubeError) -> Void
    ) async throws {
        let again = ChangeSignal()
        let elapsed = clock.stopwatch()
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            var counter = BackoffCounter(backoff, using: SystemRandomNumberGenerator())
            var alarm: Duration?
            for await _ in changes(again) {
                do {
                    let wait = try await round()
                    counter.reset()
                    guard let wait else { continue }
                    let (now, due) = (elapsed(), elapsed() + wait)
                    // One that comes too soon does no harm: the round says again how long it waits.
                    guard alarm.map({ due < $0 || $0 <= now }) ?? true else { continue }
                    alarm = due
                    group.addTask {
                        try await clock.sleep(for: wait)
                        again.notify()
                    }
                } catch let error as KubeError {
                    failed(error)
                    try await pauses.sleep(for: counter.next())
                    again.notify()
                }
            }
        }
    }
}
