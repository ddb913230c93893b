import BGPEngine
import BGPTypes
import BGPWire
import NIOCore
import Testing

@Suite struct AdjacencyOutTests {
    @Test(arguments: [
        (IPFamily.ipv4, 100_000, 124, 505_332), (.ipv6, 100_000, 422, 1_725_742), (.ipv4, 10_000, 13, 50_559),
        (.ipv6, 10_000, 43, 172_623), (.ipv4, 0, 0, 0), (.ipv4, 810, 1, 4093), (.ipv4, 811, 2, 4141),
    ])
    func `a full table goes out in the fewest messages and octets`(
        family: IPFamily,
        count: Int,
        updates: Int,
        octets: Int
    ) {
        var adjacency = AdjacencyOut()
        var session = SessionEncoding.dualStack
        session.sendsEndOfRIB = false
        var router = Router(session.context)
        adjacency.setDesired(.hosts(count, family))
        adjacency.sessionEstablished(session)
        adjacency.drain(into: &router)
        #expect(router.updates == updates)
        #expect(router.octets == octets)
        #expect(router.routes.count == count)
        #expect(router.mentions.values.allSatisfy { $0 == 1 })
        #expect(adjacency.announced == adjacency.desired)
    }

    @Test func `extended messages hold sixteen times as much`() {
        var session = SessionEncoding.dualStack
        session.context.maximumSentLength = WireContext.extendedMessageLength
        session.context.maximumReceivedLength = WireContext.extendedMessageLength
        var adjacency = AdjacencyOut()
        var router = Router(session.context)
        adjacency.setDesired(.hosts(100_000, .ipv4))
        adjacency.sessionEstablished(session)
        adjacency.drain(into: &router)
        #expect(router.updates == 8)
        #expect(router.routes.count == 100_000)
    }

    @Test func `nothing is sent before something is wanted, not even the end of it`() {
        var adjacency = AdjacencyOut()
        adjacency.sessionEstablished(.dualStack)
        #expect(adjacency.nextBatch(limit: 4096) == nil)
        adjacency.setDesired(RouteTable())
        var router = Router(SessionEncoding.dualStack.context)
        adjacency.drain(into: &router)
        #expect(router.events == [.endOfRIB(.ipv4Unicast), .endOfRIB(.ipv6Unicast)])
    }

