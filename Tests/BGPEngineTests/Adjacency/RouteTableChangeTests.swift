import BGPEngine
import BGPTypes
import Testing

@Suite struct RouteTableChangeTests {
    private let low = RouteTable.host(1, .ipv4)
    private let high = RouteTable.host(900, .ipv4)

    @Test func `a prefix that is both withdrawn and announced has the new route`() {
        let newer = RouteTable([Route(prefix: low, attributes: RouteAttributes(med: 7))])
        let gone = PrefixSet([low, RouteTable.host(2, .ipv4), high], family: .ipv4)
        let table = RouteTable.hosts(10, .ipv4).merging(newer, withdrawing: [.ipv4: gone])
        #expect(table.attributes(of: low) == RouteAttributes(med: 7))
        #expect(table.attributes(of: high) == nil)
        #expect(table.count == 9)
    }

    @Test func `a merged table equals one built from its routes`() {
        let old = RouteTable.hosts(1000, .ipv4)
        var changes: [IPPrefix: RouteAttributes?] = [:]
        for index in 0..<600 {
            changes[RouteTable.host(index * 2, .ipv4)] =
                .some(index % 3 == 0 ? nil : RouteAttributes(med: UInt32(index % 3)))
        }
        var routes: [IPPrefix: RouteAttributes] = [:]
        for index in 0..<1000 {
            routes[RouteTable.host(index, .ipv4)] = old.attributes(of: RouteTable.host(index, .ipv4))
        }
        for (prefix, attributes) in changes { routes[prefix] = attributes }
        #expect(old.setting(changes) == RouteTable(routes.map { Route(prefix: $0.key, attributes: $0.value) }))
    }

    @Test func `a table is equal to itself when nothing changed`() {
        let table = RouteTable.hosts(300, .ipv4)
        #expect(table.setting([low: table.attributes(of: low)]) == table)
        #expect(table.setting([RouteTable.host(70_000, .ipv6): nil]) == table)
        #expect(table.setting([:]) == table)
    }

    @Test func `a table made anew of equal routes is the old one itself, and shares the rest where a few differ`() {
        let old = RouteTable.hosts(5000, .ipv4)
        #expect(RouteTable.hosts(5000, .ipv4).sharing(old).isIdentical(to: old))
        let made = RouteTable.hosts(5001, .ipv4)
        let shared = made.sharing(old)
        #expect(shared == made)
        #expect(!shared.isIdentical(to: old))
        #expect(RouteTable.hosts(5000, .ipv6).sharing(old) == RouteTable.hosts(5000, .ipv6))
        #expect(RouteTable.hosts(4, .ipv4).sharing(old) == RouteTable.hosts(4, .ipv4))
    }

    @Test func `prefixes without a route are found whatever the attributes of the others`() {
        let table = RouteTable.hosts(10, .ipv4).setting([low: RouteAttributes(med: 3)])
        #expect(Array(table.lacking(PrefixSet([low, high], family: .ipv4))) == [high])
        #expect(table.lacking(PrefixSet([RouteTable.host(1, .ipv6)], family: .ipv6)).count == 1)
    }
}
