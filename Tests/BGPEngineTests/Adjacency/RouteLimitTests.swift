import BGPEngine
import BGPTypes
import BGPWire
import TestSupport
import Testing

@Suite struct RouteLimitTests {
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

    @Test func `a limit changes nothing while all routes fit`() {
        let wanted = Self.table(0..<10)
        #expect(wanted.limited(to: 10, keeping: Self.table(5..<30)) == wanted)
    }

    @Test func `a limit keeps announced routes and holds back new ones`() {
        let told = Self.table(5..<10)
        let limited = Self.table(0..<10).limited(to: 5, keeping: told)
        #expect(limited == told)
        // One of them goes: the lowest of those that wait takes the room.
        let next = Self.table([0, 1, 2, 3, 4, 6, 7, 8, 9]).limited(to: 5, keeping: limited)
        #expect(next == Self.table([0, 6, 7, 8, 9]))
    }

    @Test func `a limit takes the lowest prefixes when nothing was announced before`() {
        #expect(Self.table(0..<1000).limited(to: 300, keeping: RouteTable()) == Self.table(0..<300))
    }

    @Test func `lowering a limit withdraws the highest prefixes`() {
        #expect(Self.table(0..<10).limited(to: 4, keeping: Self.table(2..<10)) == Self.table(2..<6))
    }

    @Test func `a limit lets changed attributes of announced routes through`() {
        let limited = Self.table(0..<10, med: 7).limited(to: 5, keeping: Self.table(5..<10))
        #expect(limited == Self.table(5..<10, med: 7))
    }

    @Test func `a limit counts each family separately`() {
        let both = RouteTable(
            (Self.table(0..<10).routes(.ipv4) + Self.table(0..<3, .ipv6).routes(.ipv6))
        )
        let limited = both.limited(to: 5, keeping: RouteTable())
        #expect((limited.count(.ipv4), limited.count(.ipv6)) == (5, 3))
    }

    @Test(arguments: UInt64(1)...20)
    func `a limit is never exceeded, never leaves room unused, and settles at once`(seed: UInt64) {
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
