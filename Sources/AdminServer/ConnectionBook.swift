/// Who is connected, and who has to go when there is no room.
package struct ConnectionBook<Source: Hashable> {
    /// What becomes of a new connection.
    package enum Admission: Hashable, Sendable {
        /// It is served, and another is closed for it if one is named.
        case admitted(insteadOf: Int?)
        /// It is turned away: all others are being answered.
        case refused
    }

    private struct Entry {
        let source: Source
        /// Rises with every beginning of idleness; nil while it is being answered.
        var idleSince: Int?
    }

    private let limit: Int
    private let limitOfSource: Int
    private var entries: [Int: Entry] = [:]
    private var turn = 0

    /// Has room for `limit` connections, and for `limitOfSource` of one source.
    package init(limit: Int, ofSource limitOfSource: Int) {
        self.limit = limit
        self.limitOfSource = limitOfSource
    }

    /// How many there are.
    package var count: Int { entries.count }

    /// Takes a connection by a number of its own; it counts as idle until it is being answered.
    package mutating func admit(_ number: Int, from source: Source) -> Admission {
        let ofSource = entries.filter { $0.value.source == source }
        var evicted: Int?
        if ofSource.count >= limitOfSource {
            guard let oldest = Self.oldest(ofSource) else { return .refused }
            evicted = oldest
        } else if entries.count >= limit {
            guard let oldest = Self.oldest(entries) else { return .refused }
            evicted = oldest
        }
        if let evicted { entries[evicted] = nil }
        turn += 1
        entries[number] = Entry(source: source, idleSince: turn)
        return .admitted(insteadOf: evicted)
    }

    /// Notes that a connection is being answered, or is idle again.
    package mutating func set(_ number: Int, isIdle: Bool) {
        turn += 1
        entries[number]?.idleSince = isIdle ? turn : nil
    }

    /// Forgets a connection.
    package mutating func remove(_ number: Int) {
        entries[number] = nil
    }

    private static func oldest(_ entries: [Int: Entry]) -> Int? {
        entries.compactMap { number, entry in entry.idleSince.map { (since: $0, number: number) } }
            .min { $0.since < $1.since }?.number
    }
}
