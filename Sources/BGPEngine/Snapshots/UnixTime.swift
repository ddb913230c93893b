/// A moment on the wall clock, for people and status fields.
///
/// It cannot be compared, so that nothing can wait or decide by a clock that someone may set at any time.
package struct UnixTime: Hashable, Sendable {
    /// Seconds since the start of 1970, UTC.
    package let secondsSinceEpoch: Double

    /// Takes seconds since the start of 1970, UTC.
    package init(secondsSinceEpoch: Double) {
        self.secondsSinceEpoch = secondsSinceEpoch
    }
}
