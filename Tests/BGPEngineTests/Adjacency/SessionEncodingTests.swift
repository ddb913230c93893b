import BGPEngine
import BGPTypes
import BGPWire
import NIOCore
import Testing

@Suite struct SessionEncodingTests {
    private static let attributes = RouteAttributes(
        localPreference: 200,
        med: 5,
        asPathPrepend: 2,
        communities: [.noExport],
        largeCommunities: [LargeCommunity(65001, 1, 2)]
    )

    private func learned(_ session: SessionEncoding, _ family: IPFamily) -> Router.Learned? {
        var adjacency = AdjacencyOut()
        var router = Router(session.context)
        adjacency.setDesired(.hosts(1, family, attributes: Self.attributes))
        adjacency.sessionEstablished(session)
        adjacency.drain(into: &router)
        return router.routes[RouteTable.host(0, family)]
    }

    @Test func `an external peer sees our AS as often as configured, and no local preference`() {
        var expected = PathAttributes()
        expected.origin = .igp
        expected.asPath = ASPath(sequence: [65001, 65001, 65001])
        expected.med = 5
        expected.communities = [.noExport]
        expected.largeCommunities = [LargeCommunity(65001, 1, 2)]
        let nextHop = MultiprotocolNextHop.ipv4(IPv4Address(192, 0, 2, 1))
        #expect(learned(.dualStack, .ipv4) == Router.Learned(attributes: expected, nextHop: nextHop))
    }

    @Test func `an internal peer sees an empty path and the local preference`() {
        var session = SessionEncoding.dualStack
        session.context.isInternal = true
        var expected = PathAttributes()
        expected.origin = .igp
        expected.asPath = .empty
        expected.med = 5
        expected.localPreference = 200
        expected.communities = [.noExport]
        expected.largeCommunities = [LargeCommunity(65001, 1, 2)]
        #expect(learned(session, .ipv4)?.attributes == expected)
    }

    @Test func `an internal peer gets a local preference of 100 unless configured otherwise`() {
        var session = SessionEncoding.dualStack
        session.context.isInternal = true
        #expect(session.attributes(RouteAttributes()).localPreference == 100)
    }

    @Test func `a speaker of two octets learns our true number too`() {
        var session = SessionEncoding.dualStack
        session.context.fourOctetAS = false
        session.localAS = 4_200_000_001
        #expect(
            learned(session, .ipv4)?.attributes.asPath
                == ASPath(sequence: [4_200_000_001, 4_200_000_001, 4_200_000_001])
        )
    }

    @Test func `the next hop of IPv6 routes carries the link-local address if there is one`() {
        var session = SessionEncoding.dualStack
        session.linkLocal = IPv6Address("fe80::1")
        let global = IPv6Address(high: 0x2001_0DB8_0000_0000, low: 1)
        #expect(learned(session, .ipv6)?.nextHop == .ipv6(global, linkLocal: IPv6Address("fe80::1")))
        #expect(learned(.dualStack, .ipv6)?.nextHop == .ipv6(global))
    }

    @Test func `IPv4 routes have an IPv6 next hop only where that was agreed`() {
        var session = SessionEncoding.dualStack
        session.ipv4 = nil
        #expect(learned(session, .ipv4) == nil)
        session.context.ipv4OverIPv6 = true
        #expect(learned(session, .ipv4)?.nextHop == .ipv6(IPv6Address(high: 0x2001_0DB8_0000_0000, low: 1)))
    }

    @Test func `IPv4 routes announced over IPv6 are withdrawn the same way`() {
        var session = SessionEncoding.dualStack
        session.ipv4 = nil
        session.context.ipv4OverIPv6 = true
        var adjacency = AdjacencyOut()
        var router = Router(session.context)
        adjacency.setDesired(.hosts(2, .ipv4))
        adjacency.sessionEstablished(session)
        adjacency.drain(into: &router)
        adjacency.setDesired(.hosts(1, .ipv4))
        adjacency.drain(into: &router)
        #expect(Array(router.routes.keys) == [RouteTable.host(0, .ipv4)])
    }
}
