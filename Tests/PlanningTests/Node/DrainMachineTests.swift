import BGPTypes
import Planning
import Testing

@Suite struct DrainMachineTests {
    private let request = DrainRequest(gracePeriodSeconds: 30)
    private let force = DrainRequest(isForced: true, gracePeriodSeconds: 30)

    private static func prefixes(_ texts: String...) throws -> Set<IPPrefix> {
        Set(try texts.map { try #require(IPPrefix($0)) })
    }

    private func requested(
        _ request: DrainRequest?,
        wasWithdrawn: Bool = false,
        isAnnouncing: Bool = true
    ) -> DrainMachine.Event {
        .requested(request, wasWithdrawn: wasWithdrawn, isAnnouncing: isAnnouncing)
    }

    @Test func `a drain asks routers to leave, then keeps what no other node announces`() throws {
        let kept = try Self.prefixes("192.0.2.2/32")
        var drain = DrainMachine()
        #expect(drain.handle(requested(nil)) == [])
        #expect(drain.gate == .none)
        #expect(drain.handle(requested(request)) == [.arm(.gracePeriod, .seconds(30))])
        #expect(drain.gate == .shuttingDown)
        #expect(drain.handle(requested(request)) == [], "the same again")
        #expect(drain.handle(.gracePeriodOver) == [.followOthers])
        #expect(drain.gate == .shuttingDown, "nothing is withdrawn before it is known what to keep")
        #expect(drain.handle(.worldChanged) == [], "the other nodes are not read yet")
        #expect(drain.handle(.othersChanged) == [.look(1)])
        #expect(drain.handle(.found(kept, look: 1)) == [.arm(.look, .seconds(1))])
        #expect(drain.gate == .drained(keeping: kept))
        #expect(drain.handle(requested(nil)) == [.leaveOthers])
        #expect(drain.gate == .none)
    }

    @Test func `a forced drain withdraws everything after the grace period`() {
        var drain = DrainMachine()
        #expect(drain.handle(requested(force)) == [.arm(.gracePeriod, .seconds(30))])
        #expect(drain.handle(.gracePeriodOver) == [])
        #expect(drain.gate == .drained(keeping: []))
    }

    @Test func `a changed request before the end of the grace period begins it anew`() {
        var drain = DrainMachine()
        _ = drain.handle(requested(request))
        let longer = DrainRequest(gracePeriodSeconds: 60)
        #expect(drain.handle(requested(longer)) == [.arm(.gracePeriod, .seconds(60))])
        #expect(drain.request == longer)
        #expect(drain.gate == .shuttingDown)
    }

    @Test func `a drained node stays drained when the request changes`() throws {
        let kept = try Self.prefixes("192.0.2.2/32")
        var drain = DrainMachine()
        for event in [requested(request), .gracePeriodOver, .othersChanged, .found(kept, look: 1)] {
            _ = drain.handle(event)
        }
        let again = DrainRequest(gracePeriodSeconds: 30, request: "2026-11-30T09:00:00Z")
        #expect(drain.handle(requested(again)) == [])
        #expect(drain.gate == .drained(keeping: kept))
        #expect(drain.handle(requested(force)) == [.leaveOthers])
        #expect(drain.gate == .drained(keeping: []))
        #expect(drain.handle(requested(request)) == [.followOthers])
        #expect(drain.gate == .drained(keeping: []), "until it is known what to keep")
    }

    @Test func `looks follow changes, one at a time and at most one a second`() throws {
        let (some, none) = (try Self.prefixes("192.0.2.2/32"), Set<IPPrefix>())
        var drain = DrainMachine()
        for event in [requested(request), .gracePeriodOver, .othersChanged] { _ = drain.handle(event) }
        #expect(drain.handle(.worldChanged) == [], "a look is under way")
        #expect(drain.handle(.found(some, look: 1)) == [.arm(.look, .seconds(1))])
        #expect(drain.handle(.lookDue) == [.look(2)], "what changed meanwhile")
        #expect(drain.handle(.found(none, look: 2)) == [.arm(.look, .seconds(1))])
        #expect(drain.gate == .drained(keeping: []))
        #expect(drain.handle(.lookDue) == [])
        #expect(drain.handle(.othersChanged) == [.look(3)], "a change after the pause is looked at once")
    }

    @Test func `the answer to a look of an earlier drain counts for nothing`() throws {
        var drain = DrainMachine()
        for event in [requested(request), .gracePeriodOver, .othersChanged, requested(nil)] { _ = drain.handle(event) }
        for event in [requested(request), .gracePeriodOver, .othersChanged] { _ = drain.handle(event) }
        #expect(drain.handle(.found(try Self.prefixes("192.0.2.2/32"), look: 1)) == [])
        #expect(drain.gate == .shuttingDown)
        #expect(drain.handle(.found([], look: 2)) == [.arm(.look, .seconds(1))])
        #expect(drain.gate == .drained(keeping: []))
    }

    @Test func `a drain that an earlier run had finished is taken up without announcing anything in between`() throws {
        let kept = try Self.prefixes("192.0.2.2/32")
        var drain = DrainMachine()
        let begun = requested(request, wasWithdrawn: true, isAnnouncing: false)
        #expect(drain.handle(begun) == [.followOthers, .arm(.others, .seconds(5))])
        #expect(drain.isResuming)
        #expect(drain.handle(.othersChanged) == [.look(1)])
        #expect(drain.handle(.found(kept, look: 1)) == [.arm(.look, .seconds(1))])
        #expect(!drain.isResuming)
        #expect(drain.gate == .drained(keeping: kept))
        #expect(drain.handle(.othersOverdue) == [])
        #expect(drain.gate == .drained(keeping: kept))
    }

    @Test func `routes that ask not to be preferred are better than none when no other node is known in time`() {
        var drain = DrainMachine()
        _ = drain.handle(requested(request, wasWithdrawn: true, isAnnouncing: false))
        #expect(drain.handle(.othersOverdue) == [])
        #expect(!drain.isResuming)
        #expect(drain.gate == .shuttingDown)
        #expect(drain.handle(.othersChanged) == [.look(1)], "the others are still waited for")
    }

    @Test func `a forced drain that an earlier run had finished withdraws at once`() {
        var drain = DrainMachine()
        #expect(drain.handle(requested(force, wasWithdrawn: true, isAnnouncing: false)) == [])
        #expect(drain.gate == .drained(keeping: []))
    }

    @Test func `what is announced from the saved state leaves at once when the drain turns out to be finished`() {
        var drain = DrainMachine()
        let begun = requested(request, wasWithdrawn: true, isAnnouncing: true)
        #expect(drain.handle(begun) == [.followOthers, .arm(.others, .seconds(5))])
        #expect(drain.gate == .shuttingDown)
    }

    @Test func `a later drain of the same run has its grace period, whatever an earlier run had withdrawn`() {
        var drain = DrainMachine()
        _ = drain.handle(requested(nil, wasWithdrawn: true))
        #expect(drain.handle(requested(request, wasWithdrawn: true)) == [.arm(.gracePeriod, .seconds(30))])
    }
}
