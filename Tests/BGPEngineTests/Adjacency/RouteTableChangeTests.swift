import BGPEngine
import BGPTypes
import Testing

@Suite struct RouteTableChangeTests {
    private let low = RouteTable.host(1, .ipv4)
    private let high = RouteTable.host(900, .ipv4)

    @Test func `the last of several changes to one prefix wins`() {
        let table = RouteTable.hosts(10, .ipv4).applying([
            RouteChange(prefix: low, attributes: nil),
            RouteChange(prefix: high, attributes: RouteAttributes(med: 1)),
            RouteChange(prefix: low, attributes: RouteAttributes(med: 7)),
            RouteChange(prefix: high, attributes: nil),
        ])
        #expect(table.attributes(of: low) == RouteAttributes(med: 7))
        #expect(table.attributes(of: high) == nil)
        #expect(table.count == 10)
    }

    @Test func `a changed table equals one built from its routes`() {
        let old = RouteTable.hosts(1000, .ipv4)
        let changes = (0..<600).map { index in
            RouteChange(
                prefix: RouteTable.host(index * 2, .ipv4),
                attributes: index % 3 == 0 ? nil : RouteAttributes(med: UInt32(index % 3))
            )
        }
        var routes: [IPPrefix: RouteAttributes] = [:]
        for index in 0..<1000 {
            routes[RouteTable.host(index, .ipv4)] = old.attributes(of: RouteTable.host(index, .ipv4))
        }
        for change in changes { routes[change.prefix] = change.attributes }
        #expect(old.applying(changes) == RouteTable(routes.map { Route(prefix: $0.key, attributes: $0.value) }))
        #expect(old.applying(changes.reversed()) == old.applying(changes))
    }

    @Test func `a table is equal to itself when nothing changed`() {
        let table = RouteTable.hosts(300, .ipv4)
        let same = RouteChange(prefix: low, attributes: table.attributes(of: low))
        #expect(table.applying([same]) == table)
        #expect(table.applying([RouteChange(prefix: RouteTable.host(70_000, .ipv6), attributes: nil)]) == table)
        #expect(table.applying([RouteChange]()) == table)
    }
}
