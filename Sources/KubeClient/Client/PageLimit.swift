/// How many objects to ask for at a time, so that no answer is too long.
package struct PageLimit: Hashable, Sendable {
    /// No more octets are taken of a page, unless it has one object alone.
    package static let longestPage = 16 << 20
    /// A longer page has no end.
    static let endless = 256 << 20

    /// A page of which so much came before its time was over comes slowly; with less the server gives nothing.
    static let worthwhile = 1 << 16

    private let most: Int
    /// How many to ask for next.
    package private(set) var count: Int

    /// Begins with as many as there may ever be.
    package init(most: Int) {
        self.most = max(1, most)
        count = self.most
    }

    /// Whether a page of which so much has come is read on.
    ///
    /// One object alone may be longer, to find out which it is; and a server that sends more objects than it was asked for
    /// would do so again.
    func allows(octets: Int, count present: Int) -> Bool {
        octets <= Self.longestPage || count == 1 || present > count
    }

    /// Asks for half as many after an answer that was too long, or for as many as it had before that if those are fewer; false
    /// when it is one already.
    package mutating func halve(fitting: Int) -> Bool {
        guard count > 1 else { return false }
        count = max(1, min(count / 2, fitting))
        return true
    }

    /// Notes that a page was as long as this: far below the bound, the next may have twice as many.
    package mutating func note(octets: Int) {
        if octets < Self.longestPage / 4 { count = min(most, count * 2) }
    }
}
