import BGPTypes
import BGPWire
import Pacing

extension PeerStateMachine {
    /// Running: RFC 4271's Connect and Active, and the states of the connections.
    mutating func handle(_ event: Event, in running: Running) -> [Action] {
        switch event {
        case .start(let configuration):
            return stop(.configurationChanged, running) + start(configuration)
        case .stop(let stop):
            return self.stop(stop, running)
        case .connected(let id):
            return connect(id, running)
        case .dialFailed(let failure):
            return dialFailed(failure, running)
        case .accepted(let id):
            return accept(id, running)
        case .session(let id, let event):
            return pass(event, to: id, running)
        case .expired(.connectRetry):
            return dialAgain(running)
        case .expired(.settle):
            return settle(running)
        case .expired(.collision):
            return release(all: true)
        case .expired(.idleHold), .expired(.session):
            return []
        case .announcedAll:
            isRestarting = false
            return []
        }
    }

    /// Ends all connections with the same word.
    private mutating func stop(_ stop: SessionStop, _ running: Running) -> [Action] {
        var actions = quiet(running)
        if !running.connections.isEmpty { hasHungUp = true }
        for var connection in running.connections {
            actions += end(&connection, stop)
        }
        if let caller = running.caller {
            if let notification = stop.notification { actions.append(.send(.notification(notification), caller)) }
            actions.append(.close(caller))
        }
        state = .stopped
        return actions
    }

    private mutating func connect(_ id: ConnectionID, _ running: Running) -> [Action] {
        guard running.dial == .dialling else { return [.close(id)] }
        var running = running
        running.dial = .resting
        return open(id, isDialled: true, &running)
    }

    private mutating func dialFailed(_ failure: DialFailure, _ running: Running) -> [Action] {
        guard running.dial == .dialling else { return [] }
        var running = running
        running.dial = .waiting
        state = .running(running)
        let retry = Action.arm(.connectRetry, dialBackoff.next())
        // An accepted connection may be on its way up; then the failure is of no interest.
        guard running.connections.isEmpty else { return [retry] }
        lastFailure = .dial(failure)
        return [retry, .report(.dial(failure))]
    }

    private mutating func dialAgain(_ running: Running) -> [Action] {
        guard running.dial == .waiting else { return [] }
        var running = running
        running.dial = .dialling
        state = .running(running)
        attempts += 1
        return [.dial]
    }

    private mutating func settle(_ running: Running) -> [Action] {
        guard running.established != nil else { return [] }
        var running = running
        running.isSettled = true
        dialBackoff.reset()
        pauseBackoff.reset()
        var actions: [Action] = []
        for var other in running.connections where other.session.sessionState != .established {
            actions += end(&other, .collision)
        }
        running.connections.removeAll { $0.session.sessionState != .established }
        if let caller = running.caller {
            running.caller = nil
            return actions + open(caller, isDialled: false, &running)
        }
        state = .running(running)
        return actions
    }

    /// The peer has dialled.
    private mutating func accept(_ id: ConnectionID, _ running: Running) -> [Action] {
        guard let established = running.established, let negotiation = established.session.negotiation else {
            return takeNewest(id, running)
        }
        // If the peer has restarted, its system answers this with a reset, which ends the old session now.
        let probe = Action.send(.keepalive, established.id)
        guard negotiation.peerTakesOver else {
            // RFC 4271 §6.8: beside an established session the new connection is closed, with a Cease. Nothing was said on it
            // before, so a peer to which the session is not up yet has no reason to decide for this connection.
            return [probe] + refuse(id, .cease(.connectionCollisionResolution))
        }
        // RFC 4724 §4.2: the new connection of a peer that restarts gracefully means that the old one is over.
        guard running.isSettled else { return wait(on: id, running, probe) }
        return [probe] + takeNewest(id, running)
    }

    /// Lets a connection wait beside a session that has just come up: then it is rather the other half of a collision, and what
    /// is said on it could end the session that the peer is about to have.
    private mutating func wait(on id: ConnectionID, _ running: Running, _ probe: Action) -> [Action] {
        var running = running
        attempts += 1
        var actions = [probe]
        if let earlier = running.caller { actions += refuse(earlier, .cease(.connectionCollisionResolution)) }
        running.caller = id
        state = .running(running)
        return actions
    }

    /// Answers the new connection, in the place of an earlier one that the peer must have given up.
    ///
    /// In OpenSent and OpenConfirm the identifiers decide, once the OPEN has come (RFC 4271 §6.8).
    private mutating func takeNewest(_ id: ConnectionID, _ running: Running) -> [Action] {
        attempts += 1
        var running = running
        var actions: [Action] = []
        for index in running.connections.indices.reversed() {
            var connection = running.connections[index]
            guard !connection.isDialled, connection.session.sessionState != .established else { continue }
            running.connections.remove(at: index)
            actions += end(&connection, .collision)
        }
        return actions + open(id, isDialled: false, &running)
    }

    mutating func open(_ id: ConnectionID, isDialled: Bool, _ running: inout Running) -> [Action] {
        let (session, actions) = SessionStateMachine.start(configuration, restarted: isRestarting)
        running.connections.append(Connection(id: id, isDialled: isDialled, session: session))
        state = .running(running)
        return actions.map { translate($0, id) }
    }
}
