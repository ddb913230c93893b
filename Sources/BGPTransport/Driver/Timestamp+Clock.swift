import Glibc
package import PlainText

extension Timestamp {
    /// The present moment.
    package static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(secondsSinceEpoch: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    /// The moment that lies so many nanoseconds later, or earlier.
    func advanced(byNanoseconds nanoseconds: Int64) -> Timestamp {
        Timestamp(secondsSinceEpoch: secondsSinceEpoch + Double(nanoseconds) / 1e9)
    }
}
