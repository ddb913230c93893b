import Addressing
import BGPEngine
import BGPWire
import NIOCore
import Testing

@Suite struct AdjacencyInTests {
    private static func update(
        withdrawn: [IPPrefix] = [],
        announced: [IPPrefix] = [],
        med: UInt32 = 0
    ) -> UpdateMessage {
        var update = UpdateMessage(withdrawn: NLRI(withdrawn, family: .ipv4), announced: NLRI(announced, family: .ipv4))
        guard !announced.isEmpty else { return update }
        update.attributes.origin = .igp
        update.attributes.asPath = ASPath(sequence: [65001, 4_200_000_001])
        update.attributes.nextHop = IPv4Address(192, 0, 2, 1)
        update.attributes.med = med
        return update
    }

    @Test func `a route is listed as it was told`() {
        var adjacency = AdjacencyIn()
        let prefix = RouteTable.host(1, .ipv4)
        adjacency.receive(Self.update(announced: [prefix], med: 7))
        var attributes = PathAttributes()
        attributes.origin = .igp
        attributes.asPath = ASPath(sequence: [65001, 4_200_000_001])
        attributes.med = 7
        let expected = ReceivedRoute(
            prefix: prefix,
            nextHop: .ipv4(IPv4Address(192, 0, 2, 1)),
            attributes: attributes
        )
        #expect(adjacency.routes(.ipv4) == [expected])
        #expect(adjacency.route(to: prefix) == expected)
        #expect(adjacency.route(to: RouteTable.host(2, .ipv4)) == nil)
    }

    @Test func `IPv6 routes keep both next hops`() {
        var adjacency = AdjacencyIn()
        let nextHop = MultiprotocolNextHop.ipv6(
            IPv6Address(high: 0x2001_0DB8_0000_0000, low: 1),
            linkLocal: IPv6Address(high: 0xFE80_0000_0000_0000, low: 1)
        )
        var update = UpdateMessage()
        update.attributes.origin = .igp
        update.attributes.asPath = .empty
        update.attributes.reachable = MultiprotocolReachable(
            family: .ipv6Unicast,
            nextHop: nextHop,
            routes: .prefixes(NLRI((0..<5).map { RouteTable.host($0, .ipv6) }, family: .ipv6))
        )
        adjacency.receive(update)
        #expect(adjacency.count(.ipv6) == 5)
        #expect(adjacency.count(.ipv4) == 0)
        #expect(adjacency.routes(.ipv6).allSatisfy { $0.nextHop == nextHop })
    }

    @Test func `an update at fault withdraws what it holds`() {
        var adjacency = AdjacencyIn()
        let prefixes = (0..<3).map { RouteTable.host($0, .ipv4) }
        adjacency.receive(Self.update(announced: prefixes))
        var broken = Self.update(announced: [prefixes[1]])
        broken.faults = [AttributeFault(.med, .treatAsWithdraw, .attributeLength([]))]
        adjacency.receive(broken)
        #expect(adjacency.routes(.ipv4).map(\.prefix) == [prefixes[0], prefixes[2]])
    }

    @Test func `a list can be read page by page`() {
        var adjacency = AdjacencyIn()
        adjacency.receive(Self.update(announced: (0..<10).map { RouteTable.host($0, .ipv4) }))
        let page = adjacency.routes(.ipv4, after: RouteTable.host(3, .ipv4), limit: 2)
        #expect(page.map(\.prefix) == [RouteTable.host(4, .ipv4), RouteTable.host(5, .ipv4)])
        #expect(adjacency.routes(.ipv4, limit: 0).isEmpty)
    }

    @Test func `memory is known and given back`() {
        var adjacency = AdjacencyIn()
        let hosts = (0..<2000).map { RouteTable.host($0, .ipv4) }
        for (med, host) in hosts.enumerated() { adjacency.receive(Self.update(announced: [host], med: UInt32(med))) }
        let full = adjacency.octets
        #expect(full > 2000 * 100 && full < AdjacencyIn.maximumOctets)
        for med in 0..<3 as Range<UInt32> { adjacency.receive(Self.update(announced: hosts, med: med)) }
        #expect(adjacency.octets < full / 4)
    }

    @Test(arguments: UInt64(1)...10)
    func `after any updates the table is what a dictionary would be`(seed: UInt64) {
        var random = AdjacencyModelTests.Seeded(state: seed)
        var adjacency = AdjacencyIn()
        var model: [IPPrefix: UInt32] = [:]
        for _ in 0..<400 {
            let withdrawn = (0..<random.below(8)).map { _ in RouteTable.host(random.below(500), .ipv4) }
            let announced = (0..<random.below(8)).map { _ in RouteTable.host(random.below(500), .ipv4) }
            let med = UInt32(random.below(20))
            for prefix in withdrawn { model[prefix] = nil }
            for prefix in announced { model[prefix] = med }
            adjacency.receive(Self.update(withdrawn: withdrawn, announced: announced, med: med))
        }
        let routes = adjacency.routes(.ipv4)
        #expect(routes.map(\.prefix) == model.keys.sorted())
        #expect(routes.map(\.attributes.med) == model.sorted { $0.key < $1.key }.map(\.value))
        #expect(adjacency.routes(.ipv4, limit: 17) == Array(routes.prefix(17)))
        #expect(adjacency.count(.ipv4) == model.count)
        #expect(adjacency.attributeSets == Set(model.values).count)
        adjacency.removeAll()
        #expect(adjacency.routes(.ipv4).isEmpty)
    }
}
