import BGPEngine
import BGPTypes
import TestSupport
import Testing

@Suite struct RouteDifferenceTests {
    @Test func `a prefix that only changed its attributes is announced and not withdrawn`() {
        let old = RouteTable.hosts(600, .ipv4)
        let moved = RouteTable.host(300, .ipv4)
        let gone = RouteTable.host(301, .ipv4)
        let difference = RouteDifference(
            from: old,
            to: old.setting([moved: RouteAttributes(med: 1), gone: nil])
        )
        #expect(difference.announced.routes == [Route(prefix: moved, attributes: RouteAttributes(med: 1))])
        #expect(difference.withdrawn.mapValues(Array.init) == [.ipv4: [gone]])
        #expect(!difference.isEmpty)
    }

    @Test func `tables made apart of the same routes do not differ`() {
        #expect(RouteDifference(from: .hosts(600, .ipv4), to: .hosts(600, .ipv4)).isEmpty)
        #expect(RouteDifference(from: RouteTable(), to: RouteTable()).isEmpty)
    }

    @Test(arguments: UInt64(1)...10)
    func `a difference has exactly the routes that differ, whatever the tables share`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var table = RouteTable.hosts(3000, .ipv4)
        var model = Dictionary(uniqueKeysWithValues: table.routes.map { ($0.prefix, $0.attributes) })
        for _ in 0..<40 {
            let (before, old) = (table, model)
            var changes: [IPPrefix: RouteAttributes?] = [:]
            for _ in 0..<random.below(random.below(4) == 0 ? 2000 : 5) {
                let prefix = RouteTable.host(random.below(4000), random.below(5) == 0 ? .ipv6 : .ipv4)
                changes[prefix] = .some(random.below(3) == 0 ? nil : RouteAttributes(med: UInt32(random.below(2))))
            }
            for (prefix, attributes) in changes { model[prefix] = attributes }
            // One that was changed step by step, or one made from scratch.
            table =
                random.below(3) == 0
                ? RouteTable(model.map { Route(prefix: $0.key, attributes: $0.value) }) : table.setting(changes)
            let difference = RouteDifference(from: before, to: table)
            let announced = model.filter { old[$0.key] != $0.value }
            #expect(difference.announced.routes.map(\.prefix) == announced.keys.sorted())
            #expect(difference.announced.routes.allSatisfy { announced[$0.prefix] == $0.attributes })
            let withdrawn = old.keys.filter { model[$0] == nil }.sorted()
            #expect(IPFamily.allCases.flatMap { difference.withdrawn[$0].map(Array.init) ?? [] } == withdrawn)
        }
    }
}
