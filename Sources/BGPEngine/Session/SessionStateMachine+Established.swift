import BGPWire

extension SessionStateMachine {
    /// Established (RFC 4271 §8.2.2): the session is up.
    package struct Established: Hashable, Sendable {
        /// What follows from both OPENs.
        package let negotiation: Negotiation

        init(_ openConfirm: OpenConfirm) {
            negotiation = openConfirm.negotiation
        }
    }

    mutating func handle(_ event: Event, in established: Established) -> [Action] {
        switch event {
        case .received(.update(let update)):
            return receive(update, in: established)
        case .received(.keepalive):
            return restartHoldTimer(established.negotiation)
        case .received(.routeRefresh(let refresh)):
            return restartHoldTimer(established.negotiation) + answer(refresh, in: established)
        case .received(.notification(let error)):
            return end(.received(error, in: .established))
        case .received(.open):
            return fail(.unexpected(.open, in: .established), in: .established)
        case .malformed(let error):
            return fail(error, in: .established)
        case .expired(.hold):
            return expireHoldTimer(in: .established)
        case .expired(.keepalive):
            return sendKeepalive(established.negotiation)
        case .expired(.sendHold):
            return self.stop(.sendHoldTimerExpired, in: .established)
        case .sent:
            return restartSendHoldTimer(established.negotiation)
        case .disconnected(let disconnection):
            return end(.disconnected(disconnection, in: .established))
        case .stop(let stop):
            return self.stop(stop, in: .established)
        }
    }

    /// Event 27, or 28 when a fault is too grave to live with (RFC 7606 §2).
    private mutating func receive(_ update: UpdateMessage, in established: Established) -> [Action] {
        if let error = update.resetError { return fail(error, in: .established) }
        return restartHoldTimer(established.negotiation) + [.deliver(update)]
    }

    /// A request is answered for the families agreed on; marks and unknown subtypes are ignored (RFC 7313 §5).
    private func answer(_ refresh: RouteRefresh, in established: Established) -> [Action] {
        guard refresh.subtype == .request, established.negotiation.families.contains(refresh.family) else { return [] }
        return [.repeatRoutes(refresh.family)]
    }
}
