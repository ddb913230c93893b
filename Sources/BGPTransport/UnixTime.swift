import Glibc

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

    /// The present moment.
    package static func now() -> UnixTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UnixTime(secondsSinceEpoch: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    /// The moment that lies so many nanoseconds later, or earlier.
    func advanced(byNanoseconds nanoseconds: Int64) -> UnixTime {
        UnixTime(secondsSinceEpoch: secondsSinceEpoch + Double(nanoseconds) / 1e9)
    }
}
