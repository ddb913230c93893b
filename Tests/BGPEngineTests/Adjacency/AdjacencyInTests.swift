import BGPEngine
import BGPTypes
import BGPWire
import NIOCore
import TestSupport
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

    @Test func `a route is listed as it was announced`() {
        var adjacency = AdjacencyIn(seed: 1)
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
        var adjacency = AdjacencyIn(seed: 1)
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
        var adjacency = AdjacencyIn(seed: 1)
        let prefixes = (0..<3).map { RouteTable.host($0, .ipv4) }
        adjacency.receive(Self.update(announced: prefixes))
        var broken = Self.update(announced: [prefixes[1]])
        broken.faults = [AttributeFault(.med, .treatAsWithdraw, .attributeLength([]))]
        adjacency.receive(broken)
        #expect(adjacency.routes(.ipv4).map(\.prefix) == [prefixes[0], prefixes[2]])
    }

    @Test func `a list can be read page by page`() {
        var adjacency = AdjacencyIn(seed: 1)
        adjacency.receive(Self.update(announced: (0..<10).map { RouteTable.host($0, .ipv4) }))
        let page = adjacency.routes(.ipv4, after: RouteTable.host(3, .ipv4), limit: 2)
        #expect(page.map(\.prefix) == [RouteTable.host(4, .ipv4), RouteTable.host(5, .ipv4)])
        #expect(adjacency.routes(.ipv4, limit: 0).isEmpty)
    }

    @Test(arguments: [(7, 1 << 20), (1000, 1 << 20), (1000, 100), (3, 0)])
    func `slices together are the list, however short their octets make them`(limit: Int, octets: Int) {
        var adjacency = AdjacencyIn(seed: 1)
        for number in 0..<40 as Range<UInt32> {
            adjacency.receive(Self.update(announced: [RouteTable.host(Int(number), .ipv4)], med: number / 3))
        }
        var listed: [ReceivedRoute] = []
        var longest = 0
        while true {
            let slice = adjacency.encodedRoutes(.ipv4, after: listed.last?.prefix, limit: limit, octets: max(octets, 1))
            guard !slice.isEmpty else { break }
            longest = max(longest, slice.decoded().count)
            listed += slice.decoded()
        }
        #expect(listed == adjacency.routes(.ipv4))
        #expect(longest <= limit)
        #expect(octets > 1000 || longest < 40)
    }

    @Test func `memory is known and given back`() {
        var adjacency = AdjacencyIn(seed: 1)
        let hosts = (0..<2000).map { RouteTable.host($0, .ipv4) }
        for (med, host) in hosts.enumerated() {
            var update = Self.update(announced: [host], med: UInt32(med))
            update.attributes.communities = (0..<100).map { Community(65001, $0) }
            adjacency.receive(update)
        }
        let full = adjacency.usage.total
        #expect(full > 2000 * 400 && full < 2000 * 600)
        for med in 0..<3 as Range<UInt32> { adjacency.receive(Self.update(announced: hosts, med: med)) }
        #expect(adjacency.usage.total < full / 4)
    }

    @Test(arguments: [true, false], [IPFamily.ipv4, .ipv6])
    func `a route that was read is listed as it was sent`(fourOctetAS: Bool, family: IPFamily) throws {
        let session = WireContext(fourOctetAS: fourOctetAS, families: [.ipv4Unicast, .ipv6Unicast])
        var sent = Self.update(announced: [RouteTable.host(1, .ipv4)], med: 7)
        sent.attributes.communities = [.noExport]
        var nextHop = MultiprotocolNextHop.ipv4(IPv4Address(192, 0, 2, 1))
        if family == .ipv6 {
            nextHop = .ipv6(IPv6Address(high: 0x2001_0DB8_0000_0000, low: 1))
            sent.announced = .none(.ipv4)
            sent.attributes.nextHop = nil
            sent.attributes.reachable = MultiprotocolReachable(
                family: .ipv6Unicast,
                nextHop: nextHop,
                routes: .prefixes(NLRI([RouteTable.host(1, .ipv6)], family: .ipv6))
            )
        }
        var bytes = Message.update(sent).encoded(in: session)
        var decoder = MessageDecoder(context: session)
        guard case .message(.update(let received)) = decoder.decode(buffer: &bytes) else {
            Issue.record("not an UPDATE")
            return
        }
        var adjacency = AdjacencyIn(session, seed: 1)
        adjacency.receive(received)
        let route = try #require(adjacency.route(to: RouteTable.host(1, family)))
        #expect(route.nextHop == nextHop)
        #expect(route.attributes.asPath == ASPath(sequence: [65001, 4_200_000_001]))
        #expect(route.attributes.med == 7)
        #expect(route.attributes.communities == [.noExport])
        #expect(route.attributes.nextHop == nil)
        #expect(route.attributes.reachable == nil)
    }

    @Test func `bits behind a prefix are not part of it`() throws {
        let dirty = try #require(NLRI(decoding: ByteBuffer(bytes: [20, 10, 1, 0xFF, 0]), family: .ipv4))
        var update = Self.update(announced: [RouteTable.host(1, .ipv4)])
        update.announced = dirty
        var adjacency = AdjacencyIn(seed: 1)
        adjacency.receive(update)
        #expect(adjacency.routes(.ipv4).map(\.prefix.description) == ["0.0.0.0/0", "10.1.240.0/20"])
        update = UpdateMessage(withdrawn: dirty)
        adjacency.receive(update)
        #expect(adjacency.count(.ipv4) == 0)
        #expect(adjacency.attributeSets == 0)
    }

    @Test(arguments: [IPFamily.ipv4, .ipv6], UInt64(1)...5)
    func `after any updates the table is what a dictionary would be`(family: IPFamily, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var adjacency = AdjacencyIn(seed: seed &* 0x9E37_79B9_7F4A_7C15)
        var model: [IPPrefix: UInt32] = [:]
        for _ in 0..<400 {
            let withdrawn = (0..<random.below(8)).map { _ in Self.prefix(family, &random) }
            let announced = (0..<random.below(8)).map { _ in Self.prefix(family, &random) }
            let med = UInt32(random.below(20))
            for prefix in withdrawn { model[prefix] = nil }
            for prefix in announced { model[prefix] = med }
            adjacency.receive(Self.update(family, withdrawn: withdrawn, announced: announced, med: med))
        }
        let routes = adjacency.routes(family)
        #expect(routes.map(\.prefix) == model.keys.sorted())
        #expect(routes.map(\.attributes.med) == model.sorted { $0.key < $1.key }.map(\.value))
        #expect(adjacency.routes(family, limit: 17) == Array(routes.prefix(17)))
        #expect(adjacency.count(family) == model.count)
        #expect(adjacency.attributeSets == Set(model.values).count)
        adjacency.removeAll()
        #expect(adjacency.routes(family).isEmpty)
    }

    private static func prefix(_ family: IPFamily, _ random: inout SeededGenerator) -> IPPrefix {
        let host = RouteTable.host(random.below(500), family)
        let length = host.length - UInt8(random.below(2) * random.below(3))
        return IPPrefix(masking: host.address, length: length) ?? host
    }

    /// An UPDATE with routes of one family, in the place that is the family's own.
    private static func update(
        _ family: IPFamily,
        withdrawn: [IPPrefix],
        announced: [IPPrefix],
        med: UInt32
    ) -> UpdateMessage {
        guard family == .ipv6 else { return update(withdrawn: withdrawn, announced: announced, med: med) }
        var result = UpdateMessage()
        result.attributes.unreachable = MultiprotocolUnreachable(
            family: .ipv6Unicast,
            routes: .prefixes(NLRI(withdrawn, family: .ipv6))
        )
        guard !announced.isEmpty else { return result }
        result.attributes.origin = .igp
        result.attributes.asPath = ASPath(sequence: [65001])
        result.attributes.med = med
        result.attributes.reachable = MultiprotocolReachable(
            family: .ipv6Unicast,
            nextHop: .ipv6(IPv6Address(high: 0x2001_0DB8_0000_0000, low: 1)),
            routes: .prefixes(NLRI(announced, family: .ipv6))
        )
        return result
    }
}
