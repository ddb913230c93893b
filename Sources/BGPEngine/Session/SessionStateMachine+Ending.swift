import BGPTypes
import BGPWire

extension SessionStateMachine {
    /// The peer must be told that something is wrong with what it sent.
    mutating func fail(_ error: NotificationError, in sessionState: SessionState, open: Open? = nil) -> [Action] {
        state = .closed
        return [.send(.notification(error)), .close(.sent(error, in: sessionState, open: open))]
    }

    /// Nothing more can be said: the peer closed, or it said why it will.
    mutating func end(_ failure: SessionFailure) -> [Action] {
        state = .closed
        return [.close(failure)]
    }

    /// The connection went away while the session was up.
    ///
    /// A peer that has never acknowledged the KEEPALIVE is still in OpenConfirm, where a router ends up that takes what comes
    /// from further away than it allows until it has accepted the connection, and not a segment more.
    mutating func end(_ disconnection: Disconnection) -> [Action] {
        if case .timedOut = disconnection, !isHeard { return end(.disconnected(disconnection, in: .openConfirm)) }
        return end(.disconnected(disconnection, in: .established))
    }

    /// Event 10.
    mutating func expireHoldTimer(in sessionState: SessionState) -> [Action] {
        let holdTime = negotiation?.holdTime
        state = .closed
        return [
            .send(.notification(.holdTimerExpired)), .close(.holdTimerExpired(in: sessionState, holdTime: holdTime)),
        ]
    }

    /// Events 2 and 8: this side ends the session, with the word that fits.
    mutating func stop(_ stop: SessionStop, in sessionState: SessionState) -> [Action] {
        let keepsOverNotification = negotiation?.restartOnNotification == true
        state = .closed
        let failure: SessionFailure? = stop.isFailure ? .stopped(stop, in: sessionState) : nil
        guard let notification = stop.notification else { return [.close(failure)] }
        let isHard = stop.isFinal && keepsOverNotification && sessionState == .established
        return [.send(.notification(isHard ? notification.asHardReset : notification)), .close(failure)]
    }

    /// Event 11, with the interval unchanged: jitter belongs to the one who keeps the time.
    func sendKeepalive(_ negotiation: Negotiation) -> [Action] {
        guard let interval = negotiation.keepaliveInterval else { return [] }
        return [.send(.keepalive), .arm(.keepalive, interval)]
    }

    /// The peer was heard.
    func restartHoldTimer(_ negotiation: Negotiation) -> [Action] {
        negotiation.holdTime == .zero ? [] : [.arm(.hold, negotiation.holdTime.duration)]
    }

    /// Puts the send hold timer off, unless nothing keeps the session alive anyway (RFC 9687 §3.3).
    func restartSendHoldTimer(_ negotiation: Negotiation) -> [Action] {
        guard negotiation.holdTime != .zero else { return [] }
        return [.arm(.sendHold, max(.seconds(480), negotiation.holdTime.duration * 2))]
    }
}
