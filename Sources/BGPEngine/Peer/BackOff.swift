/// Pauses that double from one failure to the next, each shortened by a random part.
///
/// The generator is a value seeded from outside, so a peer's pauses can be replayed, while a hundred nodes that lost
/// the same router do not come back in step (RFC 4271 §10: a factor of 0.75 to 1).
package struct BackOff: Hashable, Sendable {
    /// The pause after the first failure, before jitter.
    package let initial: Duration
    /// No pause is longer.
    package let maximum: Duration
    /// Failures since the last `reset()`.
    package private(set) var failures = 0
    /// What the random parts were seeded with.
    package let seed: UInt64
    private var jitter: Jitter

    /// A fresh sequence.
    package init(initial: Duration, maximum: Duration, seed: UInt64) {
        self.initial = min(initial, maximum)
        self.maximum = maximum
        self.seed = seed
        jitter = Jitter(seed: seed)
    }

    /// Starts again from the shortest pause.
    package mutating func reset() {
        failures = 0
    }

    /// Counts a failure and returns how long to wait after it.
    package mutating func next() -> Duration {
        var pause = initial
        for _ in 0..<min(failures, 16) where pause < maximum { pause = min(pause * 2, maximum) }
        failures += 1
        return pause * jitter.next()
    }
}

/// A reproducible source of factors between 0.75 and 1 (SplitMix64).
struct Jitter: Hashable, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// The next factor.
    mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        return 0.75 + Double(bits >> 11) * 0x1p-53 / 4
    }
}
