import BGPEngine
import BGPTypes
import BGPWire
import Testing

/// The router has the identifier 10.0.0.1, the node 10.0.0.12 unless told otherwise (RFC 4271 §6.8).
@Suite struct CollisionTests {
    typealias Action = PeerStateMachine.Action
    static let dialled = ConnectionID(rawValue: 1)
    static let accepted = ConnectionID(rawValue: 2)

    private func colliding(router: String, firstOpenOn first: ConnectionID) throws -> (PeerStateMachine, Open) {
        var machine = PeerStateMachine.started(try Fixture.peer())
        _ = machine.handle(.accepted(Self.accepted))
        _ = machine.handle(.connected(Self.dialled))
        let open = try Fixture.open(routerID: router)
        _ = machine.handle(.session(first, .received(.open(open))))
        return (machine, open)
    }

    @Test(arguments: [
        ("10.0.0.1", ConnectionID(rawValue: 1), ConnectionID(rawValue: 1)),
        ("10.0.0.1", ConnectionID(rawValue: 2), ConnectionID(rawValue: 1)),
        ("10.0.0.99", ConnectionID(rawValue: 1), ConnectionID(rawValue: 2)),
        ("10.0.0.99", ConnectionID(rawValue: 2), ConnectionID(rawValue: 2)),
    ])
    func `the connection of the higher identifier survives, whichever OPEN comes first`(
        router: String,
        first: ConnectionID,
        kept: ConnectionID
    ) throws {
        let second = first == Self.dialled ? Self.accepted : Self.dialled
        let closed = kept == Self.dialled ? Self.accepted : Self.dialled
        var (machine, open) = try colliding(router: router, firstOpenOn: first)
        let actions = machine.handle(.session(second, .received(.open(open))))
        let cease: [Action] = [
            .send(.notification(NotificationError(code: .cease, subcode: 7)), closed), .close(closed),
        ]
        let goesOn: [Action] = [
            .send(.keepalive, second), .arm(.session(second, .keepalive), .seconds(30)),
            .arm(.session(second, .hold), .seconds(90)),
        ]
        #expect(actions == cease + (kept == second ? goesOn : []))
        #expect(machine.sessionState == .openConfirm)
        _ = machine.handle(.session(kept, .received(.keepalive)))
        #expect(machine.establishedConnection == kept)
        #expect(machine.lastFailure == nil)
    }

    @Test func `a connection is held back for the one that the identifiers prefer`() throws {
        var (machine, open) = try colliding(router: "10.0.0.99", firstOpenOn: Self.dialled)
        #expect(machine.sessionState == .openSent)
        #expect(machine.handle(.session(Self.dialled, .received(.keepalive))) == [])
        // Nothing was heard on the other one: both messages count now.
        var impatient = machine
        _ = impatient.handle(.expired(.collision))
        #expect(impatient.establishedConnection == Self.dialled)
        // The other one ended.
        var lonely = machine
        _ = lonely.handle(.session(Self.accepted, .disconnected(.closedByPeer)))
        #expect(lonely.establishedConnection == Self.dialled)
        // A fault is answered at once, as in OpenConfirm.
        let fault = NotificationError.unexpected(.keepalive, in: .openConfirm)
        #expect(
            machine.handle(.session(Self.dialled, .received(.keepalive))) == [
                .send(.notification(fault), Self.dialled), .close(Self.dialled),
            ]
        )
        _ = machine.handle(.session(Self.accepted, .received(.open(open))))
        _ = machine.handle(.session(Self.accepted, .received(.keepalive)))
        #expect(machine.establishedConnection == Self.accepted)
    }

    @Test func `a wrong OPEN is answered at once, whatever else is open`() throws {
        var machine = PeerStateMachine.started(try Fixture.peer())
        _ = machine.handle(.accepted(Self.accepted))
        _ = machine.handle(.connected(Self.dialled))
        let wrong = try Fixture.open(asNumber: 65099, routerID: "10.0.0.99")
        #expect(
            machine.handle(.session(Self.dialled, .received(.open(wrong)))) == [
                .send(.notification(.badPeerAS), Self.dialled), .close(Self.dialled),
            ]
        )
    }

    @Test func `the peer decides once the connection that is not preferred has been answered`() throws {
        let configuration = try Fixture.peer()
        let open = try Fixture.open()
        var machine = PeerStateMachine.started(configuration)
        _ = machine.handle(.accepted(Self.accepted))
        _ = machine.handle(.session(Self.accepted, .received(.open(open))))
        #expect(
            machine.handle(.connected(Self.dialled)) == [
                .send(PeerStateMachine.localOpen(configuration), Self.dialled),
                .arm(.session(Self.dialled, .hold), .seconds(240)),
            ]
        )
        #expect(
            machine.handle(.session(Self.dialled, .received(.open(open)))) == [
                .arm(.collision, PeerStateMachine.collisionPatience)
            ]
        )
        let collision = SessionStateMachine.Event.received(.notification(.cease(.connectionCollisionResolution)))
        // The peer, to which neither was established, decided by identifiers.
        var other = machine
        _ = other.handle(.session(Self.accepted, collision))
        _ = other.handle(.session(Self.dialled, .received(.keepalive)))
        #expect(other.establishedConnection == Self.dialled)
        // To the peer the session was up; the second connection ends, by the peer or when the session has stood.
        _ = machine.handle(.session(Self.accepted, .received(.keepalive)))
        #expect(machine.establishedConnection == Self.accepted)
        var silent = machine
        let cease = Message.notification(.cease(.connectionCollisionResolution))
        #expect(silent.handle(.expired(.settle)) == [.send(cease, Self.dialled), .close(Self.dialled)])
        #expect(machine.handle(.session(Self.dialled, collision)) == [.close(Self.dialled)])
        #expect(machine.establishedConnection == Self.accepted)
        #expect(machine.lastFailure == nil)
    }

    @Test func `the newer of two connections dialled by the peer is preferred`() throws {
        var machine = PeerStateMachine.started(try Fixture.peer(isPassive: true))
        _ = machine.handle(.accepted(Self.accepted))
        let newer = ConnectionID(rawValue: 3)
        let actions = machine.handle(.accepted(newer))
        #expect(
            actions.prefix(2) == [
                .send(.notification(NotificationError(code: .cease, subcode: 7)), Self.accepted),
                .close(Self.accepted),
            ]
        )
        #expect(machine.foremostConnection == newer)
    }

    @Test func `dialling stops when the accepted connection is established`() throws {
        var machine = PeerStateMachine.started(try Fixture.peer())
        _ = machine.handle(.accepted(Self.accepted))
        _ = machine.handle(.session(Self.accepted, .received(.open(try Fixture.open()))))
        let actions = machine.handle(.session(Self.accepted, .received(.keepalive)))
        #expect(actions.first == .abandonDial)
        #expect(machine.handle(.connected(Self.dialled)) == [.close(Self.dialled)])
    }
}
