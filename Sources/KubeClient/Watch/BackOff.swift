/// How long to wait before an attempt: exponential, bounded, with jitter.
package struct BackOff: Hashable, Sendable {
    /// The wait before the first retry.
    package let first: Duration
    /// The longest wait.
    package let longest: Duration
    /// By how much a wait grows from one retry to the next.
    package let factor: Double

    /// Starts at 0.5 s, doubles, and stays at 30 s, unless told otherwise.
    package init(first: Duration = .milliseconds(500), longest: Duration = .seconds(30), factor: Double = 2) {
        self.first = first
        self.longest = longest
        self.factor = factor
    }

    /// The wait before retry number `attempt` (from 1), spread over its upper half.
    ///
    /// A wait that the server asks for is a floor: jitter only lengthens it, so that clients do not come back at once.
    package func delay(
        attempt: Int,
        atLeast floor: Duration? = nil,
        using generator: inout some RandomNumberGenerator
    ) -> Duration {
        var wait = first
        for _ in 1..<max(1, min(attempt, 64)) where wait < longest { wait = wait * factor }
        wait = min(wait, longest)
        let jitter = Double.random(in: 0..<1, using: &generator)
        let spread = wait * (0.5 + jitter / 2)
        guard let floor else { return spread }
        return max(spread, floor + floor * (jitter / 10))
    }
}
