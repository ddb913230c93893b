import BGPTypes
import BGPWire
import Pacing

extension PeerStateMachine {
    /// Hands an event to its connection, and draws the conclusions for the others.
    mutating func pass(_ event: SessionStateMachine.Event, to id: ConnectionID, _ running: Running) -> [Action] {
        guard let index = running.connections.firstIndex(where: { $0.id == id }) else {
            return running.caller == id ? hear(event, from: id, running) : []
        }
        if let actions = running.connections[index].session.routine(event) { return actions.map { translate($0, id) } }
        var running = running
        if let actions = hold(event, at: index, &running) {
            state = .running(running)
            return actions
        }
        if case .received(let message) = event, !running.connections[index].held.isEmpty, message.type != .notification
        {
            // For the peer this connection is in OpenConfirm.
            return proceed(.malformed(.unexpected(message.type, in: .openConfirm)), to: id)
        }
        return proceed(event, to: id)
    }

    /// Hands on what need not wait.
    mutating func proceed(_ event: SessionStateMachine.Event, to id: ConnectionID) -> [Action] {
        guard case .running(var running) = state, let index = running.connections.firstIndex(where: { $0.id == id })
        else { return [] }
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
                if other.session.sessionState == .established, !running.isSettled { endings.append(.cancel(.settle)) }
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

    /// The session is up: dialling ends, and every other connection that the peer cannot prefer.
    private mutating func establish(
        _ connection: Connection,
        _ actions: [SessionStateMachine.Action],
        _ running: Running
    ) -> [Action] {
        var result = quiet(Running(dial: running.dial))
        var connections = [connection]
        for var other in running.connections where other.id != connection.id {
            if let peer = connection.session.negotiation, isPreferred(other, peer.remoteRouterID, peer.remoteAS) {
                // To the peer this session may not be up yet; then it closes this one for the other's OPEN.
                connections.append(other)
            } else {
                result += end(&other, .collision)
            }
        }
        state = .running(Running(dial: .resting, connections: connections))
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
        let wasEstablished = connection.session.sessionState == .established
        if wasEstablished {
            result.append(.lost(connection.id))
            if !running.isSettled { result.append(.cancel(.settle)) }
        }
        let failure = actions.failure
        var running = running
        if wasEstablished { running.isSettled = false }
        if running.established == nil, let caller = running.caller {
            running.caller = nil
            result += open(caller, isDialled: false, &running)
        }
        guard running.connections.isEmpty else {
            state = .running(running)
            return result + release(all: false)
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
        return dials ? [.arm(.connectRetry, dialBackoff.next())] : []
    }

    /// Ends a connection from this side; the caller has taken it out of the state.
    func end(_ connection: inout Connection, _ stop: SessionStop) -> [Action] {
        let wasEstablished = connection.session.sessionState == .established
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
        case .dial, .disconnected, .openOverdue, .holdTimerExpired, .sent, .stopped, .heldDown, .notAdmitted: false
        }
    }
}
