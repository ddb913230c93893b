/// Bounds the octets that pages have written and no socket has taken.
///
/// One that finds nothing pending may write any number; whoever finds no room waits its turn.
struct OctetBudget {
    private let limit: Int
    private(set) var pending = 0
    private var waiting: [(number: Int, count: Int)] = []

    init(limit: Int) {
        self.limit = limit
    }

    /// Counts octets that are written whatever else is pending.
    mutating func add(_ count: Int) { pending += count }

    /// Takes room for a connection's octets; false when it has to wait until `release` names it.
    mutating func reserve(_ count: Int, for number: Int) -> Bool {
        guard hasRoom(for: count) else {
            waiting.append((number, count))
            return false
        }
        pending += count
        return true
    }

    /// Gives room back; returns the connections for whose octets it has been taken again, first come, first served.
    mutating func release(_ count: Int) -> [Int] {
        pending -= count
        var served: [Int] = []
        while let next = waiting.first, hasRoom(for: next.count) {
            waiting.removeFirst()
            pending += next.count
            served.append(next.number)
        }
        return served
    }

    /// Ends a connection's waiting.
    mutating func forget(_ number: Int) { waiting.removeAll { $0.number == number } }

    private func hasRoom(for count: Int) -> Bool { pending == 0 || pending + count <= limit }
}
