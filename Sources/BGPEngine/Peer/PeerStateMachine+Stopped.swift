import BGPWire
import Pacing

extension PeerStateMachine {
    /// Stopped: RFC 4271's Idle before ManualStart.
    mutating func handleStopped(_ event: Event) -> [Action] {
        switch event {
        case .start(let configuration):
            return start(configuration)
        case .connected(let id):
            return [.close(id)]
        case .accepted(let id):
            // The peer is known but must not come up: its operator shall see that this is no accident (RFC 4486 §4).
            return [.send(.notification(.cease(.connectionRejected)), id), .close(id)]
        case .announcedAll:
            isRestarting = false
            return []
        case .stop, .dialFailed, .session, .expired:
            return []
        }
    }

    /// Forgets earlier failures and tries at once, or a second after this side has ended a session.
    mutating func start(_ configuration: PeerConfiguration) -> [Action] {
        if configuration.timers != self.configuration.timers || configuration.isPassive != self.configuration.isPassive
        {
            (dialBackoff, pauseBackoff) = Self.backoffs(configuration, seed: seed)
        }
        self.configuration = configuration
        attempts = 0
        lastFailure = nil
        dialBackoff.reset()
        pauseBackoff.reset()
        return run()
    }

    /// Enters Running: dials unless passive.
    mutating func run() -> [Action] {
        let hasHungUp = hasHungUp
        self.hasHungUp = false
        guard !configuration.isPassive else {
            state = .running(Running(dial: .resting))
            return []
        }
        guard !hasHungUp else {
            // The router may dial meanwhile.
            state = .running(Running(dial: .waiting))
            return [.arm(.connectRetry, Self.pauseAfterReset)]
        }
        state = .running(Running(dial: .dialling))
        attempts += 1
        return [.dial]
    }
}
