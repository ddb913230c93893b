import BGPEngine
import BGPTypes
import Fixtures
import Planning
import Testing

@Suite struct DampedTablesTests {
    /// One peer, and what it has been told.
    private final class Wire {
        var tables = DampedTables()
        private var desired: [IPPrefix: RouteAttributes] = [:]
        private var med: UInt32 = 0

        var announced: Set<IPPrefix> { Set(tables.announced[router]?.routes.map(\.prefix) ?? []) }

        /// What is announced that is there already gets other attributes.
        func take(
            announced: [IPPrefix] = [],
            withdrawn: [IPPrefix] = [],
            at now: Duration,
            tenant: Bool = true
        ) {
            med += 1
            for prefix in announced { desired[prefix] = RouteAttributes(med: med) }
            for prefix in withdrawn { desired[prefix] = nil }
            let table = RouteTable(desired.map { Route(prefix: $0.key, attributes: $0.value) })
            let before = tables.announced
            let change = tables.update(
                PeerTables([PeerTables.Group(peers: [router], table: table)]),
                areOfTenants: tenant,
                at: now
            )
            check(change, from: before)
        }

        /// What is said to change is what changed, and what is announced is part of what is desired.
        private func check(_ change: PeerTables.Change, from before: PeerTables) {
            #expect(change.old == before)
            #expect(change.new == tables.announced)
            let routes = tables.announced[router]?.routes ?? []
            #expect(routes.allSatisfy { desired[$0.prefix] == $0.attributes })
        }

        /// Takes the prefix away and gives it back in an instant; whether the peer has it then.
        func flap(_ prefix: IPPrefix, at now: Duration) -> Bool {
            take(withdrawn: [prefix], at: now)
            #expect(!announced.contains(prefix), "a withdrawal waits for nothing")
            take(announced: [prefix], at: now + .milliseconds(1))
            return announced.contains(prefix)
        }

        func beginners() -> [IPPrefix] { tables.takeBeginners() }

        func release(at now: Duration) {
            let before = tables.announced
            check(tables.release(at: now), from: before)
        }
    }

    private let prefix = IPPrefix(host: .v4(IPv4Address(192, 0, 2, 1)))
    private let other = IPPrefix(host: .v4(IPv4Address(192, 0, 2, 2)))

    @Test func `a flapping prefix returns at once the first time, as in a rollout`() {
        let wire = Wire()
        wire.take(announced: [prefix], at: .zero)
        #expect(wire.flap(prefix, at: .seconds(1)))
        #expect(wire.tables.nextRelease == nil)
        #expect(wire.flap(other, at: .seconds(2)), "each prefix has its own first time")
    }

