import BGPEngine
import BGPTypes
import BGPWire
import Testing

@Suite struct SessionStateMachineTests {
    typealias Action = SessionStateMachine.Action

    @Test func `a session sends OPEN first and waits four minutes for the answer`() throws {
        let configuration = try Fixture.peer(families: [.ipv4Unicast, .ipv6Unicast], restartTime: 120)
        let (machine, actions) = SessionStateMachine.start(configuration, restarted: true)
        let open = Open(
            asNumber: 65001,
            holdTime: .standard,
            routerID: try Fixture.routerID("10.0.0.12"),
            capabilities: [
                .multiprotocol(.ipv4Unicast), .multiprotocol(.ipv6Unicast), .routeRefresh, .enhancedRouteRefresh,
                .fourOctetAS(65001), .extendedMessages,
                .gracefulRestart(
                    GracefulRestart(
                        restarted: true,
                        notifications: true,
                        restartTime: 120,
                        families: [
                            GracefulRestart.FamilyState(.ipv4Unicast, forwardingPreserved: true),
                            GracefulRestart.FamilyState(.ipv6Unicast, forwardingPreserved: true),
                        ]
                    )
                ),
            ]
        )
        #expect(actions == [.send(.open(open)), .arm(.hold, .seconds(240))])
        #expect(machine.sessionState == .openSent)
    }

