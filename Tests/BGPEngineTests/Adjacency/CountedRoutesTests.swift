import BGPEngine
import BGPTypes
import BGPWire
import TestSupport
import Testing

/// Routes that are counted and not kept, because there are too many of them or no memory.
@Suite struct CountedRoutesTests {
    private static func update(
        announced: [Int] = [],
        withdrawn: [Int] = [],
        med: UInt32 = 0,
        communities: Int = 0,
        family: IPFamily = .ipv4
    ) -> UpdateMessage {
        let announced = NLRI(announced.map { RouteTable.host($0, family) }, family: family)
        let withdrawn = NLRI(withdrawn.map { RouteTable.host($0, family) }, family: family)
        var update = UpdateMessage()
        if family == .ipv6 {
            update.attributes.unreachable = MultiprotocolUnreachable(family: .ipv6Unicast, routes: .prefixes(withdrawn))
        } else {
            update.withdrawn = withdrawn
        }
        guard !announced.isEmpty else { return update }
        update.attributes.origin = .igp
        update.attributes.asPath = ASPath(sequence: [65001])
        update.attributes.med = med
        update.attributes.communities = (0..<communities).map { Community(65001, UInt16($0)) }
        if family == .ipv6 {
            update.attributes.reachable = MultiprotocolReachable(
                family: .ipv6Unicast,
                nextHop: .ipv6(IPv6Address(high: 0x2001_0DB8_0000_0000, low: 1)),
                routes: .prefixes(announced)
            )
        } else {
            update.attributes.nextHop = IPv4Address(192, 0, 2, 1)
            update.announced = announced
        }
        return update
    }

    private static func kept(_ adjacency: AdjacencyIn, _ family: IPFamily = .ipv4) -> [IPPrefix: UInt32?] {
        Dictionary(uniqueKeysWithValues: adjacency.routes(family).map { ($0.prefix, $0.attributes.med) })
    }

    private static func hosts(_ numbers: [Int: UInt32], _ family: IPFamily = .ipv4) -> [IPPrefix: UInt32?] {
        Dictionary(uniqueKeysWithValues: numbers.map { (RouteTable.host($0.key, family), $0.value) })
    }

    @Test func `routes beyond the bound are counted, and those announced first are listed`() {
        var adjacency = AdjacencyIn(mostKept: 3, seed: 1)
        adjacency.receive(Self.update(announced: [9, 8], med: 1))
        adjacency.receive(Self.update(announced: [1, 2, 3, 4], med: 2))
        #expect(adjacency.count(.ipv4) == 6)
        #expect(adjacency.notKept(.ipv4) == 3)
        #expect(Self.kept(adjacency) == Self.hosts([9: 1, 8: 1, 1: 2]))
        #expect(adjacency.route(to: RouteTable.host(4, .ipv4)) == nil)
        #expect(adjacency.routes(.ipv4, after: RouteTable.host(1, .ipv4), limit: 1).map(\.attributes.med) == [1])
    }

    @Test func `both families share what is kept`() {
        var adjacency = AdjacencyIn(mostKept: 3, seed: 1)
        adjacency.receive(Self.update(announced: [1, 2]))
        adjacency.receive(Self.update(announced: [1, 2, 3], family: .ipv6))
        #expect([adjacency.count(.ipv4), adjacency.notKept(.ipv4)] == [2, 0])
        #expect([adjacency.count(.ipv6), adjacency.notKept(.ipv6)] == [3, 2])
    }

    @Test func `a kept route that goes leaves room for one announced later, or again`() {
        var adjacency = AdjacencyIn(mostKept: 2, seed: 1)
        adjacency.receive(Self.update(announced: [1, 2, 3], med: 1))
        adjacency.receive(Self.update(withdrawn: [1]))
        // Nobody has the attributes of the third any more.
        #expect([adjacency.count(.ipv4), adjacency.notKept(.ipv4)] == [2, 1])
        #expect(Self.kept(adjacency) == Self.hosts([2: 1]))
        adjacency.receive(Self.update(announced: [3], med: 2))
        #expect(Self.kept(adjacency) == Self.hosts([2: 1, 3: 2]))
        #expect(adjacency.notKept(.ipv4) == 0)
    }

