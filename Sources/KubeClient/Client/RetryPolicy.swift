package import Pacing

/// How patient single requests are.
package struct RetryPolicy: Sendable {
    private let attempts: Int
    private let longestWait: Duration
    private let backoff: Backoff
    private let sleep: @Sendable (Duration) async throws -> Void

    /// Makes a policy.
    ///
    /// - Parameters:
    ///   - attempts: How often a request is sent at most.
    ///   - longestWait: The longest `Retry-After` that is honoured; beyond it the error is thrown.
    ///   - backoff: The wait when the server names none.
    ///   - clock: What waits.
    package init(
        attempts: Int = 5,
        longestWait: Duration = .seconds(30),
        backoff: Backoff = Backoff(),
        clock: some Clock<Duration> = ContinuousClock()
    ) {
        self.attempts = attempts
        self.longestWait = longestWait
        self.backoff = backoff
        sleep = { try await clock.sleep(for: $0) }
    }

    /// Runs a request again after answers that ask for it: 429, and 503 with `Retry-After`.
    ///
    /// Those alone are safe for every method: the server says that it has not begun.
    func run<Value>(_ request: () async throws -> Value) async throws -> Value {
        var attempt = 1
        while true {
            do {
                return try await request()
            } catch let error as KubeError {
                let asked = error.code == .tooManyRequests || (error.code == .serverError && error.retryAfter != nil)
                guard asked, attempt < attempts, (error.retryAfter ?? .zero) <= longestWait else { throw error }
                var generator = SystemRandomNumberGenerator()
                try await sleep(backoff.delay(after: attempt, atLeast: error.retryAfter, using: &generator))
                attempt += 1
            }
        }
    }
}
