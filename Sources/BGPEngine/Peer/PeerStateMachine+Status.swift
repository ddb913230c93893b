package import BGPTypes

extension PeerStateMachine {
    /// The state in RFC 4271's words: that of the connection that has come furthest.
    package var sessionState: SessionState {
        switch state {
        case .stopped, .pausing:
            return .idle
        case .running(let running):
            let states = running.connections.compactMap(\.session.sessionState)
            for candidate in [SessionState.established, .openConfirm, .openSent] where states.contains(candidate) {
                return candidate
            }
            return running.dial == .dialling ? .connect : .active
        }
    }

    /// What was agreed on, by the session that is up or about to be.
    package var negotiation: Negotiation? {
        guard case .running(let running) = state else { return nil }
        return running.established?.session.negotiation
            ?? running.connections.lazy.compactMap(\.session.negotiation).first
    }

    /// Takes another configuration while the peer is stopped, for a later `start`.
    package mutating func configure(_ configuration: PeerConfiguration) {
        guard state == .stopped else { return }
        self.configuration = configuration
    }

    /// Whether a connection is open and the peer's OPEN has not come on it.
    package func awaitsOpen(on id: ConnectionID) -> Bool {
        guard case .running(let running) = state else { return false }
        return running.connections.contains { $0.id == id && $0.session.sessionState == .openSent }
    }

    /// The connection that the state is about.
    package var foremostConnection: ConnectionID? {
        guard case .running(let running) = state else { return nil }
        let sessionState = sessionState
        return running.connections.first { $0.session.sessionState == sessionState }?.id
    }

    /// The connection whose session is up.
    package var establishedConnection: ConnectionID? {
        guard case .running(let running) = state else { return nil }
        return running.established?.id
    }
}
