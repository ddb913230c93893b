import BGPEngine
import BGPTypes
import BGPWire
import TestSupport
import Testing

@Suite struct RoutesInOrderTests {
    @Test(arguments: [0, 1, 2, 5])
    func `one after the other they are the routes that a list has`(groups: Int) {
        var routes: [Route] = []
        for number in 0..<(groups * 50) {
            var attributes = RouteAttributes()
            attributes.med = UInt32(number * 7 % max(groups, 1))
            routes.append(Route(prefix: RouteTable.host(number, .ipv4), attributes: attributes))
            routes.append(Route(prefix: RouteTable.host(number, .ipv6), attributes: attributes))
        }
        let table = RouteTable(routes)
        for family in IPFamily.allCases { #expect(Array(table.inOrder(family)) == table.routes(family)) }
    }
}