    @Test func `the end of each family is sent once, right after its routes`() {
        var adjacency = AdjacencyOut()
        var router = Router(SessionEncoding.dualStack.context)
        let table = RouteTable((0..<3).map { Route(prefix: RouteTable.host($0, $0 < 2 ? .ipv4 : .ipv6)) })
        adjacency.setDesired(table)
        adjacency.sessionEstablished(.dualStack)
        adjacency.drain(into: &router)
        adjacency.setDesired(.hosts(1, .ipv4))
        adjacency.drain(into: &router)
        #expect(
            router.events == [
                .announced(2), .endOfRIB(.ipv4Unicast), .announced(1), .endOfRIB(.ipv6Unicast), .withdrawn(1),
                .withdrawn(1),
            ]
        )
    }

    @Test func `the end can be held back until what is wanted is complete`() {
        var adjacency = AdjacencyOut()
        var router = Router(SessionEncoding.dualStack.context)
        adjacency.setDesired(.hosts(1, .ipv4), isComplete: false)
        adjacency.sessionEstablished(.dualStack)
        adjacency.drain(into: &router)
        #expect(router.events == [.announced(1)])
        #expect(adjacency.isSettled)
        let isNew = adjacency.setDesired(.hosts(1, .ipv4))
        #expect(isNew, "that it is complete is new")
        #expect(!adjacency.isSettled)
        adjacency.drain(into: &router)
        #expect(router.events == [.announced(1), .endOfRIB(.ipv4Unicast), .endOfRIB(.ipv6Unicast)])
    }

    @Test func `the table that is desired already changes nothing`() {
        var adjacency = AdjacencyOut()
        let table = RouteTable.hosts(1, .ipv4)
        let answers = [
            adjacency.setDesired(table), adjacency.setDesired(table), adjacency.setDesired(table, isComplete: false),
            adjacency.setDesired(.hosts(2, .ipv4), isComplete: false),
        ]
        #expect(answers == [true, false, true, true])
    }

    @Test func `a route that flaps while the socket is full is not mentioned`() {
        var adjacency = AdjacencyOut()
        var router = Router(SessionEncoding.dualStack.context)
        adjacency.setDesired(.hosts(10, .ipv4))
        adjacency.sessionEstablished(.dualStack)
        adjacency.drain(into: &router)
        let flapping = RouteTable.host(5, .ipv4)
        let without = RouteTable.hosts(10, .ipv4).setting([flapping: nil])
        for _ in 0..<100 {
            adjacency.setDesired(without)
            adjacency.setDesired(without.setting([flapping: RouteAttributes()]))
        }
        #expect(adjacency.nextBatch(limit: 4096) == nil)
        adjacency.setDesired(without)
        adjacency.setDesired(without.setting([flapping: RouteAttributes(med: 5)]))
        adjacency.drain(into: &router)
        #expect(router.mentions[flapping] == 2)
        #expect(router.routes[flapping]?.attributes.med == 5)
    }

    @Test func `withdrawals come first, and each kind is one message`() {
        var adjacency = AdjacencyOut()
        var router = Router(SessionEncoding.dualStack.context)
        adjacency.setDesired(.hosts(1000, .ipv4))
        adjacency.sessionEstablished(.dualStack)
        adjacency.drain(into: &router)
        let before = router.events.count
        var changes: [IPPrefix: RouteAttributes?] = [:]
        for number in 0..<500 {
            changes[RouteTable.host(2 * number, .ipv4)] = .some(number < 200 ? RouteAttributes(med: 7) : nil)
        }
        adjacency.setDesired(RouteTable.hosts(1000, .ipv4).setting(changes))
        adjacency.drain(into: &router)
        #expect(Array(router.events[before...]) == [.withdrawn(300), .announced(200)])
        #expect(router.routes.count == 700)
    }

    @Test func `a new session is sent everything again`() {
        var adjacency = AdjacencyOut()
        var first = Router(SessionEncoding.dualStack.context)
        adjacency.setDesired(.hosts(100, .ipv4))
        adjacency.sessionEstablished(.dualStack)
        adjacency.drain(into: &first)
        adjacency.sessionLost()
        #expect(adjacency.announced.isEmpty)
        #expect(adjacency.nextBatch(limit: 4096) == nil)
        var second = Router(SessionEncoding.dualStack.context)
        adjacency.sessionEstablished(.dualStack)
        adjacency.drain(into: &second)
        #expect(second.events == first.events)
        #expect(second.routes == first.routes)
    }

    @Test(arguments: [true, false])
    func `a refresh repeats one family, marked if that was agreed`(isMarked: Bool) {
        var session = SessionEncoding.dualStack
        session.context.enhancedRouteRefresh = isMarked
        var adjacency = AdjacencyOut()
        var router = Router(session.context)
        adjacency.setDesired(RouteTable((0..<4).map { Route(prefix: RouteTable.host($0, $0 < 3 ? .ipv4 : .ipv6)) }))
        adjacency.sessionEstablished(session)
        adjacency.drain(into: &router)
        let before = router.events.count
        adjacency.refresh(.ipv4Unicast)
        adjacency.refresh(RouteFamily(afi: 25, safi: 70))
        adjacency.drain(into: &router)
        let marks: [Router.Event] = [.refresh(.ipv4Unicast, .begin), .announced(3), .refresh(.ipv4Unicast, .end)]
        #expect(Array(router.events[before...]) == (isMarked ? marks : [.announced(3)]))
        #expect(adjacency.announced == adjacency.desired)
    }

    @Test func `a refresh asked for while the table is on its way comes after its end`() {
        var adjacency = AdjacencyOut()
        var router = Router(SessionEncoding.dualStack.context)
        adjacency.setDesired(.hosts(1000, .ipv4))
        adjacency.sessionEstablished(.dualStack)
        if let batch = adjacency.nextBatch(limit: 4096) { router.receive(batch) }
        adjacency.refresh(.ipv4Unicast)
        adjacency.drain(into: &router)
        #expect(
            router.events == [
                .endOfRIB(.ipv6Unicast), .announced(810), .announced(190), .endOfRIB(.ipv4Unicast),
                .refresh(.ipv4Unicast, .begin), .announced(810), .announced(190), .refresh(.ipv4Unicast, .end),
            ]
        )
    }

    @Test func `a family without an address of ours is not announced, but ended`() {
        var session = SessionEncoding.dualStack
        session.ipv6 = nil
        var adjacency = AdjacencyOut()
        var router = Router(session.context)
        adjacency.setDesired(.hosts(3, .ipv6))
        adjacency.sessionEstablished(session)
        adjacency.drain(into: &router)
        #expect(router.events == [.endOfRIB(.ipv4Unicast), .endOfRIB(.ipv6Unicast)])
        #expect(adjacency.announced.isEmpty)
    }

    @Test func `routes whose attributes fill a message are left out, and come when they fit`() {
        let many = RouteAttributes(largeCommunities: (0..<400).map { LargeCommunity(65001, 1, $0) })
        var adjacency = AdjacencyOut()
        var router = Router(SessionEncoding.dualStack.context)
        adjacency.setDesired(.hosts(1, .ipv4, attributes: many))
        adjacency.sessionEstablished(.dualStack)
        adjacency.drain(into: &router)
        #expect(router.routes.isEmpty)
        adjacency.setDesired(.hosts(1, .ipv4))
        adjacency.drain(into: &router)
        #expect(router.routes.count == 1)
    }
}