    @Test func `a route that is only counted is withdrawn as any other`() {
        var adjacency = AdjacencyIn(mostKept: 1, seed: 1)
        adjacency.receive(Self.update(announced: [1, 2, 3]))
        adjacency.receive(Self.update(withdrawn: [2, 2, 7]))
        #expect([adjacency.count(.ipv4), adjacency.notKept(.ipv4)] == [2, 1])
        adjacency.receive(Self.update(withdrawn: [1, 3]))
        #expect([adjacency.count(.ipv4), adjacency.notKept(.ipv4), adjacency.attributeSets] == [0, 0, 0])
    }

    @Test func `a kept route that changes stays kept, and a counted one stays counted`() {
        var adjacency = AdjacencyIn(mostKept: 2, seed: 1)
        adjacency.receive(Self.update(announced: [1, 2, 3], med: 1))
        adjacency.receive(Self.update(announced: [3, 1], med: 2))
        #expect(Self.kept(adjacency) == Self.hosts([1: 2, 2: 1]))
        #expect([adjacency.count(.ipv4), adjacency.notKept(.ipv4), adjacency.attributeSets] == [3, 1, 2])
    }

    @Test func `a prefix that occurs twice in a message is one route`() {
        var adjacency = AdjacencyIn(mostKept: 2, seed: 1)
        for med in 1...2 as ClosedRange<UInt32> {
            adjacency.receive(Self.update(announced: [1, 2, 3, 1, 2, 3, 1], med: med))
            #expect([adjacency.count(.ipv4), adjacency.notKept(.ipv4), adjacency.attributeSets] == [3, 1, 1])
            #expect(Self.kept(adjacency) == Self.hosts([1: med, 2: med]))
        }
        adjacency.receive(Self.update(withdrawn: [1, 1, 2, 3]))
        #expect([adjacency.count(.ipv4), adjacency.notKept(.ipv4), adjacency.attributeSets] == [0, 0, 0])
    }

    @Test func `attributes stay within their room, and shared ones need none`() {
        var adjacency = AdjacencyIn(seed: 1)
        let room = ReceivedRoutesBudget.Room(attributes: 20_000, total: 1 << 20)
        func growth() -> ReceivedRoutesBudget.Room {
            ReceivedRoutesBudget.Room(
                attributes: room.attributes - adjacency.usage.attributes,
                total: room.total - adjacency.usage.total
            )
        }
        for number in 0..<100 {
            let isCounted = adjacency.receive(
                Self.update(announced: [number], med: UInt32(number), communities: 250),
                within: growth()
            )
            #expect(isCounted)
        }
        #expect(adjacency.usage.attributes <= room.attributes)
        #expect(adjacency.count(.ipv4) == 100)
        let sets = adjacency.attributeSets
        #expect(sets >= 15 && sets == 100 - adjacency.notKept(.ipv4))
        adjacency.receive(Self.update(announced: Array(100..<200), med: 0, communities: 250), within: growth())
        #expect(adjacency.attributeSets == sets)
        #expect(adjacency.routes(.ipv4).count == sets + 100)
        // A kept route whose new attributes find no room is counted from then on.
        adjacency.receive(Self.update(announced: [1], med: 1000, communities: 250), within: growth())
        #expect(adjacency.route(to: RouteTable.host(1, .ipv4)) == nil)
        #expect(adjacency.count(.ipv4) == 200)
    }

