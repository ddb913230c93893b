package import BGPEngine
import Glibc

extension UnixTime {
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