    @Test func `long-lived retention is asked for only where graceful restart is offered as well`() throws {
        var configuration = try Fixture.peer(families: [.ipv4Unicast, .ipv6Unicast], restartTime: 120)
        configuration.longLivedStaleTime = 86_400
        #expect(
            configuration.open(restarted: true).longLivedGracefulRestart == [
                LongLivedGracefulRestart(.ipv4Unicast, forwardingPreserved: true, staleTime: 86_400),
                LongLivedGracefulRestart(.ipv6Unicast, forwardingPreserved: true, staleTime: 86_400),
            ]
        )
        configuration.restartTime = nil
        #expect(configuration.open(restarted: true).longLivedGracefulRestart == [])
    }

    @Test func `a peer's long-lived graceful restart lasts as long as its shortest family`() throws {
        let rows = [
            LongLivedGracefulRestart(.ipv4Unicast, forwardingPreserved: true, staleTime: 600),
            LongLivedGracefulRestart(.ipv6Unicast, forwardingPreserved: false, staleTime: 60),
        ]
        let both: [Capability] = [.longLivedGracefulRestart(rows), Fixture.gracefulRestart(notifications: true)]
        let machine = Fixture.established(try Fixture.peer(restartTime: 120), try Fixture.open(capabilities: both))
        #expect(machine.negotiation?.remoteLongLivedStaleTime == 60)
        #expect(machine.negotiation?.localLongLivedStaleTime == nil)
        // Without graceful restart beside it the capability is ignored (RFC 9494 §4.1).
        let alone = try Fixture.open(capabilities: [.longLivedGracefulRestart(rows)])
        let other = Fixture.established(try Fixture.peer(restartTime: 120), alone)
        #expect(other.negotiation?.remoteLongLivedStaleTime == nil)
    }

    @Test func `an OPEN is answered with a KEEPALIVE and the negotiated timers`() throws {
        var (machine, _) = SessionStateMachine.start(try Fixture.peer(), restarted: false)
        let actions = machine.handle(.received(.open(try Fixture.open(holdTime: 30))))
        #expect(
            actions == [.send(.keepalive), .arm(.keepalive, .seconds(10)), .arm(.hold, .seconds(30))]
        )
        #expect(machine.sessionState == .openConfirm)
        #expect(machine.negotiation?.holdTime == HoldTime(rawValue: 30))
    }

    @Test func `the first KEEPALIVE establishes the session`() throws {
        var (machine, _) = SessionStateMachine.start(try Fixture.peer(), restarted: false)
        _ = machine.handle(.received(.open(try Fixture.open())))
        let negotiation = try #require(machine.negotiation)
        #expect(
            machine.handle(.received(.keepalive)) == [
                .arm(.hold, .seconds(90)), .arm(.sendHold, .seconds(480)), .established(negotiation),
            ]
        )
        #expect(machine.sessionState == .established)
        #expect(negotiation.remoteAS == 65000)
        #expect(negotiation.families == [.ipv4Unicast])
        #expect(negotiation.wire.fourOctetAS)
    }

    @Test func `a session runs without timers when a hold time of 0 is negotiated`() throws {
        var (machine, _) = SessionStateMachine.start(try Fixture.peer(), restarted: false)
        #expect(
            machine.handle(.received(.open(try Fixture.open(holdTime: 0)))) == [.send(.keepalive), .cancel(.hold)]
        )
        let negotiation = try #require(machine.negotiation)
        #expect(negotiation.keepaliveInterval == nil)
        #expect(machine.handle(.received(.keepalive)) == [.established(negotiation)])
        #expect(machine.handle(.received(.keepalive)) == [])
        #expect(machine.handle(.expired(.keepalive)) == [])
        #expect(machine.handle(.sent) == [])
    }

    @Test func `a session ends when its peer stops reading for eight minutes or twice the hold time`() throws {
        var machine = Fixture.established(try Fixture.peer(), try Fixture.open())
        #expect(machine.handle(.sent) == [.arm(.sendHold, .seconds(480))])
        #expect(
            machine.handle(.expired(.sendHold)) == [
                .send(.notification(NotificationError(code: .sendHoldTimerExpired))),
                .close(.stopped(.sendHoldTimerExpired, in: .established)),
            ]
        )
        let timers = PeerTimers(holdTime: 600, keepalive: 200, connectRetry: 120)
        var patient = Fixture.established(try Fixture.peer(timers: timers), try Fixture.open(holdTime: 600))
        #expect(patient.handle(.sent) == [.arm(.sendHold, .seconds(1200))])
    }

    @Test func `a session without families assumes IPv4 unicast and does not offer it`() throws {
        let configuration = try Fixture.peer(families: [])
        let machine = Fixture.established(configuration, try Fixture.open(capabilities: []))
        #expect(machine.negotiation?.families == [.ipv4Unicast])
        var refusing = SessionStateMachine.start(configuration, restarted: false).machine
        let open = try Fixture.open(capabilities: [.multiprotocol(.ipv6Unicast)])
        let error = NotificationError.unsupportedCapability([.multiprotocol(.ipv4Unicast)])
        #expect(
            refusing.handle(.received(.open(open))) == [
                .send(.notification(error)), .close(.sent(error, in: .openSent, open: open)),
            ]
        )
    }

    @Test func `a session takes long messages, and marks repetitions where the peer knows the marks`() throws {
        let plain = Fixture.established(try Fixture.peer(), try Fixture.open())
        #expect(plain.negotiation?.wire.maximumReceivedLength == 65535)
        #expect(plain.negotiation?.wire.maximumSentLength == 4096)
        #expect(plain.negotiation?.wire.enhancedRouteRefresh == false)
        let open = try Fixture.open(capabilities: [.routeRefresh, .enhancedRouteRefresh, .extendedMessages])
        let enhanced = Fixture.established(try Fixture.peer(), open)
        #expect(enhanced.negotiation?.wire.enhancedRouteRefresh == true)
    }

    @Test func `an expired hold timer is announced to the peer before closing`() throws {
        var machine = Fixture.established(try Fixture.peer(), try Fixture.open())
        #expect(
            machine.handle(.expired(.hold)) == [
                .send(.notification(NotificationError(code: .holdTimerExpired))),
                .close(.holdTimerExpired(in: .established, holdTime: .standard)),
            ]
        )
        #expect(machine.sessionState == nil)
        #expect(machine.handle(.received(.keepalive)) == [])
    }

    @Test func `the keepalive timer sends KEEPALIVE and is armed again`() throws {
        var machine = Fixture.established(try Fixture.peer(), try Fixture.open())
        #expect(machine.handle(.expired(.keepalive)) == [.send(.keepalive), .arm(.keepalive, .seconds(30))])
    }

    struct Refusal: CustomTestStringConvertible {
        let testDescription: String
        let remoteAS: ASNumber
        let open: Open
        let error: NotificationError
    }

    static let refusals: [Refusal] = {
        guard let standard = try? Fixture.open(), let same = try? Fixture.open(asNumber: 65001, routerID: "10.0.0.12"),
            let zero = try? Fixture.open(asNumber: 0),
            let six = try? Fixture.open(capabilities: [.multiprotocol(.ipv6Unicast)])
        else { return [] }
        return [
            Refusal(
                testDescription: "another AS than configured",
                remoteAS: 65010,
                open: standard,
                error: NotificationError(code: .openMessage, subcode: 2)
            ),
            Refusal(
                testDescription: "AS 0, though any AS is taken",
                remoteAS: 0,
                open: zero,
                error: NotificationError(code: .openMessage, subcode: 2)
            ),
            Refusal(
                testDescription: "this node's own router id in its own AS",
                remoteAS: 65001,
                open: same,
                error: NotificationError(code: .openMessage, subcode: 3)
            ),
            Refusal(
                testDescription: "no family in common",
                remoteAS: 65000,
                open: six,
                error: NotificationError(code: .openMessage, subcode: 7, data: [1, 4, 0, 1, 0, 1])
            ),
        ]
    }()

    @Test(arguments: refusals) func `an unacceptable OPEN is refused with its error`(refusal: Refusal) throws {
        var (machine, _) = SessionStateMachine.start(try Fixture.peer(remoteAS: refusal.remoteAS), restarted: false)
        #expect(
            machine.handle(.received(.open(refusal.open))) == [
                .send(.notification(refusal.error)),
                .close(.sent(refusal.error, in: .openSent, open: refusal.open)),
            ]
        )
    }

    @Test func `a peer AS of 0 accepts any AS, and a router elsewhere may have the same identifier`() throws {
        var (machine, _) = SessionStateMachine.start(try Fixture.peer(remoteAS: 0), restarted: false)
        _ = machine.handle(.received(.open(try Fixture.open(asNumber: 4_200_000_000, routerID: "10.0.0.12"))))
        #expect(machine.negotiation?.remoteAS == 4_200_000_000)
    }

    @Test func `a speaker without capabilities carries IPv4`() throws {
        var (machine, _) = SessionStateMachine.start(try Fixture.peer(), restarted: false)
        let open = Open(
            twoOctetAS: 65000,
            holdTime: .standard,
            routerID: try Fixture.routerID("10.0.0.1"),
            capabilities: []
        )
        _ = machine.handle(.received(.open(open)))
        #expect(machine.negotiation?.families == [.ipv4Unicast])
        #expect(machine.negotiation?.wire.fourOctetAS == false)
    }

    @Test(arguments: [
        (SessionState.openSent, Message.keepalive, UInt8(1), UInt8(4)), (.openSent, .update(UpdateMessage()), 1, 2),
        (.openSent, .routeRefresh(RouteRefresh(.ipv4Unicast)), 1, 5), (.openConfirm, .update(UpdateMessage()), 2, 2),
        (.openConfirm, .routeRefresh(RouteRefresh(.ipv4Unicast)), 2, 5),
    ])
    func `a message out of turn is answered with the state's subcode`(
        state: SessionState,
        message: Message,
        subcode: UInt8,
        type: UInt8
    ) throws {
        var (machine, _) = SessionStateMachine.start(try Fixture.peer(), restarted: false)
        if state == .openConfirm { _ = machine.handle(.received(.open(try Fixture.open()))) }
        let error = NotificationError(code: .stateMachine, subcode: subcode, data: [type])
        #expect(
            machine.handle(.received(message)) == [
                .send(.notification(error)), .close(.sent(error, in: state, open: nil)),
            ]
        )
    }

    @Test func `a second OPEN is answered with a state machine error`() throws {
        var machine = Fixture.established(try Fixture.peer(), try Fixture.open())
        let error = NotificationError(code: .stateMachine, subcode: 3, data: [1])
        #expect(
            machine.handle(.received(.open(try Fixture.open()))) == [
                .send(.notification(error)), .close(.sent(error, in: .established, open: nil)),
            ]
        )
    }

    @Test func `a NOTIFICATION is never answered`() throws {
        let error = NotificationError(code: .cease, subcode: 4)
        for state in [SessionState.openSent, .openConfirm, .established] {
            var (machine, _) = SessionStateMachine.start(try Fixture.peer(), restarted: false)
            if state != .openSent { _ = machine.handle(.received(.open(try Fixture.open()))) }
            if state == .established { _ = machine.handle(.received(.keepalive)) }
            #expect(machine.handle(.received(.notification(error))) == [.close(.received(error, in: state))])
        }
    }

    @Test func `routes are passed on and restart the hold timer`() throws {
        var machine = Fixture.established(try Fixture.peer(), try Fixture.open())
        let update = UpdateMessage(withdrawn: NLRI([try Fixture.prefix("192.0.2.0/24")], family: .ipv4))
        #expect(machine.handle(.received(.update(update))) == [.arm(.hold, .seconds(90)), .deliver(update)])
    }

    @Test func `only the gravest faults reset the session`() throws {
        var machine = Fixture.established(try Fixture.peer(), try Fixture.open())
        let grave = NotificationError(code: .updateMessage, subcode: 1)
        let mild = AttributeFault(.origin, .treatAsWithdraw, NotificationError(code: .updateMessage, subcode: 6))
        let tolerated = UpdateMessage(faults: [mild])
        #expect(machine.handle(.received(.update(tolerated))) == [.arm(.hold, .seconds(90)), .deliver(tolerated)])
        let faulty = UpdateMessage(faults: [mild, AttributeFault(.reachable, .resetSession, grave)])
        #expect(
            machine.handle(.received(.update(faulty))) == [
                .send(.notification(grave)), .close(.sent(grave, in: .established, open: nil)),
            ]
        )
    }

    @Test func `routes are repeated on request, for negotiated families only`() throws {
        var machine = Fixture.established(try Fixture.peer(), try Fixture.open())
        let hold = Action.arm(.hold, .seconds(90))
        #expect(
            machine.handle(.received(.routeRefresh(RouteRefresh(.ipv4Unicast)))) == [hold, .repeatRoutes(.ipv4Unicast)]
        )
        #expect(machine.handle(.received(.routeRefresh(RouteRefresh(.ipv6Unicast)))) == [hold])
        #expect(machine.handle(.received(.routeRefresh(RouteRefresh(.ipv4Unicast, subtype: .end)))) == [hold])
    }

    @Test(arguments: [
        (SessionStop.leaving(message: "bye"), [UInt8(2), 3, 0x62, 0x79, 0x65] as [UInt8]),
        (.reset(message: ""), [4]), (.deconfigured, [3]), (.configurationChanged, [6]), (.heldDown, [6]),
        (.collision, [7]),
        (.prefixLimit(.ipv4Unicast, limit: 10), [1, 0, 1, 1, 0, 0, 0, 10]), (.outOfResources, [8]),
    ])
    func `a session ends with the Cease that fits`(stop: SessionStop, octets: [UInt8]) throws {
        var machine = Fixture.established(try Fixture.peer(), try Fixture.open())
        let error = NotificationError(code: .cease, subcode: octets[0], data: Array(octets.dropFirst()))
        #expect(
            machine.handle(.stop(stop)) == [
                .send(.notification(error)),
                .close(stop.isFailure ? .stopped(stop, in: .established) : nil),
            ]
        )
    }

    @Test func `a restarting program closes the session silently`() throws {
        var machine = Fixture.established(try Fixture.peer(restartTime: 120), try Fixture.open())
        #expect(machine.handle(.stop(.restarting)) == [.close(nil)])
    }

    @Test func `a departure is a hard reset where a NOTIFICATION would keep the routes`() throws {
        let configuration = try Fixture.peer(restartTime: 120)
        let open = try Fixture.open(
            capabilities: [.multiprotocol(.ipv4Unicast), Fixture.gracefulRestart(notifications: true)]
        )
        var leaving = Fixture.established(configuration, open)
        #expect(
            leaving.handle(.stop(.deconfigured)) == [
                .send(.notification(NotificationError(code: .cease, subcode: 9, data: [6, 3]))), .close(nil),
            ]
        )
        var held = Fixture.established(configuration, open)
        #expect(
            held.handle(.stop(.heldDown)) == [
                .send(.notification(NotificationError(code: .cease, subcode: 9, data: [6, 6]))), .close(nil),
            ],
            "nobody knows for how long"
        )
        var resetting = Fixture.established(configuration, open)
        #expect(
            resetting.handle(.stop(.configurationChanged)) == [
                .send(.notification(NotificationError(code: .cease, subcode: 6))), .close(nil),
            ]
        )
    }

    @Test func `a session has not come up if its peer never acknowledged the first KEEPALIVE`() throws {
        let silence = Disconnection.timedOut(nil)
        var unheard = Fixture.established(try Fixture.peer(), try Fixture.open())
        #expect(unheard.handle(.disconnected(silence)) == [.close(.disconnected(silence, in: .openConfirm))])
        var heard = Fixture.established(try Fixture.peer(), try Fixture.open())
        #expect(heard.handle(.acknowledged) == [])
        #expect(heard.handle(.disconnected(silence)) == [.close(.disconnected(silence, in: .established))])
        var early = SessionStateMachine.start(try Fixture.peer(), restarted: false).machine
        _ = early.handle(.received(.open(try Fixture.open())))
        #expect(early.handle(.acknowledged) == [])
        _ = early.handle(.received(.keepalive))
        #expect(early.handle(.disconnected(silence)) == [.close(.disconnected(silence, in: .established))])
        // What the peer does of its own is about a session.
        var closed = Fixture.established(try Fixture.peer(), try Fixture.open())
        #expect(
            closed.handle(.disconnected(.closedByPeer)) == [.close(.disconnected(.closedByPeer, in: .established))]
        )
    }
}
