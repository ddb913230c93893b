/// How long to wait before a further attempt: exponential, bounded, and shortened by chance, so that those who failed together do
/// not come back in step.
package struct Backoff: Hashable, Sendable {
    /// The wait after the first failure, before chance shortens it.
    package let first: Duration
    package let longest: Duration
    /// By how much a wait grows from one failure to the next.
    package let factor: Double
    /// The part of a wait that chance may take away, from 0 to 1.
    package let jitter: Double

    package init(
        first: Duration = .milliseconds(500),
        longest: Duration = .seconds(30),
        factor: Double = 2,
        jitter: Double = 0.5
    ) {
        self.first = min(first, longest)
        self.longest = longest
        self.factor = factor
        self.jitter = jitter
    }

    /// The wait after so many failures in a row (from 1), before chance shortens it.
    package func limit(after failures: Int) -> Duration {
        var wait = first
        for _ in 1..<max(1, min(failures, 64)) where wait < longest { wait = min(wait * factor, longest) }
        return wait
    }

    /// The wait after so many failures in a row (from 1).
    ///
    /// `floor` is a wait that a server asks for: chance only lengthens it, by a tenth at most.
    package func delay(
        after failures: Int,
        atLeast floor: Duration? = nil,
        using generator: inout some RandomNumberGenerator
    ) -> Duration {
        let chance = Double(generator.next() >> 11) * 0x1p-53
        let wait = limit(after: failures) * (1 - jitter + jitter * chance)
        guard let floor else { return wait }
        return max(wait, floor + floor * (chance / 10))
    }
}

/// A back-off that counts the failures itself, with a source of chance of its own.
package struct BackoffCounter<Generator: RandomNumberGenerator> {
    package let backoff: Backoff
    /// Failures since the last `reset()`.
    package private(set) var failures = 0
    package private(set) var generator: Generator

    package init(_ backoff: Backoff, using generator: Generator) {
        self.backoff = backoff
        self.generator = generator
    }

    /// Counts a failure and returns how long to wait after it.
    package mutating func next() -> Duration {
        failures += 1
        return backoff.delay(after: failures, using: &generator)
    }

    /// Starts again from the shortest wait.
    package mutating func reset() { failures = 0 }
}

extension BackoffCounter: Sendable where Generator: Sendable {}
extension BackoffCounter: Equatable where Generator: Equatable {}
extension BackoffCounter: Hashable where Generator: Hashable {}
