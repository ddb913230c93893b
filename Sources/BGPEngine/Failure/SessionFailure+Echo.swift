import BGPTypes
package import BGPWire

extension SessionFailure {
    /// What this failure adds to `previous` when it only follows from it: a clause such as `refuses new connections`.
    ///
    /// What comes first often says more than what comes after. A router that has closed a session for a reason it gave, or was
    /// given, pauses and turns new connections away without a word. One that hears nothing from this node hears no end of a
    /// connection either: it keeps that one for minutes and closes every newer one at once. And the kernel does not count
    /// dropped segments in every attempt. A person needs the reason, so it is not to be forgotten for what follows from it.
    /// `nil` when this failure is news.
    package func echo(of previous: SessionFailure) -> String? {
        switch self {
        case .disconnected(.closedByPeer, let state), .disconnected(.resetByPeer, let state):
            echo(ofClosingIn: state, previous)
        case .dial(.refused):
            previous.mayStopListening ? "it refuses new connections" : nil
        case .dial(.timedOut(nil)):
            previous.isCutOff || previous.hasEvidence ? "it does not answer new connections" : nil
        case .disconnected(.timedOut(nil), in: .openSent), .disconnected(.timedOut(nil), in: .openConfirm):
            previous.isCutOff || previous.hasEvidence ? "it acknowledges nothing on new connections" : nil
        case .openOverdue(nil), .holdTimerExpired(in: .openSent, _):
            previous.hasEvidence ? "no OPEN comes from it" : nil
        case .received(let error, let state) where state != .established:
            echo(ofTurningAway: error, previous)
        case .dial, .disconnected, .openOverdue, .holdTimerExpired, .sent, .received, .stopped, .heldDown, .notAdmitted:
            nil
        }
    }

    /// The connection ended before the session was up, without a word.
    private func echo(ofClosingIn state: SessionState, _ previous: SessionFailure) -> String? {
        let words = "it closes new connections without a word"
        switch (state, previous) {
        case (.openSent, .sent), (.openSent, .received), (.openSent, .disconnected(.timedOut, _)):
            return words
        case (.openSent, _) where previous.hasEvidence:
            return words
        case (.openConfirm, .received(let error, in: .established)) where error.code == .cease:
            return words
        case (.openConfirm, .disconnected(.timedOut, _)):
            return words
        default:
            return nil
        }
    }

    /// The peer said that it wants none of this connection, which it may say for another that it still holds.
    private func echo(ofTurningAway error: NotificationError, _ previous: SessionFailure) -> String? {
        switch (error.cease, previous) {
        case (.connectionCollisionResolution?, .disconnected(.timedOut, _)),
            (.connectionRejected?, .disconnected(.timedOut, _)), (.connectionRejected?, .sent):
            "it turns new connections away"
        case (.connectionRejected?, .received(let reason, _)) where reason.cease != .connectionRejected:
            "it turns new connections away"
        default:
            nil
        }
    }

    /// Whether a router may close its port for this.
    private var mayStopListening: Bool {
        switch self {
        case .received(let error, _): error.code == .cease
        case .disconnected(.closedByPeer, in: .established), .disconnected(.resetByPeer, in: .established): true
        default: false
        }
    }

    /// Whether a session was up and then one side heard nothing more: neither password nor TTL was wrong before.
    private var isCutOff: Bool {
        switch self {
        case .holdTimerExpired(in: .established, _), .disconnected(.timedOut, in: .established): true
        case .received(let error, in: .established): error.code == .holdTimerExpired
        default: false
        }
    }

    /// Whether the kernel gave away why nothing was heard.
    private var hasEvidence: Bool {
        switch self {
        case .dial(.timedOut(.some)), .disconnected(.timedOut(.some), _), .openOverdue(.some): true
        default: false
        }
    }
}

extension SessionFailure {
    /// How long after a session its end can still be the reason that a router turns connections away.
    ///
    /// Routers pause after a session: FRR for a second or more, GoBGP for half a minute, BIRD for as long as the session's
    /// routes take to go, up to a minute. At least the hold time, which is how long a router may not even know that the session
    /// has ended.
    package static func patience(afterHoldTime holdTime: HoldTime) -> Duration {
        max(holdTime.duration, HoldTime.standard.duration)
    }

    /// Whether the router refused or closed a connection before a session was up, for no reason that it gave.
    ///
    /// It does that for a node that it does not know, and for one that it knows while it pauses.
    package var isTurnedAway: Bool {
        switch self {
        case .dial(.refused): true
        case .disconnected(.closedByPeer, let state), .disconnected(.resetByPeer, let state): state != .established
        case .received(let error, let state):
            state != .established
                && (error.cease == .connectionRejected || error.cease == .connectionCollisionResolution)
        case .dial, .disconnected, .openOverdue, .holdTimerExpired, .sent, .stopped, .heldDown, .notAdmitted: false
        }
    }
}

extension SessionFailure {
    /// Whether a session that was up ended with this.
    package var endedSession: Bool {
        switch self {
        case .disconnected(_, in: .established), .holdTimerExpired(in: .established, _),
            .sent(_, in: .established, open: _), .received(_, in: .established), .stopped(_, in: .established):
            true
        case .dial, .disconnected, .openOverdue, .holdTimerExpired, .sent, .received, .stopped, .heldDown, .notAdmitted:
            false
        }
    }

    /// Whether this side ended a session that was up.
    var isHangUp: Bool {
        switch self {
        case .holdTimerExpired, .sent, .stopped: endedSession
        case .dial, .disconnected, .openOverdue, .received, .heldDown, .notAdmitted: false
        }
    }
}

extension FailureExplanation {
    /// The same with what was seen since, in one clause.
    package func followed(by echo: String) -> FailureExplanation {
        FailureExplanation(reason, seen: "\(seen); since then \(echo)", cause: cause, fix: fix)
    }
}
