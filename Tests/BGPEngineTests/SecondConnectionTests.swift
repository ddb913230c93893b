import BGPEngine
import BGPTypes
import BGPWire
import Testing

/// A connection that the peer opens while it has one already: without graceful restart RFC 4271 §6.8 decides, with it, beside an
/// established session, RFC 4724 §4.2.
@Suite struct SecondConnectionTests {
    typealias Action = PeerStateMachine.Action
    static let dialled = ConnectionID(rawValue: 1)
    static let accepted = ConnectionID(rawValue: 2)

    /// What routers offer of graceful restart.
    enum Offer: CaseIterable {
        /// Nothing.
        case none
        /// To keep the routes of others, as BIRD and FRR do unless told otherwise: no family (RFC 4724 §3).
        case helper
        /// To restart itself.
        case restart

        var capabilities: [Capability] {
            let rest: [Capability] = [.multiprotocol(.ipv4Unicast)]
            let families = [GracefulRestart.FamilyState(.ipv4Unicast, forwardingPreserved: true)]
            let offer = { (families: [GracefulRestart.FamilyState]) in
                Capability.gracefulRestart(
                    GracefulRestart(restarted: false, notifications: false, restartTime: 120, families: families)
                )
            }
            return switch self {
            case .none: rest
            case .helper: rest + [offer([])]
            case .restart: rest + [offer(families)]
            }
        }
    }

    private func open(_ offer: Offer, routerID: String = "10.0.0.1") throws -> Open {
        try Fixture.open(routerID: routerID, capabilities: offer.capabilities)
    }

    private static func refused(_ id: ConnectionID) -> [Action] {
        [.send(.notification(.cease(.connectionCollisionResolution)), id), .close(id)]
    }

    @Test(arguments: ["10.0.0.1", "10.0.0.99"], [Offer.none, .helper])
    func `a new connection beside an established one is closed at once, whatever the identifiers`(
        routerID: String,
        offer: Offer
    ) throws {
        for restartTime in [nil, 120] as [UInt16?] {
            var machine = PeerStateMachine.established(
                try Fixture.peer(restartTime: restartTime),
                try open(offer, routerID: routerID)
            )
            let expected: [Action] = [.send(.keepalive, Self.dialled)] + Self.refused(Self.accepted)
            #expect(machine.handle(.accepted(Self.accepted)) == expected)
            // Later as well as at first, and each time.
            _ = machine.handle(.expired(.settle))
            for number in 3...5 as ClosedRange<UInt64> {
                let next = ConnectionID(rawValue: number)
                #expect(machine.handle(.accepted(next)) == [expected[0]] + Self.refused(next))
                #expect(machine.handle(.session(next, .received(.open(try open(offer))))) == [])
                #expect(machine.handle(.session(next, .disconnected(.closedByPeer))) == [])
            }
            #expect(machine.establishedConnection == Self.dialled)
            #expect(machine.attempts == 0)
            #expect(machine.lastFailure == nil)
        }
    }

    @Test func `a second connection is also closed beside a session that the peer opened`() throws {
        var machine = PeerStateMachine.started(try Fixture.peer(isPassive: true))
        _ = machine.handle(.accepted(Self.accepted))
        _ = machine.handle(.session(Self.accepted, .received(.open(try Fixture.open()))))
        _ = machine.handle(.session(Self.accepted, .received(.keepalive)))
        let next = ConnectionID(rawValue: 3)
        #expect(machine.handle(.accepted(next)) == [.send(.keepalive, Self.accepted)] + Self.refused(next))
        #expect(machine.establishedConnection == Self.accepted)
    }

    /// The answer to the KEEPALIVE ends the old session when the peer knows nothing of it; then the next connection is welcome.
    @Test func `a second connection is accepted once the old session turns out to be dead`() throws {
        var machine = PeerStateMachine.established(try Fixture.peer(), try Fixture.open())
        _ = machine.handle(.expired(.settle))
        _ = machine.handle(.accepted(Self.accepted))
        _ = machine.handle(.session(Self.dialled, .disconnected(.resetByPeer)))
        #expect(machine.state == .pausing)
        #expect(machine.handle(.expired(.idleHold)) == [.dial])
        let next = ConnectionID(rawValue: 3)
        let hello = PeerStateMachine.localOpen(try Fixture.peer())
        #expect(machine.handle(.accepted(next)).contains(.send(hello, next)))
    }

