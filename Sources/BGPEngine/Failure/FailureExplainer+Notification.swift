import BGPTypes
import BGPWire

extension FailureExplainer {
    /// Why this side refused what the peer sent.
    func explain(sent error: NotificationError, open: Open?) -> FailureExplanation {
        let seen = "this node answered \(router) with \(error.summary)"
        switch (error.code, error.subcode) {
        case (.openMessage, 2):
            let theirs = open.map { "\($0.asNumber)" } ?? "another one"
            return FailureExplanation(
                .badPeerAS,
                seen: seen,
                cause: "the router is in AS \(theirs), peerASN is \(peer.remoteAS)",
                fix: "set peerASN to \(theirs), or correct the router"
            )
        case (.openMessage, 3):
            return FailureExplanation(
                .badRouterID,
                seen: seen,
                cause: "the router and this node have the same router id \(peer.routerID) in one AS",
                fix: "set another routerID in the node's override, or correct the router"
            )
        case (.openMessage, 7):
            return FailureExplanation(
                .unsupportedCapability,
                seen: seen,
                cause: "the router offers none of the families \(list(peer.families))"
                    + (open.map { ", but \(list($0.families))" } ?? ""),
                fix: "activate a family for neighbor \(us) on the router, or change the peer's families"
            )
        case (.openMessage, 4):
            return FailureExplanation(
                .openRefused,
                seen: seen,
                cause: "the router's OPEN has an optional parameter that is no list of capabilities",
                fix: "look for old options of neighbor \(us) on the router, such as authentication in the OPEN"
            )
        case (.openMessage, 6):
            return FailureExplanation(
                .unacceptableHoldTime,
                seen: seen,
                cause: "the router proposed a hold time of 1 or 2 seconds",
                fix: "set 0 or at least 3 seconds on the router"
            )
        case (.openMessage, 1):
            return FailureExplanation(
                .unsupportedVersion,
                seen: seen,
                cause: "the router does not speak BGP version 4",
                fix: "look at what listens there"
            )
        default:
            return FailureExplanation(
                reason(of: error),
                seen: seen,
                cause: "the router sent something that the protocol does not allow",
                fix: "look at the router's log; report this with a capture of the session if the router is right"
            )
        }
    }

    /// Why the peer closed, as it said.
    func explain(received error: NotificationError, in state: SessionState) -> FailureExplanation {
        let inner = error.insideHardReset ?? error
        let seen = "\(router) answered \(error.summary)"
        switch (inner.code, inner.subcode) {
        case (.openMessage, 2):
            return FailureExplanation(
                .badPeerAS,
                seen: seen,
                cause: "it expects another AS from \(us), this node is \(peer.localAS)",
                fix: "set neighbor \(us) remote-as \(peer.localAS) on the router, or correct localASN"
            )
        case (.openMessage, 3):
            return FailureExplanation(
                .badRouterID,
                seen: seen,
                cause: "it has the router id \(peer.routerID) itself, or knows another neighbor with it",
                fix: "set another routerID in the node's override"
            )
        case (.openMessage, 6):
            return FailureExplanation(
                .unacceptableHoldTime,
                seen: seen,
                cause: "it does not accept a hold time of \(peer.timers.holdTime) seconds",
                fix: "change holdTimeSeconds, or the router's minimum"
            )
        case (.openMessage, 7):
            return explainCapabilities(inner, seen: seen)
        case (.openMessage, 11):
            return FailureExplanation(
                .openRefused,
                seen: seen,
                cause: "it wants this node to say a BGP role (RFC 9234), and this node says none",
                fix: "remove the role of neighbor \(us) on the router, or its strict mode"
            )
        case (.openMessage, 1):
            return FailureExplanation(
                .unsupportedVersion,
                seen: seen,
                cause: inner.namedVersion.flatMap { $0 == 4 ? nil : "it speaks BGP version \($0), and not 4" }
                    ?? "it does not speak BGP version 4",
                fix: "look at what listens there"
            )
        case (.openMessage, 4):
            return FailureExplanation(
                .openRefused,
                seen: seen,
                cause: "it does not understand capabilities (RFC 5492), which this node cannot do without",
                fix: "update the router, or look for an option that switches capabilities off for neighbor \(us)"
            )
        case (.openMessage, 5):
            return FailureExplanation(
                .authenticationFailed,
                seen: seen,
                cause: "it asks for authentication in the OPEN, which RFC 4271 withdrew and this node does not do",
                fix: "use a TCP MD5 password instead: authSecretRef here, password for neighbor \(us) there"
            )
        case (.cease, _):
            return explainCease(inner, seen: seen, in: state)
        case (.holdTimerExpired, _):
            return FailureExplanation(
                .holdTimerExpired,
                seen: seen,
                cause: "it heard nothing from this node for the hold time: the path broke, or this node was too busy",
                fix: "check the link, firewalls, and the speaker's CPU limits"
            )
        default:
            return FailureExplanation(
                reason(of: inner),
                seen: seen,
                cause: "the router does not accept \(unaccepted(by: inner))",
                fix: "look at the router's log; report this with a capture of the session if this node is wrong"
            )
        }
    }

