import BGPTypes
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

    /// What a session does that is up and stays as it is; `nil` when the event is not of that kind.
    ///
    /// Nearly all that ever happens is of that kind, a million times for the routes of the Internet.
    func routine(_ event: Event) -> [Action]? {
        guard case .established(let established) = state else { return nil }
        switch event {
        case .received(.update(let update)) where update.resetError == nil:
            return restartHoldTimer(established.negotiation) + [.deliver(update)]
        case .received(.keepalive):
            return restartHoldTimer(established.negotiation)
        case .sent:
            return restartSendHoldTimer(established.negotiation)
        default:
            return nil
        }
    }

    mutating func handle(_ event: Event, in established: Established) -> [Action] {
        if let actions = routine(event) { return actions }
        switch event {
        case .received(.update(let update)):
            // Routine, unless a fault is too grave to live with (event 28, RFC 7606 §2).
            return update.resetError.map { fail($0, in: .established) } ?? []
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
        case .received(.keepalive), .sent, .acknowledged:
            // Routine.
            return []
        case .disconnected(let disconnection):
            return end(disconnection)
        case .stop(let stop):
            return self.stop(stop, in: .established)
        }
    }

    /// A request is answered for the families agreed on; marks and unknown subtypes are ignored (RFC 7313 §5).
    private func answer(_ refresh: RouteRefresh, in established: Established) -> [Action] {
        guard refresh.subtype == .request, established.negotiation.families.contains(refresh.family) else { return [] }
        return [.repeatRoutes(refresh.family)]
    }
}