    @Test func `a flapping prefix waits twice as long each time, from a second to a minute`() {
        let wire = Wire()
        wire.take(announced: [prefix], at: .zero)
        #expect(wire.flap(prefix, at: .seconds(1)))
        var now = Duration.seconds(1)
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            now += .seconds(1)
            #expect(!wire.flap(prefix, at: now))
            #expect(wire.tables.nextRelease == now + .seconds(seconds))
            #expect(wire.tables.waiting.map(\.prefix) == [prefix])
            wire.release(at: now + .seconds(seconds) - .milliseconds(1))
            #expect(!wire.announced.contains(prefix))
            now += .seconds(seconds)
            wire.release(at: now)
            #expect(wire.announced.contains(prefix))
            #expect(wire.tables.waitingCount == 0)
        }
        #expect(wire.beginners() == [prefix])
        #expect(wire.beginners() == [])
    }

    @Test func `the pause starts over when the prefix stayed longer than ten seconds and its last pause`() {
        let wire = Wire()
        wire.take(announced: [prefix], at: .zero)
        #expect(wire.flap(prefix, at: .seconds(1)))
        #expect(!wire.flap(prefix, at: .seconds(2)))
        wire.release(at: .seconds(3))
        #expect(wire.flap(prefix, at: .milliseconds(13_500)), "calm for more than ten seconds")
        #expect(!wire.flap(prefix, at: .milliseconds(20_000)))
        #expect(wire.tables.nextRelease == .seconds(21))
    }

    @Test func `a prefix that flaps six hundred times a second causes two UPDATEs per pause`() {
        let wire = Wire()
        wire.take(announced: [prefix], at: .zero)
        var updates = 0
        var isThere = true
        for step in 1...(633 * 60) {
            let now = Duration.microseconds(Int64(step) * 1_000_000 / 633)
            let before = wire.announced
            if isThere { wire.take(withdrawn: [prefix], at: now) } else { wire.take(announced: [prefix], at: now) }
            isThere.toggle()
            if wire.announced != before { updates += 1 }
            let waiting = wire.announced
            wire.release(at: now)
            if wire.announced != waiting { updates += 1 }
        }
        #expect(updates <= 16)
        #expect(wire.beginners() == [prefix])
    }

    @Test func `changed attributes and an administrator's withdrawal are not flapping`() {
        let wire = Wire()
        wire.take(announced: [prefix], at: .zero)
        for step in 1..<20 {
            wire.take(announced: [prefix], at: .milliseconds(step))
            #expect(wire.announced == [prefix])
        }
        for step in 20..<40 {
            wire.take(withdrawn: [prefix], at: .milliseconds(2 * step), tenant: false)
            wire.take(announced: [prefix], at: .milliseconds(2 * step + 1), tenant: false)
            #expect(wire.announced == [prefix])
        }
    }

    @Test func `a prefix that is gone by the end of its pause is not announced`() {
        let wire = Wire()
        wire.take(announced: [prefix], at: .zero)
        _ = wire.flap(prefix, at: .seconds(1))
        _ = wire.flap(prefix, at: .seconds(2))
        wire.take(withdrawn: [prefix], at: .milliseconds(2500))
        wire.release(at: .seconds(3))
        #expect(wire.announced == [])
        #expect(wire.tables.nextRelease == nil)
        wire.take(announced: [prefix], at: .seconds(4))
        #expect(wire.announced == [prefix], "the pause is over")
    }

    @Test func `flapping prefixes have bounded memory and are forgotten in time`() {
        let wire = Wire()
        let many = (0..<UInt32(FlapDamper.capacity + 100)).map {
            IPPrefix(host: .v4(IPv4Address(rawValue: 0x0A00_0000 + $0)))
        }
        wire.take(announced: many, at: .zero)
        wire.take(withdrawn: many, at: .seconds(1))
        wire.take(announced: many, at: .seconds(2))
        wire.take(withdrawn: many, at: .seconds(3))
        wire.take(announced: many, at: .milliseconds(3001))
        #expect(wire.tables.waitingCount == FlapDamper.capacity)
        #expect(wire.announced.count == 100, "what is not remembered is announced as it comes")
        wire.release(at: .seconds(4))
        #expect(wire.announced.count == many.count)
        // Long after, all of it may begin anew.
        #expect(wire.flap(prefix, at: .seconds(100)))
        #expect(wire.flap(many[0], at: .seconds(101)))
    }

    @Test
    func `a prefix that flapped waits for peers that a new configuration brings, and stays with those who have it`() {
        let (a, b) = (PeerID(instance: "main", peer: "a"), PeerID(instance: "main", peer: "b"))
        let table = RouteTable([Route(prefix: prefix), Route(prefix: other)])
        let without = RouteTable([Route(prefix: other)])
        func group(_ peers: [PeerID], _ table: RouteTable) -> PeerTables.Group {
            PeerTables.Group(peers: peers, table: table)
        }
        var tables = DampedTables()
        _ = tables.update(PeerTables([group([a], table), group([b], table)]), areOfTenants: false, at: .zero)
        for second in 1...2 {
            let now = Duration.seconds(second)
            _ = tables.update(PeerTables([group([a], table), group([b], without)]), areOfTenants: true, at: now)
            _ = tables.update(PeerTables([group([a], table), group([b], table)]), areOfTenants: true, at: now)
        }
        #expect(tables.announced[a] == table)
        #expect(tables.announced[b] == without, "it waits for the peer that lost it")
        let change = tables.update(
            PeerTables([group([b], table), group([a, peer("c")], table)]),
            areOfTenants: false,
            at: .milliseconds(2500)
        )
        #expect(change.isRegrouped && change.groups.isEmpty)
        #expect(tables.announced[b] == without)
        #expect(tables.announced[a] == table)
        _ = tables.update(
            PeerTables([group([b], table), group([a, peer("c")], table), group([peer("d")], table)]),
            areOfTenants: false,
            at: .milliseconds(2500)
        )
        #expect(tables.announced[peer("d")] == without, "a new peer has to wait, too")
        let released = tables.release(at: .seconds(3))
        #expect(released.groups.map(\.peers) == [[b], [peer("d")]])
        #expect(tables.announced == tables.desired)
        #expect(tables.announced.isIdentical(to: tables.desired), "nothing is kept twice")
    }

    @Test func `while nothing waits, both tables are the very same`() {
        let wire = Wire()
        wire.take(announced: [prefix, other], at: .zero)
        #expect(wire.tables.announced.isIdentical(to: wire.tables.desired))
        #expect(wire.flap(prefix, at: .seconds(1)))
        #expect(wire.tables.announced.isIdentical(to: wire.tables.desired))
        #expect(!wire.flap(prefix, at: .seconds(2)))
        #expect(!wire.tables.announced.isIdentical(to: wire.tables.desired))
        wire.release(at: .seconds(3))
        #expect(wire.tables.announced.isIdentical(to: wire.tables.desired))
    }

    private func peer(_ name: String) -> PeerID { PeerID(instance: "main", peer: name) }
}
