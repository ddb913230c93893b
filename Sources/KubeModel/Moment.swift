package import PlainText

/// A moment by two clocks, as decisions are given it.
package struct Moment: Hashable, Sendable {
    /// Since some beginning, the same for all moments that are compared.
    package let elapsed: Duration
    /// On the wall, in whole seconds as the API server keeps times, so that what is written is what comes back.
    package let time: Timestamp

    package init(elapsed: Duration, time: Timestamp) {
        self.elapsed = elapsed
        self.time = Timestamp(secondsSinceEpoch: time.secondsSinceEpoch.rounded(.down))
    }
}
