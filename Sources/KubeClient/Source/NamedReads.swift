package import Pacing

/// How often objects are asked for that are read by name alone.
package struct NamedPace: Sendable {
    /// The waits after an object was there.
    package var present = Backoff(first: .seconds(30), longest: .seconds(30))
    /// The waits after there was none: it is probably made soon, and something waits for it.
    package var absent = Backoff(first: .seconds(2), longest: .seconds(5))
    /// The waits after a failure.
    package var failed = Backoff()

    /// Follows a changed object within half a minute, and a new one within five seconds.
    package init() {}
}

/// Decides which of some names is asked for when; knows nothing of servers.
///
/// Times are counted from the beginning of the reading.
struct NamedReads: Sendable {
    /// What came of asking for a name.
    enum Answer: Hashable, Sendable {
        case present
        case absent
        /// Whether it exists is not known; what was known before stays.
        case failed
    }

    private struct Entry {
        var due: Duration
        /// Nil until it was asked for.
        var last: Answer?
        /// How often in a row `last` was the answer.
        var repeats = 0
        /// Whether it was ever said that it is there, or that it is not.
        var isKnown = false
    }

    private let pace: NamedPace
    private var entries: [String: Entry] = [:]

    init(pace: NamedPace) {
        self.pace = pace
    }

    /// The names of which it is known whether there is such an object.
    var known: Set<String> { Set(entries.filter(\.value.isKnown).keys) }

    /// The names that were asked for, whatever came of it.
    var asked: Set<String> { Set(entries.filter { $0.value.last != nil }.keys) }

    /// Whether all that is wanted is known.
    var isComplete: Bool { entries.values.allSatisfy(\.isKnown) }

    /// Takes the names that are wanted from now on; returns those that no longer are, in order.
    ///
    /// New ones are due at once.
    mutating func want(_ names: Set<String>, at now: Duration) -> [String] {
        let surplus = entries.keys.filter { !names.contains($0) }.sorted()
        for name in surplus { entries[name] = nil }
        for name in names where entries[name] == nil { entries[name] = Entry(due: now) }
        return surplus
    }

    /// The names to ask for now, in order.
    func due(at now: Duration) -> [String] {
        entries.filter { $0.value.due <= now }.keys.sorted()
    }

    /// How long until the next is due; nil when nothing is wanted.
    func pause(at now: Duration) -> Duration? {
        entries.values.map(\.due).min().map { max(.zero, $0 - now) }
    }

    /// Takes an answer and returns whether it is another than the last.
    mutating func take(
        _ answer: Answer,
        for name: String,
        at now: Duration,
        using generator: inout some RandomNumberGenerator
    ) -> Bool {
        // It may have ceased to be wanted while it was asked for.
        guard var entry = entries[name] else { return false }
        let isNews = entry.last != answer
        entry.repeats = isNews ? 1 : entry.repeats + 1
        entry.last = answer
        let waits =
            switch answer {
            case .present: pace.present
            case .absent: pace.absent
            case .failed: pace.failed
            }
        entry.due = now + waits.delay(after: entry.repeats, using: &generator)
        entry.isKnown = entry.isKnown || answer != .failed
        entries[name] = entry
        return isNews
    }
}
