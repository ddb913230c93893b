/// Whose page is worked on, and whose waits.
package struct PageQueue: Sendable {
    /// What becomes of a page.
    package enum Turn: Hashable, Sendable {
        /// It is worked on from now on.
        case now
        /// It is, once it is named by `leave`.
        case later
        /// Too many wait.
        case refused
    }

    private let limit: Int
    private let waitingLimit: Int
    private var working: Set<Int> = []
    private var waiting: [Int] = []
    private var newcomers: Set<Int> = []

    /// Lets `limit` pages be worked on at a time, and `waitingLimit` new ones wait.
    package init(limit: Int, waiting waitingLimit: Int) {
        self.limit = limit
        self.waitingLimit = waitingLimit
    }

    /// How many wait.
    var waitingCount: Int { waiting.count }

    /// Whether it is a connection's turn.
    package func isWorking(_ number: Int) -> Bool { working.contains(number) }

    /// Asks for a connection's turn; one that comes back after its client was slow is never refused.
    package mutating func enter(_ number: Int, isNew: Bool) -> Turn {
        if working.count < limit {
            working.insert(number)
            return .now
        }
        if isNew {
            guard newcomers.count < waitingLimit else { return .refused }
            newcomers.insert(number)
        }
        waiting.append(number)
        return .later
    }

    /// Ends a connection's turn, or its waiting for one; returns whose turn begins.
    package mutating func leave(_ number: Int) -> Int? {
        if let place = waiting.firstIndex(of: number) {
            waiting.remove(at: place)
            newcomers.remove(number)
            return nil
        }
        guard working.remove(number) != nil, !waiting.isEmpty else { return nil }
        let next = waiting.removeFirst()
        newcomers.remove(next)
        working.insert(next)
        return next
    }
}