    @Test(arguments: [IPFamily.ipv4, .ipv6])
    func `an UPDATE that cannot be counted is taken once there is room`(family: IPFamily) {
        var adjacency = AdjacencyIn(seed: 1)
        let place = family == .ipv4 ? 8 : 20
        let update = Self.update(announced: Array(0..<1000), family: family)
        let isCounted = adjacency.receive(
            update,
            within: ReceivedRoutesBudget.Room(attributes: 10_000, total: 10_000 + place * 512)
        )
        #expect(!isCounted)
        #expect(adjacency.usage.total <= 10_000 + place * 512)
        #expect(adjacency.count(family) < 1000)
        let isCountedThen = adjacency.receive(update)
        #expect(isCountedThen)
        #expect([adjacency.count(family), adjacency.notKept(family), adjacency.attributeSets] == [1000, 0, 1])
        // What is there already needs no further place.
        let isCountedAgain = adjacency.receive(update, within: ReceivedRoutesBudget.Room(attributes: 0, total: 0))
        #expect(isCountedAgain)
    }

    @Test func `attributes can be given up, and the count stays`() {
        var adjacency = AdjacencyIn(seed: 1)
        adjacency.receive(Self.update(announced: [1, 2], med: 1))
        adjacency.receive(Self.update(announced: [1, 2, 3], family: .ipv6))
        adjacency.forgetAttributes()
        #expect(adjacency.usage.attributes == 0)
        #expect([adjacency.count(.ipv4), adjacency.notKept(.ipv4)] == [2, 2])
        #expect([adjacency.count(.ipv6), adjacency.notKept(.ipv6)] == [3, 3])
        #expect(adjacency.routes(.ipv4).isEmpty)
        adjacency.receive(Self.update(announced: [2], med: 2))
        #expect(Self.kept(adjacency) == Self.hosts([2: 2]))
        adjacency.receive(Self.update(withdrawn: [1, 2]))
        #expect([adjacency.count(.ipv4), adjacency.attributeSets] == [0, 0])
    }

    @Test(arguments: [IPFamily.ipv4, .ipv6])
    func `routes that are only counted take no attributes, and places are given back`(family: IPFamily) {
        var adjacency = AdjacencyIn(mostKept: 100, seed: 1)
        let place = family == .ipv4 ? 8 : 20
        for number in 0..<200 {
            let hosts = Array(number * 100..<(number + 1) * 100)
            adjacency.receive(Self.update(announced: hosts, med: UInt32(number), communities: 100, family: family))
        }
        #expect([adjacency.count(family), adjacency.notKept(family), adjacency.attributeSets] == [20_000, 19_900, 1])
        #expect(adjacency.usage.prefixes == 32_768 * place)
        #expect(adjacency.usage.attributes < 4096)
        adjacency.receive(Self.update(withdrawn: Array(0..<19_000), family: family))
        #expect(adjacency.count(family) == 1000)
        #expect(adjacency.usage.prefixes <= 8192 * place)
    }

    @Test(arguments: [IPFamily.ipv4, .ipv6], UInt64(1)...5)
    func `after any updates the count is that of a dictionary, and what is kept is right`(
        family: IPFamily,
        seed: UInt64
    ) {
        var random = SeededGenerator(seed: seed)
        var adjacency = AdjacencyIn(mostKept: 40, seed: 1)
        var model: [Int: UInt32] = [:]
        for _ in 0..<400 {
            let withdrawn = (0..<random.below(8)).map { _ in random.below(150) }
            let announced = (0..<random.below(8)).map { _ in random.below(150) }
            let med = UInt32(random.below(20))
            for number in withdrawn { model[number] = nil }
            for number in announced { model[number] = med }
            adjacency.receive(Self.update(announced: announced, withdrawn: withdrawn, med: med, family: family))
            let kept = adjacency.routes(family)
            #expect(adjacency.count(family) == model.count)
            #expect(adjacency.notKept(family) == model.count - kept.count)
            #expect(kept.count <= 40)
            let known = Self.hosts(model, family)
            #expect(kept.allSatisfy { known[$0.prefix] == .some($0.attributes.med) })
            #expect(adjacency.attributeSets == Set(kept.map(\.attributes.med)).count)
            if random.below(50) == 0 { adjacency.forgetAttributes() }
        }
        adjacency.receive(Self.update(withdrawn: Array(0..<150), family: family))
        #expect([adjacency.count(family), adjacency.notKept(family), adjacency.attributeSets] == [0, 0, 0])
    }
}
