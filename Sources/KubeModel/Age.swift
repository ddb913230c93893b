package import PlainText

/// A span of time as kubectl prints ages: two units at most, the smaller one only while it matters.
package struct Age: Hashable, Sendable, CustomStringConvertible {
    /// The span in seconds.
    package let seconds: Int64

    /// Makes an age of so many seconds.
    package init(seconds: Int64) {
        self.seconds = seconds
    }

    /// `42s`, `5m12s`, `3h20m`, `47h`, `6d4h`, `90d`, `2y31d`.
    ///
    /// Clocks differ a little, so a span that is negative by less than two seconds is `0s`; by more it is
    /// `<invalid>`. The steps are those of Kubernetes' `HumanDuration` (k8s.io/apimachinery, `util/duration`).
    package var description: String {
        let minutes = seconds / 60
        let hours = minutes / 60
        let days = hours / 24
        switch seconds {
        case ..<(-1): return "<invalid>"
        case ..<0: return "0s"
        case ..<120: return "\(seconds)s"
        case ..<600: return Self.text(minutes, "m", seconds % 60, "s")
        case ..<10_800: return "\(minutes)m"
        case ..<28_800: return Self.text(hours, "h", minutes % 60, "m")
        case ..<172_800: return "\(hours)h"
        case ..<691_200: return Self.text(days, "d", hours % 24, "h")
        case ..<63_072_000: return "\(days)d"
        case ..<252_288_000: return Self.text(days / 365, "y", days % 365, "d")
        default: return "\(days / 365)y"
        }
    }

    private static func text(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit)\(small)\(smallUnit)"
    }
}

extension Age {
    /// The time from `start` to `end`.
    package init(from start: Timestamp, to end: Timestamp) {
        let span = end.seconds(since: start).rounded(.towardZero)
        // A time that no clock shows, which only a broken document can hold.
        self.init(seconds: Int64(exactly: span) ?? .min)
    }
}
