import BGPEngine
import BGPTypes
import BGPWire
import NIOCore
import Testing

/// What a session says when the node's addresses change under it.
@Suite struct NextHopChangeTests {
    private static let table = RouteTable(
        (0..<6).map { Route(prefix: RouteTable.host($0, $0 < 4 ? .ipv4 : .ipv6)) }
    )

    private struct Session {
        var adjacency = AdjacencyOut()
        var router: Router
        var shared = UpdateCache()

        init(_ encoding: SessionEncoding, wants table: RouteTable) {
            router = Router(encoding.context)
            adjacency.setDesired(table)
            adjacency.sessionEstablished(encoding)
        }

        mutating func use(_ change: (inout NextHopSet) -> Void) {
            guard var hops = adjacency.session?.nextHops else { return }
            change(&hops)
            adjacency.use(hops, sharing: &shared)
        }

        mutating func drain(limit: Int = 65536) {
            while let batch = adjacency.nextBatch(limit: limit, sharing: &shared) { router.receive(batch) }
        }

        /// The next hops that the router knows, by family.
        var nextHops: [IPFamily: Set<MultiprotocolNextHop>] {
            Dictionary(grouping: router.routes, by: \.key.family).mapValues { Set($0.map(\.value.nextHop)) }
        }
    }

    private func settled(_ encoding: SessionEncoding = .dualStack) -> Session {
        var session = Session(encoding, wants: Self.table)
        session.drain()
        return session
    }

    @Test func `a changed next hop resends its own family's routes and no others`() throws {
        let new = try #require(IPv6Address("2001:db8::aa"))
        var session = settled()
        session.use { $0.ipv6 = new }
        session.drain()
        #expect(session.nextHops == [.ipv4: [.ipv4(IPv4Address(192, 0, 2, 1))], .ipv6: [.ipv6(new)]])
        #expect(session.router.mentions.filter { $0.key.family == .ipv4 }.values.allSatisfy { $0 == 1 })
        #expect(session.router.mentions.filter { $0.key.family == .ipv6 }.values.allSatisfy { $0 == 2 })
        #expect(session.adjacency.isSettled)
        #expect(session.adjacency.announced == Self.table)
    }

    @Test(arguments: IPFamily.allCases)
    func `losing the next hop withdraws the family's routes, and regaining it announces them again`(family: IPFamily) {
        var session = settled()
        let before = session.adjacency.session?.nextHops
        session.use { $0[family] = nil }
        session.drain()
        #expect(session.router.routes.keys.allSatisfy { $0.family != family })
        #expect(session.adjacency.announcedCount(family) == 0)
        #expect(session.router.events.last == .withdrawn(Self.table.count(family)))
        session.use { $0 = before ?? $0 }
        session.drain()
        #expect(session.router.routes.count == Self.table.count)
        let other: IPFamily = family == .ipv4 ? .ipv6 : .ipv4
        #expect(session.router.mentions.filter { $0.key.family == other }.values.allSatisfy { $0 == 1 })
        #expect(session.adjacency.announced == Self.table)
    }

    @Test func `a family that starts without a next hop is announced later, with a single End-of-RIB`() {
        var encoding = SessionEncoding.dualStack
        let ipv6 = encoding.ipv6
        encoding.ipv6 = nil
        var session = settled(encoding)
        #expect(session.router.routes.count == 4)
        session.use { $0.ipv6 = ipv6 }
        session.drain()
        #expect(session.router.routes.count == Self.table.count)
        #expect(session.router.mentions.values.allSatisfy { $0 == 1 })
        #expect(session.router.events.count { $0 == .endOfRIB(.ipv6Unicast) } == 1)
    }

    @Test func `a next hop of a family that was not negotiated sends nothing`() {
        var encoding = SessionEncoding.dualStack
        encoding.context.families = [.ipv4Unicast]
        var session = Session(encoding, wants: Self.table)
        session.drain()
        let octets = session.router.octets
        session.use { $0.ipv6 = nil }
        session.drain()
        #expect(session.router.octets == octets)
    }

    @Test func `routes that are still being sent get the new next hop`() throws {
        let table = RouteTable.hosts(5000, .ipv6)
        var session = Session(.dualStack, wants: table)
        for _ in 0..<3 {
            guard let batch = session.adjacency.nextBatch(limit: 4096, sharing: &session.shared) else { break }
            session.router.receive(batch)
        }
        let new = try #require(IPv6Address("2001:db8::aa"))
        session.use { $0.ipv6 = new }
        session.drain()
        #expect(session.nextHops == [.ipv6: [.ipv6(new)]])
        #expect(session.router.routes.count == 5000)
        #expect(session.router.mentions.values.reduce(0, +) < 10_000)
    }

    @Test func `a changed next hop is encoded once for all peers that share it`() throws {
        let new = try #require(IPv6Address("2001:db8::aa"))
        var shared = UpdateCache()
        var peers = (0..<3).map { _ in Session(.dualStack, wants: Self.table) }
        func drainAll() {
            for index in peers.indices {
                while let batch = peers[index].adjacency.nextBatch(limit: 65536, sharing: &shared) {
                    peers[index].router.receive(batch)
                }
            }
        }
        drainAll()
        let before = shared.count
        for index in peers.indices {
            var hops = try #require(peers[index].adjacency.session?.nextHops)
            hops.ipv6 = new
            peers[index].adjacency.use(hops, sharing: &shared)
        }
        drainAll()
        #expect(shared.count == before + 1)
        #expect(peers.allSatisfy { $0.nextHops[.ipv6] == [.ipv6(new)] })
    }

    @Test func `IPv4 routes move to an IPv6 next hop where that was negotiated`() throws {
        var encoding = SessionEncoding.dualStack
        encoding.context.ipv4OverIPv6 = true
        var session = settled(encoding)
        session.use { $0.ipv4 = nil }
        session.drain()
        let ipv6 = try #require(encoding.ipv6)
        #expect(session.nextHops == [.ipv4: [.ipv6(ipv6)], .ipv6: [.ipv6(ipv6)]])
        #expect(session.router.mentions.filter { $0.key.family == .ipv6 }.values.allSatisfy { $0 == 1 })
    }
}
