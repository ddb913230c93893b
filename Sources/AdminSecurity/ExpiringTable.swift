/// Values that each hold for a time, in a place with room for so many.
struct ExpiringTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var entries: [Key: (value: Value, until: Duration)] = [:]
    private let room: Int

    init(room: Int) {
        self.room = room
    }

    var count: Int { entries.count }

    /// What was set, and until when it holds; nil when its time is over.
    func entry(_ key: Key, at now: Duration) -> (value: Value, until: Duration)? {
        guard let entry = entries[key], entry.until > now else { return nil }
        return entry
    }

    /// Keeps a value; when there is no room, what is over goes first, and then what would be over soonest.
    mutating func set(_ key: Key, to value: Value, until: Duration, at now: Duration) {
        if entries[key] == nil, entries.count >= room {
            entries = entries.filter { $0.value.until > now }
            if entries.count >= room, let soonest = entries.min(by: { $0.value.until < $1.value.until }) {
                entries[soonest.key] = nil
            }
        }
        entries[key] = (value, until)
    }
}
