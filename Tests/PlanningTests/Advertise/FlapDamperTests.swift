import BGPEngine
import BGPTypes
import Fixtures
import Planning
import Testing

@Suite struct FlapDamperTests {
    /// One peer, and what it has been told.
    private final class Wire {
        var damper = FlapDamper()
        var told: Set<IPPrefix> = []
        let peers = [router]

        func take(
            announced: [IPPrefix] = [],
            withdrawn: [IPPrefix] = [],
            at now: Duration,
            tenant: Bool = true
        ) {
            let change = RouteChanges(
                peers: peers,
                announced: announced.map { Route(prefix: $0) },
                withdrawn: withdrawn
            )
            let told = told
            for change in damper.handle(
                [change],
                areOfTenants: tenant,
                at: now,
                isTold: { _, prefix in told.contains(prefix) }
            ) {
                self.told.subtract(change.withdrawn)
                self.told.formUnion(change.announced.map(\.prefix))
            }
        }

        /// Takes the prefix away and gives it back in an instant; whether the peer has it then.
        func flap(_ prefix: IPPrefix, at now: Duration) -> Bool {
            take(withdrawn: [prefix], at: now)
            #expect(!told.contains(prefix), "a withdrawal waits for nothing")
            take(announced: [prefix], at: now + .milliseconds(1))
            return told.contains(prefix)
        }

        func beginners() -> [IPPrefix] { damper.takeBeginners() }

        func due(at now: Duration) -> [IPPrefix] { damper.release(at: now) }

        func paused(at now: Duration) -> [IPPrefix] { damper.pausePending(at: now) }

        func release(at now: Duration) {
            take(announced: damper.release(at: now), at: now)
        }
    }

    private let prefix = IPPrefix(host: .v4(IPv4Address(192, 0, 2, 1)))
    private let other = IPPrefix(host: .v4(IPv4Address(192, 0, 2, 2)))

    @Test func `a flapping prefix returns at once the first time, as in a rollout`() {
        let wire = Wire()
        wire.take(announced: [prefix], at: .zero)
        #expect(wire.flap(prefix, at: .seconds(1)))
        #expect(wire.damper.nextRelease == nil)
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
            #expect(wire.damper.nextRelease == now + .seconds(seconds))
            #expect(wire.damper.waiting.map(\.prefix) == [prefix])
            wire.release(at: now + .seconds(seconds) - .milliseconds(1))
            #expect(!wire.told.contains(prefix))
            now += .seconds(seconds)
            wire.release(at: now)
            #expect(wire.told.contains(prefix))
            #expect(wire.damper.awaited == 0)
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
        #expect(wire.damper.nextRelease == .seconds(21))
    }

    @Test func `a prefix that flaps six hundred times a second causes two UPDATEs per pause`() {
        let wire = Wire()
        wire.take(announced: [prefix], at: .zero)
        var updates = 0
        var isThere = true
        for step in 1...(633 * 60) {
            let now = Duration.microseconds(Int64(step) * 1_000_000 / 633)
            let before = wire.told
            if isThere { wire.take(withdrawn: [prefix], at: now) } else { wire.take(announced: [prefix], at: now) }
            isThere.toggle()
            if wire.told != before { updates += 1 }
            let due = wire.damper.release(at: now)
            if isThere, !due.isEmpty {
                wire.take(announced: due, at: now)
                updates += 1
            }
        }
        #expect(updates <= 16)
        #expect(wire.beginners() == [prefix])
    }

    @Test func `changed attributes and an administrator's withdrawal are not flapping`() {
        let wire = Wire()
        wire.take(announced: [prefix], at: .zero)
        for step in 1..<20 {
            wire.take(announced: [prefix], at: .milliseconds(step))
            #expect(wire.told == [prefix])
        }
        for step in 20..<40 {
            wire.take(withdrawn: [prefix], at: .milliseconds(2 * step), tenant: false)
            wire.take(announced: [prefix], at: .milliseconds(2 * step + 1), tenant: false)
            #expect(wire.told == [prefix])
        }
    }

    @Test func `a prefix that is gone by the end of its pause is not announced`() {
        let wire = Wire()
        wire.take(announced: [prefix], at: .zero)
        _ = wire.flap(prefix, at: .seconds(1))
        _ = wire.flap(prefix, at: .seconds(2))
        wire.take(withdrawn: [prefix], at: .milliseconds(2500))
        // What is released is asked after; nobody announces what is not wanted.
        #expect(wire.due(at: .seconds(3)) == [prefix])
        #expect(wire.damper.nextRelease == nil)
        wire.take(announced: [prefix], at: .seconds(4))
        #expect(wire.told == [prefix], "the pause is over")
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
        #expect(wire.damper.awaited == FlapDamper.capacity)
        #expect(wire.told.count == 100, "what is not remembered is announced as it comes")
        wire.release(at: .seconds(4))
        #expect(wire.told.count == many.count)
        // Long after, all of it may begin anew.
        #expect(wire.flap(prefix, at: .seconds(100)))
        #expect(wire.flap(many[0], at: .seconds(101)))
    }

    @Test func `a flapping prefix is still known after a configuration recreated everything`() {
        let wire = Wire()
        wire.take(announced: [prefix, other], at: .zero)
        _ = wire.flap(prefix, at: .seconds(1))
        _ = wire.flap(prefix, at: .seconds(2))
        #expect(wire.paused(at: .milliseconds(2500)) == [prefix])
        #expect(wire.paused(at: .milliseconds(3500)) == [])
    }
}
