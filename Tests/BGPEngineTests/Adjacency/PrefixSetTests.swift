import BGPEngine
import BGPTypes
import TestSupport
import Testing

@Suite struct PrefixSetTests {
    private static func sample(_ seed: UInt64, _ count: Int) -> Set<IPPrefix> {
        var random = SeededGenerator(seed: seed)
        return Set((0..<count).map { _ in RouteTable.host(random.below(3000), .ipv4) })
    }

    @Test(arguments: [(0, 10), (10, 0), (50, 2000), (2000, 50), (2000, 2000), (1, 2500)], UInt64(1)...5)
    func `union, difference and intersection are those of sets`(sizes: (Int, Int), seed: UInt64) {
        let (left, right) = (Self.sample(seed, sizes.0), Self.sample(seed + 100, sizes.1))
        let (mine, theirs) = (PrefixSet(left, family: .ipv4), PrefixSet(right, family: .ipv4))
        #expect(Array(mine.union(theirs)) == left.union(right).sorted())
        #expect(Array(mine.subtracting(theirs)) == left.subtracting(right).sorted())
        #expect(Array(mine.intersection(theirs)) == left.intersection(right).sorted())
        #expect(mine.union(theirs).count == left.union(right).count)
        #expect(mine.union(theirs).subtracting(theirs) == mine.subtracting(theirs))
    }

    @Test func `a set knows what it contains`() {
        let members = Self.sample(7, 1000)
        let set = PrefixSet(members, family: .ipv4)
        for number in 0..<3000 {
            let prefix = RouteTable.host(number, .ipv4)
            #expect(set.contains(prefix) == members.contains(prefix))
        }
        #expect(!set.contains(RouteTable.host(1, .ipv6)))
    }

    @Test func `growing one by one keeps order and count`() {
        var set = PrefixSet(.ipv6)
        var random = SeededGenerator(seed: 3)
        var model: Set<IPPrefix> = []
        for _ in 0..<2000 {
            let prefix = RouteTable.host(random.below(5000), .ipv6)
            if random.below(3) == 0 {
                set = set.subtracting(PrefixSet([prefix], family: .ipv6))
                model.remove(prefix)
            } else {
                set = set.union(PrefixSet([prefix], family: .ipv6))
                model.insert(prefix)
            }
        }
        #expect(Array(set) == model.sorted())
        #expect(set.wireLength == 17 * model.count)
    }
}
