/// What is there for those who wait, by who is next.
struct Agenda: Sendable {
    struct Entry: Comparable, Sendable {
        let turn: Turn
        /// Which came first, of two for one Service.
        let number: Int
        let need: AddressQueues.Need
        /// How many in a row were looked at in vain.
        let failures: Int

        static func < (left: Entry, right: Entry) -> Bool { (left.turn, left.number) < (right.turn, right.number) }
        static func == (left: Entry, right: Entry) -> Bool { left.number == right.number }
    }

    private var entries = SortedList<Entry>()
    private var needs: Set<AddressQueues.Need> = []
    private var number = 0

    init() {}

    /// Who is next.
    var next: Turn? { entries.first?.turn }

    /// Notes that something is there, and who of those that wait for it is next.
    mutating func add(_ need: AddressQueues.Need, _ turn: Turn, failures: Int = 0) {
        guard needs.insert(need).inserted else { return }
        number += 1
        entries.insert(Entry(turn: turn, number: number, need: need, failures: failures))
    }

    mutating func take() -> Entry? {
        guard let entry = entries.popFirst() else { return nil }
        needs.remove(entry.need)
        return entry
    }
}
