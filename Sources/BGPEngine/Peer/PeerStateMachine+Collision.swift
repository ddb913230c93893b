import BGPTypes
import BGPWire

/// Two connections with one peer, of which one must go (RFC 4271 §6.8).
///
/// Each side decides by what it knows when an OPEN arrives, and closes the new connection if the other is established. A
/// connection is established here a moment before or after it is at the peer, so that by the letter each side may close one,
/// and not the same. A KEEPALIVE therefore counts as a vote: the peer may have the session up from then on.
///
/// - The connection that identifiers do not prefer gets no KEEPALIVE while the other one's OPEN may still come (§6.8 lets a
///   speaker look at connections in OpenSent when it knows the peer's identifier, and here it does, from the first OPEN).
/// - One that has got it is not closed for another: that one waits until the peer, which knows more, has closed either.
/// - Beside a session that has just come up no OPEN is sent on what the peer dials, so that it does not decide anew.
extension PeerStateMachine {
    /// What becomes of a connection whose OPEN has come, beside another.
    enum Collision {
        case none
        case closeNew
        case closeOther(SessionStop)
    }

    /// Decides when nothing is left to wait for.
    func collision(
        of new: Connection,
        _ openConfirm: SessionStateMachine.OpenConfirm,
        with other: Connection,
        _ running: Running
    ) -> Collision {
        switch other.session.state {
        case .openSent:
            // Its OPEN will tell whether it is the same peer at all; if that has come, it waited for this one.
            return other.held.isEmpty ? .none : .closeOther(.collision)
        case .closed:
            return .none
        case .established(let established):
            // RFC 4724 §4.2: a peer that restarts gracefully and opens a new connection has lost the old one, which is closed
            // without a word. Shortly after the start it is rather the other half of a collision, and without graceful
            // restart RFC 4271 §6.8 holds: the new one is closed.
            return running.isSettled && established.negotiation.peerTakesOver ? .closeOther(.replaced) : .closeNew
        case .openConfirm:
            // RFC 4271 §6.8: the identifiers decide, with graceful restart or without.
            let open = openConfirm.remoteOpen
            return isPreferred(new, open.routerID, open.asNumber) ? .closeOther(.collision) : .closeNew
        }
    }

    /// Whether identifiers prefer the connection to one of the other direction: the side with the higher one dialled it, with
    /// equal ones that of the higher AS (RFC 6286 §2.3).
    func isPreferred(_ connection: Connection, _ remoteRouterID: RouterID, _ remoteAS: ASNumber) -> Bool {
        let localWins =
            configuration.routerID == remoteRouterID
            ? configuration.localAS > remoteAS : configuration.routerID > remoteRouterID
        return connection.isDialled == localWins
    }

    /// Keeps what has come on a connection until it is clear whether the connection stays; `nil` when it need not wait.
    func hold(_ event: SessionStateMachine.Event, at index: Int, _ running: inout Running) -> [Action]? {
        let connection = running.connections[index]
        switch event {
        case .received(.open(let open)) where connection.held.isEmpty:
            guard mustWait(connection, open, running) else { return nil }
            running.connections[index].held = [event]
            return [.arm(.collision, Self.collisionPatience)]
        case .received(.keepalive) where connection.held.count == 1:
            running.connections[index].held.append(event)
            return []
        default:
            return nil
        }
    }

    /// Whether the OPEN has to wait until another connection's fate is known.
    private func mustWait(_ connection: Connection, _ open: Open, _ running: Running) -> Bool {
        guard connection.session.sessionState == .openSent, (try? configuration.validate(open)) != nil else {
            return false
        }
        let isPreferred = isPreferred(connection, open.routerID, open.asNumber)
        return running.connections.contains { other in
            guard other.isDialled != connection.isDialled else { return false }
            switch other.session.state {
            case .openSent: return !isPreferred && other.held.isEmpty
            case .openConfirm: return isPreferred
            case .established: return isPreferred && !running.isSettled
            case .closed: return false
            }
        }
    }

    /// Lets connections go on that need not wait any more; all, when they have waited long enough.
    mutating func release(all: Bool) -> [Action] {
        var actions: [Action] = []
        while case .running(var running) = state {
            let next = running.connections.firstIndex { connection in
                guard case .received(.open(let open))? = connection.held.first else { return false }
                return all || !mustWait(connection, open, running)
            }
            guard let next else { break }
            let connection = running.connections[next]
            running.connections[next].held = []
            state = .running(running)
            for event in connection.held { actions += proceed(event, to: connection.id) }
        }
        return actions
    }

    /// What the peer says on a connection that this side has not answered.
    mutating func hear(_ event: SessionStateMachine.Event, from caller: ConnectionID, _ running: Running) -> [Action] {
        var running = running
        running.caller = nil
        switch event {
        case .expired, .stop, .sent, .acknowledged:
            return []
        case .disconnected, .received(.notification):
            state = .running(running)
            return [.close(caller)]
        case .received(.open):
            state = .running(running)
            return refuse(caller, .cease(.connectionCollisionResolution))
        case .received(let message):
            state = .running(running)
            return refuse(caller, .unexpected(message.type, in: .openSent))
        case .malformed(let error):
            state = .running(running)
            return refuse(caller, error)
        }
    }

    /// Ends a connection on which this side has said nothing yet.
    func refuse(_ caller: ConnectionID, _ error: NotificationError) -> [Action] {
        [.send(.notification(error), caller), .close(caller)]
    }
}
