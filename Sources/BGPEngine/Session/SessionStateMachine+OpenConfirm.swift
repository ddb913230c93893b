import BGPTypes
package import BGPWire

extension SessionStateMachine {
    /// OpenConfirm (RFC 4271 §8.2.2): what is known once the peer's OPEN is accepted.
    package struct OpenConfirm: Hashable, Sendable {
        /// The peer's OPEN.
        package let remoteOpen: Open
        /// What follows from both OPENs.
        package let negotiation: Negotiation

        init(configuration: PeerConfiguration, openSent: OpenSent, remoteOpen: Open) {
            self.remoteOpen = remoteOpen
            negotiation = Negotiation(
                configuration: configuration,
                local: openSent.localOpen,
                remote: remoteOpen
            )
        }
    }

    mutating func handle(_ event: Event, in openConfirm: OpenConfirm) -> [Action] {
        switch event {
        case .received(.keepalive):
            let established = Established(openConfirm)
            state = .established(established)
            return restartHoldTimer(established.negotiation) + restartSendHoldTimer(established.negotiation)
                + [.established(established.negotiation)]
        case .received(.notification(let error)):
            return end(.received(error, in: .openConfirm))
        case .received(let message):
            return fail(.unexpected(message.type, in: .openConfirm), in: .openConfirm)
        case .malformed(let error):
            return fail(error, in: .openConfirm)
        case .expired(.hold):
            return expireHoldTimer(in: .openConfirm)
        case .expired(.keepalive):
            return sendKeepalive(openConfirm.negotiation)
        case .expired(.sendHold), .sent, .acknowledged:
            return []
        case .disconnected(let disconnection):
            return end(.disconnected(disconnection, in: .openConfirm))
        case .stop(let stop):
            return self.stop(stop, in: .openConfirm)
        }
    }
}
