import BGPEngine
import NIOCore

extension PeerDriver {
    /// A timer of the machine.
    ///
    /// A timer that is only put off, as the hold timer is with every message, keeps its scheduled task: when that fires
    /// too early, it is scheduled anew for the rest.
    struct ArmedTimer {
        var deadline: NIODeadline
        var firesAt: NIODeadline
        var task: Scheduled<Void>
    }

    func arm(_ timer: PeerStateMachine.Timer, _ duration: Duration) {
        let deadline = NIODeadline.now() + TimeAmount(duration)
        if timer.announcesRetry { timers.nextRetry = deadline }
        if let armed = timers.armed[timer], armed.firesAt <= deadline {
            timers.armed[timer]?.deadline = deadline
        } else {
            timers.armed[timer]?.task.cancel()
            schedule(timer, at: deadline)
        }
    }

    func cancel(_ timer: PeerStateMachine.Timer) {
        timers.armed.removeValue(forKey: timer)?.task.cancel()
        if timer.announcesRetry { timers.nextRetry = nil }
    }

    private func schedule(_ timer: PeerStateMachine.Timer, at deadline: NIODeadline) {
        let task = eventLoop.scheduleTask(deadline: deadline) { [weak self] in
            guard let self else { return }
            self.assumeIsolated { $0.fire(timer) }
        }
        timers.armed[timer] = ArmedTimer(deadline: deadline, firesAt: deadline, task: task)
    }

    private func fire(_ timer: PeerStateMachine.Timer) {
        guard let armed = timers.armed.removeValue(forKey: timer) else { return }
        guard armed.deadline <= .now() else {
            schedule(timer, at: armed.deadline)
            return
        }
        if timer.announcesRetry { timers.nextRetry = nil }
        switch timer {
        case .session(let id, let timer): submit(.session(id, .expired(timer)))
        case .connectRetry, .idleHold, .settle, .collision: submit(.expired(timer))
        }
    }
}

extension PeerStateMachine.Timer {
    /// Whether its end starts the next attempt.
    var announcesRetry: Bool { self == .connectRetry || self == .idleHold }
}
