import BGPTypes
import BGPWire

extension SessionFailure {
    /// The words for this evidence, given what is configured and what is known of the node.
    package func explanation(for peer: PeerConfiguration, in context: FailureContext) -> FailureExplanation {
        let explainer = FailureExplainer(peer: peer, context: context)
        if let age = context.sinceSession, context.rival == nil, isTurnedAway {
            return explainer.explainPause(self, age)
        }
        switch self {
        case .dial(let failure): return explainer.explain(failure)
        case .disconnected(let disconnection, let state): return explainer.explain(disconnection, in: state)
        case .openOverdue(let dropped?): return explainer.explain(dropped)
        case .openOverdue(nil): return explainer.explainSilence(in: .openSent, holdTime: nil)
        case .holdTimerExpired(let state, let holdTime): return explainer.explainSilence(in: state, holdTime: holdTime)
        case .sent(let error, _, let open): return explainer.explain(sent: error, open: open)
        case .received(let error, let state): return explainer.explain(received: error, in: state)
        case .stopped(let stop, _): return explainer.explain(stop)
        case .heldDown(let heldDown): return explainer.explain(heldDown)
        case .notAdmitted(let failure): return failure.explanation(for: "connections from \(peer.remote)")
        }
    }
}

/// The names that explanations use.
struct FailureExplainer {
    let peer: PeerConfiguration
    let context: FailureContext

    /// The peer's address with its port when it is not BGP's own.
    var router: String {
        let address = peer.remote.description
        guard peer.remotePort != 179 else { return address }
        return peer.remote.address.family == .ipv6 ? "[\(address)]:\(peer.remotePort)" : "\(address):\(peer.remotePort)"
    }

    /// The local address as known, else a description of it.
    var us: String { context.localAddress ?? peer.localAddress?.description ?? "this node's address" }

    /// What to add on the router to be known there.
    var neighborStatement: String {
        "neighbor \(us) remote-as \(peer.localAS)" + (context.isOnLink || peer.isInternal ? "" : " with multihop")
    }

    /// Why a router that had a session a moment ago turns connections away: it knows this node, so nothing is missing on it.
    func explainPause(_ failure: SessionFailure, _ age: Duration) -> FailureExplanation {
        let seconds = max(1, age.components.seconds)
        var seen = "the router has not accepted the new connection yet (the session was up \(seconds)s ago)"
        if case .received(let error, in: _) = failure { seen += ": it answered \(error.summary)" }
        return FailureExplanation(
            .notAcceptedYet,
            seen: seen,
            cause: "routers pause when a session has ended",
            fix: peer.isPassive ? "nothing need be done: it dials again" : "nothing need be done: it is dialled again"
        )
    }

    /// Why the peer is kept down.
    func explain(_ heldDown: HeldDown) -> FailureExplanation {
        switch heldDown {
        case .authSecretMissing(let name):
            FailureExplanation(
                .authSecretMissing,
                seen: "the peer is kept down: Secret \"\(name)\" is missing or has no key \"password\"",
                cause: "authSecretRef names it, and there is never a session without the password",
                fix: "create it in the speaker's namespace, or remove authSecretRef"
            )
        case .authSecretUnusable(let name, let fault):
            FailureExplanation(
                .authSecretUnusable,
                seen: "the peer is kept down: the password in Secret \"\(name)\" \(fault.words)",
                cause: "authSecretRef names it, and there is never a session without the password",
                fix: "set a password of 1 to \(Password.longest) octets there and on the router"
            )
        case .missingPeerConfig(let name):
            FailureExplanation(
                .missingPeerConfig,
                seen: "the peer is kept down: BGPPeerConfig \"\(name)\" does not exist",
                cause: "peerConfigRef names it, and it may hold the session's password",
                fix: "create it, or correct peerConfigRef"
            )
        case .invalidConfiguration(let message):
            FailureExplanation(
                .invalidConfiguration,
                seen: "the peer is kept down: \(message)",
                cause: "its configuration cannot be used as it stands",
                fix: "correct the peer's configuration"
            )
        }
    }

    /// Why this side ended the session.
    func explain(_ stop: SessionStop) -> FailureExplanation {
        switch stop {
        case .prefixLimit(let family, let limit):
            FailureExplanation(
                .prefixLimitExceeded,
                seen: "\(router) sent more than \(limit) prefixes of \(family)",
                cause: "the peer's prefixLimit is \(limit)",
                fix: "filter what the router sends to \(us), or raise prefixLimit"
            )
        case .outOfResources:
            FailureExplanation(
                .outOfResources,
                seen: "\(router) sent so many prefixes that this node cannot even count them",
                cause: "all peers together filled the memory for received routes, and this one has most of it",
                fix: "filter what the router sends to \(us), set prefixLimit, or raise --received-routes-memory"
            )
        case .sendHoldTimerExpired:
            FailureExplanation(
                .sendHoldTimerExpired,
                seen: "\(router) took nothing that was sent to it for longer than it may",
                cause: "the router is overloaded, or the path loses large packets",
                fix: "look at the router's load and at the MTU between \(us) and \(router)"
            )
        case .collision, .replaced:
            FailureExplanation(
                .connectionCollision,
                seen: "two connections with \(router) were open at once",
                cause: "both sides dialled",
                fix:
                    "nothing need be done when the session is up; else see whether another BGP speaker runs on this node"
            )
        case .leaving, .reset, .deconfigured, .configurationChanged, .heldDown, .restarting:
            FailureExplanation(
                .configurationChanged,
                seen: "this node closed the session",
                cause: "its configuration or an operator asked for it",
                fix: "nothing need be done"
            )
        }
    }
}
