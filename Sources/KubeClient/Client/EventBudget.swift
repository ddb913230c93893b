import KubeModel
import PlainText

/// How many events may be written: many at once, and then one each second.
///
/// Kubernetes' own clients limit theirs alike (client-go, `EventSourceObjectSpamFilter` and the client's rate limiter), since
/// events fill the API server's store like any object. What is left out is not lost to the user: the conditions on the
/// objects have it.
struct EventBudget: Sendable {
    /// How many events may follow each other at once.
    static let capacity = 100.0
    /// What events that warn may use, and others may not.
    static let reserve = 25.0
    /// How many more there may be after each second.
    static let perSecond = 1.0

    private var left = Self.capacity
    private var last: Timestamp?

    /// Uses one up, if there is one for events of this level.
    mutating func take(_ level: Event.Level, at time: Timestamp) -> Bool {
        // A clock that goes backwards adds nothing.
        let passed = max(0, last.map { time.seconds(since: $0) } ?? 0)
        left = min(Self.capacity, left + passed * Self.perSecond)
        last = time
        guard left - 1 >= (level == .warning ? 0 : Self.reserve) else { return false }
        left -= 1
        return true
    }
}
