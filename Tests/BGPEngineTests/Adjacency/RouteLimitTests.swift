import BGPEngine
import BGPTypes
import BGPWire
import TestSupport
import Testing

@Suite struct `A limit on what a peer is told` {
    private static func table(
        _ numbers: some Sequence<Int>,
        _ family: IPFamily = .ipv4,
        med: UInt32? = nil
    ) -> RouteTable {
        RouteTable(
            numbers.sorted().map {
                Route(prefix: RouteTable.host($0, family), attributes: RouteAttributes(med: med))
            }
        )
    }

    private static func numbers(_ table: RouteTable, _ family: IPFamily = .ipv4) -> [IPPrefix] {
        table.routes(family).map(\.prefix)
    }

    @Test func `changes nothing while all fits`() {
        let wanted = Self.table(0..<10)
        #expect(wanted.limited(to: 10, keeping: Self.table(5..<30)) == wanted)
    }

    @Test func `keeps what the peer has, and holds back what is new`() {
        let told = Self.table(5..<10)
        let limited = Self.table(0..<10).limited(to: 5, keeping: told)
        #expect(limited == told)
        // One of them goes: the lowest of those that wait takes the room.
        let next = Self.table([0, 1, 2, 3, 4, 6, 7, 8, 9]).limited(to: 5, keeping: limited)
        #expect(next == Self.table([0, 6, 7, 8, 9]))
    }

    @Test func `takes the lowest prefixes when nothing is known of before`() {
        #expect(Self.table(0..<1000).limited(to: 300, keeping: RouteTable()) == Self.table(0..<300))
    }

    @Test func `takes back the highest prefixes when it is lowered`() {
        #expect(Self.table(0..<10).limited(to: 4, keeping: Self.table(2..<10)) == Self.table(2..<6))
    }

    @Test func `lets changed attributes of what is announced through`() {
        let limited = Self.table(0..<10, med: 7).limited(to: 5, keeping: Self.table(5..<10))
        #expect(limited == Self.table(5..<10, med: 7))
    }

    @Test func `counts each family by itself`() {
        let both = RouteTable(
            (Self.table(0..<10).routes(.ipv4) + Self.table(0..<3, .ipv6).routes(.ipv6))
        )
        let limited = both.limited(to: 5, keeping: RouteTable())
        #expect((limited.count(.ipv4), limited.count(.ipv6)) == (5, 3))
    }

    @Test(arguments: UInt64(1)...20)
    func `is never exceeded, never empty-handed, and settles at once`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var told = RouteTable()
        for _ in 0..<50 {
            let limit = 1 + random.below(400)
            let wanted = Self.table(Set((0..<random.below(600)).map { _ in random.below(700) }))
            let limited = wanted.limited(to: limit, keeping: told)
            #expect(limited.count == min(limit, wanted.count))
            let (have, want) = (Set(Self.numbers(limited)), Set(Self.numbers(wanted)))
            #expect(have.isSubset(of: want))
            let kept = Set(Self.numbers(told)).intersection(want)
            if kept.count <= limit { #expect(kept.isSubset(of: have)) } else { #expect(have.isSubset(of: kept)) }
            #expect(wanted.limited(to: limit, keeping: limited) == limited)
            told = limited
        }
    }
}
