import BGPTypes
import BGPWire
import Pacing

extension PeerStateMachine {
    /// Pausing: RFC 4271's Idle with DampPeerOscillations.
    mutating func handlePausing(_ event: Event) -> [Action] {
        switch event {
        case .start(let configuration):
            return [.cancel(.idleHold)] + start(configuration)
        case .stop:
            state = .stopped
            return [.cancel(.idleHold)]
        case .expired(.idleHold):
            return run()
        case .connected(let id):
            return [.close(id)]
        case .accepted(let id):
            // A short pause is no reason to tell a router to stay away for longer. After too many prefixes it is.
            guard case .stopped(.prefixLimit, _) = lastFailure else { return [.close(id)] }
            return [.send(.notification(.cease(.connectionRejected)), id), .close(id)]
        case .announcedAll:
            isRestarting = false
            return []
        case .dialFailed, .session, .expired:
            return []
        }
    }

    /// Leaves Running after a failure; nothing is open any more.
    mutating func pause(after failure: SessionFailure?, leaving running: Running) -> [Action] {
        var actions = quiet(running)
        state = .pausing
        if case .stopped(.prefixLimit, _) = failure {
            // The peer will send as much again: coming back soon would only repeat it.
            actions.append(.arm(.idleHold, pauseBackoff.backoff.longest))
            return actions
        }
        let next = pauseBackoff.next()
        actions.append(.arm(.idleHold, failure?.isHangUp == true ? max(next, Self.pauseAfterReset) : next))
        return actions
    }

    /// Stops what Running has going beside its connections.
    func quiet(_ running: Running) -> [Action] {
        var actions: [Action] = []
        switch running.dial {
        case .dialling: actions.append(.abandonDial)
        case .waiting: actions.append(.cancel(.connectRetry))
        case .resting: break
        }
        if running.established != nil, !running.isSettled { actions.append(.cancel(.settle)) }
        return actions
    }
}

extension PeerStateMachine.Running {
    /// The connection whose session is up.
    package var established: PeerStateMachine.Connection? {
        connections.first { $0.session.sessionState == .established }
    }
}
