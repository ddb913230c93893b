import BGPTypes
package import BGPWire

extension SessionStateMachine {
    /// OpenSent (RFC 4271 §8.2.2): what is known before the peer's OPEN.
    package struct OpenSent: Hashable, Sendable {
        /// The OPEN that was sent.
        package let localOpen: Open
    }

    mutating func handle(_ event: Event, in openSent: OpenSent) -> [Action] {
        switch event {
        case .received(.open(let open)):
            return receive(open, in: openSent)
        case .received(.notification(let error)):
            return end(.received(error, in: .openSent))
        case .received(let message):
            return fail(.unexpected(message.type, in: .openSent), in: .openSent)
        case .malformed(let error):
            return fail(error, in: .openSent)
        case .expired(.hold):
            return expireHoldTimer(in: .openSent)
        case .expired(.keepalive), .expired(.sendHold), .sent, .acknowledged:
            return []
        case .disconnected(let disconnection):
            return end(.disconnected(disconnection, in: .openSent))
        case .stop(let stop):
            return self.stop(stop, in: .openSent)
        }
    }

    /// Event 19: the peer's OPEN.
    private mutating func receive(_ open: Open, in openSent: OpenSent) -> [Action] {
        do throws(NotificationError) {
            try configuration.validate(open)
        } catch {
            return fail(error, in: .openSent, open: open)
        }
        let openConfirm = OpenConfirm(configuration: configuration, openSent: openSent, remoteOpen: open)
        state = .openConfirm(openConfirm)
        let negotiation = openConfirm.negotiation
        guard let keepaliveInterval = negotiation.keepaliveInterval else {
            return [.send(.keepalive), .cancel(.hold)]
        }
        return [
            .send(.keepalive), .arm(.keepalive, keepaliveInterval), .arm(.hold, negotiation.holdTime.duration),
        ]
    }
}
