import BGPEngine
import BGPTypes
import BGPWire
import Testing

@Suite struct PeerStateMachineTests {
    typealias Action = PeerStateMachine.Action
    static let dialled = ConnectionID(rawValue: 1)
    static let accepted = ConnectionID(rawValue: 2)

    /// The one pause that actions arm, and the actions without it.
    private func split(_ actions: [Action], _ timer: PeerStateMachine.Timer) -> (rest: [Action], pause: Duration?) {
        var pause: Duration?
        let rest = actions.filter { action in
            guard case .arm(timer, let duration) = action else { return true }
            pause = duration
            return false
        }
        return (rest, pause)
    }

    @Test func `a peer dials at once when it starts`() throws {
        let configuration = try Fixture.peer()
        var machine = PeerStateMachine(configuration, restarted: false, seed: 1)
        #expect(machine.sessionState == .idle)
        #expect(machine.handle(.start(configuration)) == [.dial])
        #expect(machine.sessionState == .connect)
        #expect(machine.attempts == 1)
    }

    @Test func `a passive peer waits for the other side`() throws {
        let configuration = try Fixture.peer(isPassive: true)
        var machine = PeerStateMachine(configuration, restarted: false, seed: 1)
        #expect(machine.handle(.start(configuration)) == [])
        #expect(machine.sessionState == .active)
        #expect(
            machine.handle(.accepted(Self.accepted)) == [
                .send(PeerStateMachine.localOpen(configuration), Self.accepted),
                .arm(.session(Self.accepted, .hold), .seconds(240)),
            ]
        )
        #expect(machine.sessionState == .openSent)
    }

    @Test func `a stopped peer refuses connections`() throws {
        var machine = PeerStateMachine(try Fixture.peer(), restarted: false, seed: 1)
        #expect(
            machine.handle(.accepted(Self.accepted)) == [
                .send(.notification(NotificationError(code: .cease, subcode: 5)), Self.accepted),
                .close(Self.accepted),
            ]
        )
        #expect(machine.state == .stopped)
    }

    @Test func `a peer dials again after growing pauses`() throws {
        var machine = PeerStateMachine.started(try Fixture.peer())
        for whole in [1, 2, 4, 8] {
            let (rest, pause) = split(machine.handle(.dialFailed(.refused)), .connectRetry)
            #expect(rest == [.report(.dial(.refused))])
            #expect(machine.sessionState == .active)
            let waited = try #require(pause)
            #expect(waited <= .seconds(whole) && waited >= .seconds(whole) * 0.75)
            #expect(machine.handle(.expired(.connectRetry)) == [.dial])
        }
        #expect(machine.attempts == 5)
        #expect(machine.lastFailure == .dial(.refused))
    }

    @Test func `a peer never waits longer than the connect retry time`() throws {
        var machine = PeerStateMachine.started(try Fixture.peer(timers: PeerTimers(connectRetry: 5)))
        for _ in 0..<10 {
            let (_, pause) = split(machine.handle(.dialFailed(.timedOut(nil))), .connectRetry)
            #expect(try #require(pause) <= .seconds(5))
            _ = machine.handle(.expired(.connectRetry))
        }
    }

    @Test func `a dialled connection establishes the session`() throws {
        let configuration = try Fixture.peer()
        var machine = PeerStateMachine.started(configuration)
        #expect(
            machine.handle(.connected(Self.dialled)) == [
                .send(PeerStateMachine.localOpen(configuration), Self.dialled),
                .arm(.session(Self.dialled, .hold), .seconds(240)),
            ]
        )
        #expect(
            machine.handle(.session(Self.dialled, .received(.open(try Fixture.open())))) == [
                .send(.keepalive, Self.dialled), .arm(.session(Self.dialled, .keepalive), .seconds(30)),
                .arm(.session(Self.dialled, .hold), .seconds(90)),
            ]
        )
        let negotiation = try #require(machine.negotiation)
        #expect(
            machine.handle(.session(Self.dialled, .received(.keepalive))) == [
                .arm(.session(Self.dialled, .hold), .seconds(90)),
                .arm(.session(Self.dialled, .sendHold), .seconds(480)), .established(Self.dialled, negotiation),
                .arm(.settle, PeerStateMachine.settleTime),
            ]
        )
        #expect(machine.sessionState == .established)
        #expect(machine.establishedConnection == Self.dialled)
        #expect(machine.establishedTransitions == 1)
        #expect(machine.attempts == 0)
    }

    @Test func `a peer pauses after a refused session and remembers the reason`() throws {
        var machine = PeerStateMachine.started(try Fixture.peer())
        _ = machine.handle(.connected(Self.dialled))
        let error = NotificationError(code: .openMessage, subcode: 2)
        let actions = machine.handle(.session(Self.dialled, .received(.notification(error))))
        let (rest, pause) = split(actions, .idleHold)
        #expect(rest == [.close(Self.dialled), .report(.received(error, in: .openSent))])
        #expect(try #require(pause) <= .seconds(1))
        #expect(machine.state == .pausing)
        #expect(machine.handle(.accepted(Self.accepted)) == [.close(Self.accepted)])
        #expect(machine.handle(.expired(.idleHold)) == [.dial])
    }

    @Test func `pauses start anew after a session was up`() throws {
        var machine = PeerStateMachine.established(try Fixture.peer(), try Fixture.open())
        #expect(machine.handle(.expired(.settle)) == [])
        let (rest, pause) = split(machine.handle(.session(Self.dialled, .disconnected(.closedByPeer))), .idleHold)
        #expect(
            rest == [
                .close(Self.dialled), .lost(Self.dialled), .report(.disconnected(.closedByPeer, in: .established)),
            ]
        )
        #expect(try #require(pause) <= .seconds(1))
    }

    @Test func `a restart ends silently and a departure sends Cease with its message`() throws {
        var restarting = PeerStateMachine.established(try Fixture.peer(), try Fixture.open())
        #expect(
            restarting.handle(.stop(.restarting)) == [.cancel(.settle), .close(Self.dialled), .lost(Self.dialled)]
        )
        #expect(restarting.state == .stopped)
        var leaving = PeerStateMachine.established(try Fixture.peer(), try Fixture.open())
        #expect(
            leaving.handle(.stop(.leaving(message: "drained"))) == [
                .cancel(.settle),
                .send(.notification(.cease(.administrativeShutdown, message: "drained")), Self.dialled),
                .close(Self.dialled), .lost(Self.dialled),
            ]
        )
    }

    @Test func `a changed configuration resets the session once`() throws {
        var machine = PeerStateMachine.established(try Fixture.peer(), try Fixture.open())
        let changed = try Fixture.peer(timers: PeerTimers(holdTime: 30, keepalive: 10))
        #expect(
            machine.handle(.start(changed)) == [
                .cancel(.settle), .send(.notification(.cease(.otherConfigurationChange)), Self.dialled),
                .close(Self.dialled), .lost(Self.dialled), .arm(.connectRetry, .seconds(1)),
            ]
        )
        #expect(machine.configuration == changed)
        #expect(machine.sessionState == .active)
        #expect(machine.handle(.expired(.connectRetry)) == [.dial])
    }

    /// A router that is dialled while it takes the old session down turns the new connection away.
    @Test func `a peer waits a second before redialling after it ended a session itself, and only once`() throws {
        let configuration = try Fixture.peer()
        let pause: [Action] = [.arm(.connectRetry, PeerStateMachine.pauseAfterReset)]
        #expect(PeerStateMachine.pauseAfterReset == .seconds(1))
        for stop in [SessionStop.reset(message: "x"), .configurationChanged, .leaving(message: "x"), .restarting] {
            var machine = PeerStateMachine.established(configuration, try Fixture.open())
            _ = machine.handle(.stop(stop))
            #expect(machine.handle(.start(configuration)) == pause)
            // The router may come first.
            var called = machine
            _ = called.handle(.accepted(Self.accepted))
            #expect(called.sessionState == .openSent)
            #expect(machine.handle(.expired(.connectRetry)) == [.dial])
            _ = machine.handle(.stop(.configurationChanged))
            #expect(machine.handle(.start(configuration)) == [.dial])
        }
        // Before the session is up the router may have answered, too.
        for messages in [[], [Message.open(try Fixture.open())]] {
            var machine = PeerStateMachine.started(configuration)
            _ = machine.handle(.connected(Self.dialled))
            for message in messages { _ = machine.handle(.session(Self.dialled, .received(message))) }
            #expect(machine.handle(.start(configuration)).last == pause.last)
        }
        // The peer was removed and added again.
        var again = PeerStateMachine(configuration, restarted: false, hasHungUp: true, seed: 1)
        #expect(again.handle(.start(configuration)) == pause)
        // A passive peer never dials.
        let passive = try Fixture.peer(isPassive: true)
        var waiting = PeerStateMachine(passive, restarted: false, hasHungUp: true, seed: 1)
        #expect(waiting.handle(.start(passive)) == [])
    }

    @Test func `a peer also waits a second after an error that ended a session`() throws {
        for event in [
            SessionStateMachine.Event.expired(.hold), .malformed(.connectionNotSynchronized), .expired(.sendHold),
        ] {
            var machine = PeerStateMachine.established(try Fixture.peer(), try Fixture.open())
            let (_, pause) = split(machine.handle(.session(Self.dialled, event)), .idleHold)
            #expect(pause == .seconds(1))
        }
    }

    @Test func `the R bit is set until all routes have been announced once`() throws {
        let configuration = try Fixture.peer(restartTime: 120)
        var machine = PeerStateMachine(configuration, restarted: true, seed: 1)
        _ = machine.handle(.start(configuration))
        let first = machine.handle(.connected(Self.dialled)).first
        #expect(first == .send(.open(configuration.open(restarted: true)), Self.dialled))
        _ = machine.handle(.announcedAll)
        _ = machine.handle(.session(Self.dialled, .disconnected(.resetByPeer)))
        _ = machine.handle(.expired(.connectRetry))
        let again = ConnectionID(rawValue: 5)
        #expect(
            machine.handle(.connected(again)).first == .send(.open(configuration.open(restarted: false)), again)
        )
    }

    @Test func `a peer waits long after too many prefixes`() throws {
        var machine = PeerStateMachine.established(try Fixture.peer(), try Fixture.open())
        let stop = SessionStop.prefixLimit(.ipv4Unicast, limit: 10)
        let (rest, pause) = split(machine.handle(.session(Self.dialled, .stop(stop))), .idleHold)
        #expect(
            rest == [
                .send(.notification(.maximumPrefixes(.ipv4Unicast, limit: 10)), Self.dialled), .close(Self.dialled),
                .lost(Self.dialled), .cancel(.settle), .report(.stopped(stop, in: .established)),
            ]
        )
        #expect(pause == .seconds(120))
        // The router shall see that it is not an accident (RFC 4486 §4).
        let early = ConnectionID(rawValue: 9)
        #expect(
            machine.handle(.accepted(early)) == [
                .send(.notification(.cease(.connectionRejected)), early), .close(early),
            ]
        )
    }
}