    private func explainCease(_ error: NotificationError, seen: String, in state: SessionState) -> FailureExplanation {
        let turnsAway: [NotificationError.Cease?] = [.connectionCollisionResolution, .connectionRejected]
        if let rival = context.rival, turnsAway.contains(error.cease) {
            return explainRival(rival, seen: seen)
        }
        return explainOwnCease(error, seen: seen, in: state)
    }

    private func explainOwnCease(_ error: NotificationError, seen: String, in state: SessionState) -> FailureExplanation
    {
        switch error.cease ?? .administrativeShutdown {
        case .maximumPrefixes:
            FailureExplanation(
                .prefixLimitExceeded,
                seen: seen,
                cause: "this node announces more prefixes than the router takes"
                    + (error.namedPrefixLimit.map { ": \($0.limit) of \($0.family)" } ?? ""),
                fix: "raise maximum-prefix for neighbor \(us) on the router, or announce less"
            )
        case .administrativeShutdown:
            FailureExplanation(
                .administrativeShutdown,
                seen: seen,
                cause: "someone shut the session down on the router",
                fix: "ask its operator; the session comes up by itself once it is enabled there"
            )
        case .administrativeReset:
            FailureExplanation(
                .administrativeReset,
                seen: seen,
                cause: "someone reset the session on the router",
                fix: "nothing need be done"
            )
        case .peerDeconfigured where state != .established && context.sinceSession == nil:
            FailureExplanation(
                .peerDeconfigured,
                seen: seen,
                cause: "the router has no neighbor statement for \(us)",
                fix: "add: \(neighborStatement)"
            )
        case .peerDeconfigured:
            FailureExplanation(
                .peerDeconfigured,
                seen: seen,
                cause: "the neighbor statement for \(us) was removed from the router",
                fix: "add: \(neighborStatement)"
            )
        case .connectionRejected where state == .established:
            // It had a neighbor statement until now.
            FailureExplanation(
                .connectionRejected,
                seen: seen,
                cause: "the router does not want a connection now",
                fix: "look at the router's log; it is dialled again meanwhile"
            )
        case .connectionRejected:
            FailureExplanation(
                .connectionRejected,
                seen: seen,
                cause: "the router has no neighbor statement for \(us), or does not want a connection now",
                fix: "add: \(neighborStatement)"
            )
        case .otherConfigurationChange:
            FailureExplanation(
                .configurationChanged,
                seen: seen,
                cause: "the router's configuration changed",
                fix: "nothing need be done"
            )
        case .connectionCollisionResolution:
            FailureExplanation(
                .connectionCollision,
                seen: seen,
                cause: "the router already has a connection with \(us): both dialled, or another BGP speaker runs here",
                fix: "if it stays so, look for another speaker on this node: ss -tnp '( sport = :179 or dport = :179 )'"
            )
        case .outOfResources:
            FailureExplanation(
                .peerOutOfResources,
                seen: seen,
                cause: "the router has no memory or sessions left",
                fix: "free some on the router"
            )
        case .bfdDown:
            FailureExplanation(
                .bfdDown,
                seen: seen,
                cause: "the router runs BFD for this session and it is down; this node does not run BFD",
                fix: "remove bfd from neighbor \(us) on the router"
            )
        default:
            FailureExplanation(
                .ceased,
                seen: seen,
                cause: "the router gave no reason",
                fix: "look at the router's log"
            )
        }
    }

    private func reason(of error: NotificationError) -> FailureReason {
        switch error.code {
        case .openMessage: .openRefused
        case .updateMessage: .updateError
        case .stateMachine: .stateMachineError
        case .holdTimerExpired: .holdTimerExpired
        case .sendHoldTimerExpired: .sendHoldTimerExpired
        case .cease: .ceased
        default: .messageError
        }
    }

    func list(_ families: [RouteFamily]) -> String {
        families.map(\.description).joined(separator: ", ")
    }
}
