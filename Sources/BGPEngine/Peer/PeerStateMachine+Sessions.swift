import BGPWire

extension PeerStateMachine {
    /// Hands an event to its connection, and draws the conclusions for the others.
    mutating func pass(_ event: SessionStateMachine.Event, to id: ConnectionID, _ running: Running) -> [Action] {
        guard let index = running.connections.firstIndex(where: { $0.id == id }) else { return [] }
        if let actions = running.connections[index].session.routine(event) { return actions.map { translate($0, id) } }
        var running = running
        let before = running.connections[index]
        let actions = running.connections[index].session.handle(event)
        let after = running.connections[index]

        switch (before.session.state, after.session.state) {
        case (.openSent, .openConfirm(let openConfirm)):
            return opened(before, after, openConfirm, actions, running)
        case (.openConfirm, .established):
            return establish(after, actions, running)
        case (_, .closed):
            running.connections.remove(at: index)
            return closed(before, actions, running)
        default:
            state = .running(running)
            return actions.map { translate($0, id) }
        }
    }

    /// The peer's OPEN was accepted: of two connections that know the peer, one must go (RFC 4271 §6.8).
    private mutating func opened(
        _ before: Connection,
        _ after: Connection,
        _ openConfirm: SessionStateMachine.OpenConfirm,
        _ actions: [SessionStateMachine.Action],
        _ running: Running
    ) -> [Action] {
        var running = running
        var endings: [Action] = []
        for var other in running.connections where other.id != after.id {
            switch collision(of: after, openConfirm, with: other, running) {
            case .none:
                continue
            case .closeOther(let stop):
                running.connections.removeAll { $0.id == other.id }
                if other.session.peerState == .established, !running.isSettled { endings.append(.cancel(.settle)) }
                endings += end(&other, stop)
            case .closeNew:
                // From the state before its OPEN, so that no KEEPALIVE goes out ahead of the Cease.
                var loser = before
                running.connections.removeAll { $0.id == after.id }
                state = .running(running)
                return end(&loser, .collision)
            }
        }
        if running.established == nil { running.isSettled = false }
        state = .running(running)
        return endings + actions.map { translate($0, after.id) }
    }

    private enum Collision {
        case none
        case closeNew
        case closeOther(SessionStop)
    }

    private func collision(
        of new: Connection,
        _ openConfirm: SessionStateMachine.OpenConfirm,
        with other: Connection,
        _ running: Running
    ) -> Collision {
        switch other.session.state {
        case .openSent, .closed:
            // Its OPEN will tell whether it is the same peer at all.
            return .none
        case .established(let established):
            // A peer with graceful restart that opens a new connection has lost the old one (RFC 4724 §5). Shortly after
            // the start it is rather the other half of a collision.
            return running.isSettled && established.negotiation.gracefulRestart ? .closeOther(.replaced) : .closeNew
        case .openConfirm:
            let keepsDialled = localWins(over: openConfirm.negotiation)
            return keepsDialled == new.isDialled ? .closeOther(.collision) : .closeNew
        }
    }

    /// The higher identifier's connection is kept, with equal identifiers that of the higher AS (RFC 6286 §2.3).
    private func localWins(over negotiation: Negotiation) -> Bool {
        guard configuration.routerID == negotiation.remoteRouterID else {
            return configuration.routerID > negotiation.remoteRouterID
        }
        return configuration.localAS > negotiation.remoteAS
    }

    /// The session is up: dialling and every other connection end.
    private mutating func establish(
        _ connection: Connection,
        _ actions: [SessionStateMachine.Action],
        _ running: Running
    ) -> [Action] {
        var result = quiet(Running(dial: running.dial))
        for var other in running.connections where other.id != connection.id {
            result += end(&other, .collision)
        }
        state = .running(Running(dial: .resting, connections: [connection]))
        establishedTransitions += 1
        attempts = 0
        return result + actions.map { translate($0, connection.id) } + [.arm(.settle, Self.settleTime)]
    }

    /// A connection is over; with none left and none being dialled, the peer pauses.
    private mutating func closed(
        _ connection: Connection,
        _ actions: [SessionStateMachine.Action],
        _ running: Running
    ) -> [Action] {
        var result = actions.map { translate($0, connection.id) }
        let wasEstablished = connection.session.peerState == .established
        if wasEstablished {
            result.append(.lost(connection.id))
            if !running.isSettled { result.append(.cancel(.settle)) }
        }
        let failure = actions.failure
        guard running.connections.isEmpty else {
            var running = running
            if wasEstablished { running.isSettled = false }
            state = .running(running)
            return result
        }
        if let failure, failure.isRejection {
            result += wait(running)
        } else {
            result += pause(after: failure, leaving: running)
        }
        if let failure {
            lastFailure = failure
            result.append(.report(failure))
        }
        return result
    }

    /// Stays open for the peer's connection while the next attempt waits.
    ///
    /// If being turned away led to a pause, in which connections are refused, two peers could turn each other away for
    /// ever.
    private mutating func wait(_ running: Running) -> [Action] {
        var running = running
        let dials = running.dial == .resting && !configuration.isPassive
        if dials { running.dial = .waiting }
        state = .running(running)
        return dials ? [.arm(.connectRetry, dialBackOff.next())] : []
    }

    /// Ends a connection from this side; the caller has taken it out of the state.
    func end(_ connection: inout Connection, _ stop: SessionStop) -> [Action] {
        let wasEstablished = connection.session.peerState == .established
        let actions = connection.session.handle(.stop(stop)).map { translate($0, connection.id) }
        return wasEstablished ? actions + [.lost(connection.id)] : actions
    }

    /// A session's order as the peer's.
    func translate(_ action: SessionStateMachine.Action, _ id: ConnectionID) -> Action {
        switch action {
        case .send(let message): .send(message, id)
        case .arm(let timer, let duration): .arm(.session(id, timer), duration)
        case .cancel(let timer): .cancel(.session(id, timer))
        case .established(let negotiation): .established(id, negotiation)
        case .deliver(let update): .deliver(update, id)
        case .repeatRoutes(let family): .repeatRoutes(family, id)
        case .close: .close(id)
        }
    }
}

extension [SessionStateMachine.Action] {
    /// Why the connection was closed, if it was and something was wrong.
    var failure: SessionFailure? {
        for case .close(let failure) in self { return failure }
        return nil
    }
}

extension SessionFailure {
    /// Whether the peer merely turned the connection away, without a fault on either side.
    var isRejection: Bool {
        switch self {
        case .disconnected(_, in: .openSent): true
        case .received(let error, let state):
            state != .established
                && (error.cease == .connectionCollisionResolution || error.cease == .connectionRejected)
        case .dial, .disconnected, .openOverdue, .holdTimerExpired, .sent, .stopped, .heldDown: false
        }
    }
}