    @Test(arguments: [nil, 120] as [UInt16?])
    func `a gracefully restarting peer takes over without a message on the old connection`(
        restartTime: UInt16?
    ) throws {
        let open = try open(.restart)
        var machine = PeerStateMachine.established(try Fixture.peer(restartTime: restartTime), open)
        _ = machine.handle(.expired(.settle))
        _ = machine.handle(.accepted(Self.accepted))
        #expect(
            machine.handle(.session(Self.accepted, .received(.open(open)))) == [
                .close(Self.dialled), .lost(Self.dialled), .send(.keepalive, Self.accepted),
                .arm(.session(Self.accepted, .keepalive), .seconds(30)),
                .arm(.session(Self.accepted, .hold), .seconds(90)),
            ]
        )
        _ = machine.handle(.session(Self.accepted, .received(.keepalive)))
        #expect(machine.establishedConnection == Self.accepted)
    }

    @Test func `a gracefully restarting peer has one second connection at a time`() throws {
        var machine = PeerStateMachine.established(try Fixture.peer(), try open(.restart))
        _ = machine.handle(.expired(.settle))
        _ = machine.handle(.accepted(Self.accepted))
        let newer = ConnectionID(rawValue: 3)
        let actions = machine.handle(.accepted(newer))
        let expected: [Action] = [.send(.keepalive, Self.dialled)] + Self.refused(Self.accepted)
        #expect(Array(actions.prefix(3)) == expected)
        guard case .running(let running) = machine.state else { return }
        #expect(running.connections.map(\.id) == [Self.dialled, newer])
    }

    @Test func `a second connection waits unanswered beside a graceful restart session that has just come up`() throws {
        let open = try open(.restart, routerID: "10.0.0.99")
        var machine = PeerStateMachine.established(try Fixture.peer(), open)
        #expect(machine.handle(.accepted(Self.accepted)) == [.send(.keepalive, Self.dialled)])
        // A newer one takes its place.
        let newer = ConnectionID(rawValue: 3)
        #expect(
            machine.handle(.accepted(newer)) == [.send(.keepalive, Self.dialled)] + Self.refused(Self.accepted)
        )
        #expect(machine.handle(.session(newer, .disconnected(.closedByPeer))) == [.close(newer)])
        // It is answered once the session is old enough for the peer to have restarted.
        let last = ConnectionID(rawValue: 4)
        _ = machine.handle(.accepted(last))
        #expect(
            machine.handle(.expired(.settle)) == [
                .send(PeerStateMachine.localOpen(try Fixture.peer()), last), .arm(.session(last, .hold), .seconds(240)),
            ]
        )
    }

    @Test func `a waiting connection is answered at once when the graceful restart session turns out to be dead`()
        throws
    {
        let configuration = try Fixture.peer()
        var machine = PeerStateMachine.established(configuration, try open(.restart))
        _ = machine.handle(.accepted(Self.accepted))
        #expect(
            machine.handle(.session(Self.dialled, .disconnected(.resetByPeer))) == [
                .close(Self.dialled), .lost(Self.dialled), .cancel(.settle),
                .send(PeerStateMachine.localOpen(configuration), Self.accepted),
                .arm(.session(Self.accepted, .hold), .seconds(240)),
            ]
        )
        #expect(machine.sessionState == .openSent)
        #expect(machine.lastFailure == nil)
    }

    @Test func `a waiting connection ends with the others, and when it sends nonsense`() throws {
        var machine = PeerStateMachine.established(try Fixture.peer(), try open(.restart))
        _ = machine.handle(.accepted(Self.accepted))
        let cease = Message.notification(.cease(.peerDeconfigured))
        #expect(
            machine.handle(.stop(.deconfigured)) == [
                .cancel(.settle), .send(cease, Self.dialled), .close(Self.dialled), .lost(Self.dialled),
                .send(cease, Self.accepted), .close(Self.accepted),
            ]
        )
        var other = PeerStateMachine.established(try Fixture.peer(), try open(.restart))
        _ = other.handle(.accepted(Self.accepted))
        #expect(
            other.handle(.session(Self.accepted, .received(.keepalive))) == [
                .send(.notification(.unexpected(.keepalive, in: .openSent)), Self.accepted), .close(Self.accepted),
            ]
        )
        #expect(other.establishedConnection == Self.dialled)
    }

    /// The collision of §6.8 is decided by identifiers, when the OPEN of the second has come, whatever was offered.
    @Test(arguments: Offer.allCases, [false, true])
    func `a second connection is not closed on sight while the first is in OpenSent or OpenConfirm`(
        offer: Offer,
        isConfirmed: Bool
    ) throws {
        for (routerID, kept) in [("10.0.0.1", Self.dialled), ("10.0.0.99", Self.accepted)] {
            let open = try open(offer, routerID: routerID)
            var machine = PeerStateMachine.started(try Fixture.peer(restartTime: 120))
            _ = machine.handle(.connected(Self.dialled))
            if isConfirmed { _ = machine.handle(.session(Self.dialled, .received(.open(open)))) }
            let answer = machine.handle(.accepted(Self.accepted))
            let hello = PeerStateMachine.localOpen(try Fixture.peer(restartTime: 120))
            #expect(answer == [.send(hello, Self.accepted), .arm(.session(Self.accepted, .hold), .seconds(240))])
            var closed: [Action] = []
            closed += machine.handle(.session(Self.accepted, .received(.open(open))))
            if !isConfirmed { closed += machine.handle(.session(Self.dialled, .received(.open(open)))) }
            closed += machine.handle(.expired(.collision))
            for id in [Self.dialled, Self.accepted] { _ = machine.handle(.session(id, .received(.keepalive))) }
            _ = machine.handle(.expired(.settle))
            let established = try #require(machine.establishedConnection)
            // One that was answered before the other came stays unless the peer, which decides by identifiers, closes it.
            #expect(established == kept || isConfirmed)
            guard case .running(let running) = machine.state else { continue }
            #expect(running.connections.count == 1)
        }
    }
}
