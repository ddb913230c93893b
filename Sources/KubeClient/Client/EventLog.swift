import KubeModel
import PlainText

/// Decides which events are new, which are repeated, and which were said already.
struct EventLog: Sendable {
    /// What to write.
    enum Decision: Hashable, Sendable {
        /// It was said already.
        case skip
        /// There were too many lately.
        case leaveOut
        case create(name: String, at: Timestamp)
        case count(name: String, count: Int, at: Timestamp)
    }

    private struct Topic: Hashable {
        var subject: Event.Subject
        var action: String
    }

    /// Names and counts are forgotten beyond this, oldest first.
    private static let capacity = 4096

    private var last: [Topic: EventDraft] = [:]
    private var written: [EventDraft: (name: String, count: Int)] = [:]
    private var order: [EventDraft] = []
    private var serial = 0
    private var budget = EventBudget()

    /// Takes an entry and says what to write.
    ///
    /// One action on one object is a topic: what is said about it is a transition only if it differs from what was said last.
    mutating func decide(_ entry: EventDraft, at time: Timestamp) -> Decision {
        let topic = Topic(subject: entry.regarding, action: entry.action)
        guard last[topic] != entry else { return .skip }
        guard budget.take(entry.level, at: time) else { return .leaveOut }
        last[topic] = entry
        if var series = written[entry] {
            series.count += 1
            written[entry] = series
            return .count(name: series.name, count: series.count, at: time)
        }
        serial += 1
        let stamp = String(UInt64(max(0, time.secondsSinceEpoch * 1_000_000)), radix: 16)
        let name = "\(entry.regarding.name.prefix(200)).\(stamp)\(serial)"
        written[entry] = (name, 1)
        order.append(entry)
        if order.count > Self.capacity {
            let oldest = order.removeFirst()
            written[oldest] = nil
            last[Topic(subject: oldest.regarding, action: oldest.action)] = nil
        }
        return .create(name: name, at: time)
    }
}
