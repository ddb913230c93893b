import Addressing
import BGPWire

extension FailureContext {
    /// Why no connection came about.
    func explain(_ failure: DialFailure) -> FailureExplanation {
        switch failure {
        case .refused:
            return FailureExplanation(
                .connectionRefused,
                seen: "\(router) refused the connection",
                cause: "no BGP runs there, or it has no neighbor statement for this source address \(us)",
                fix: "start it, or add: neighbor \(us) remote-as \(peer.localAS)"
            )
        case .timedOut(let mismatch?):
            return explain(mismatch)
        case .timedOut(nil):
            return explainTimeout()
        case .unreachable:
            if peer.outgoingTTL == 1 {
                return FailureExplanation(
                    .unreachable,
                    seen: "\(router) is unreachable from \(us)",
                    cause: "there is no route, or the router is more than one hop away and packets leave with TTL 1",
                    fix: "check the route; for a router behind another one set ebgpMultihop"
                )
            }
            return FailureExplanation(
                .unreachable,
                seen: "\(router) is unreachable from \(us)",
                cause: "there is no route to it, or nobody answers at its address on the link",
                fix: "check the address, the node's routes and the link"
            )
        case .noSuchLocalAddress:
            return FailureExplanation(
                .localAddressMissing,
                seen: "the local address \(us) cannot be used",
                cause: "no interface of this node has it",
                fix: "correct localAddress in the override, or add the address to the node"
            )
        case .localAddressInUse:
            return FailureExplanation(
                .localAddressInUse,
                seen: "the local address \(us) is taken",
                cause: "another connection from it to \(router) exists",
                fix: "see whether another BGP speaker runs on this node: ss -tnp 'dport = :\(peer.remotePort)'"
            )
        case .noSuchInterface:
            return FailureExplanation(
                .sourceInterfaceMissing,
                seen: "the source interface \(peer.sourceInterface ?? peer.remote.zone ?? "") cannot be used",
                cause: "this node has no interface of that name",
                fix: "correct the interface in the peer's configuration"
            )
        case .notPermitted:
            return FailureExplanation(
                .notPermitted,
                seen: "the system did not permit the connection",
                cause: "the speaker lacks the capability NET_ADMIN or NET_RAW, or a local firewall rejects it",
                fix: "run it with the manifests of config/speaker, and check the node's firewall"
            )
        case .outOfResources:
            return explain(SessionStop.outOfResources)
        case .optionRefused(let option):
            return FailureExplanation(
                .socketOptionRefused,
                seen: "the kernel would not set \(option)",
                cause: "it was built without it, or the speaker lacks the capability NET_ADMIN",
                fix: "run the speaker with the manifests of config/speaker on a kernel that has it"
            )
        case .other(let text):
            return FailureExplanation(
                .connectionFailed,
                seen: "connecting to \(router) failed: \(text)",
                cause: "the node's network or the router is at fault",
                fix: "check both from the node: nc -vz \(peer.remote) \(peer.remotePort)"
            )
        }
    }

    /// Silence may be a firewall, a wrong address, or signatures that do not fit.
    private func explainTimeout() -> FailureExplanation {
        if peer.password != nil {
            return FailureExplanation(
                .connectionTimedOut,
                seen: "\(router) did not answer",
                cause: "the passwords differ or only this side has one, or a firewall drops TCP \(peer.remotePort)",
                fix: "compare the Secret with the router's password for \(us), then check firewalls on the way"
            )
        }
        return FailureExplanation(
            .connectionTimedOut,
            seen: "\(router) did not answer",
            cause: "a firewall drops TCP \(peer.remotePort), the address is wrong, or only the router has a password",
            fix: "check firewalls between \(us) and the router, its address, and its password for \(us)"
        )
    }

    private func explain(_ mismatch: SignatureMismatch) -> FailureExplanation {
        switch mismatch {
        case .missing:
            FailureExplanation(
                .passwordMismatch,
                seen: "segments came without the expected TCP MD5 signature (TCPMD5NotFound)",
                cause: "\(router) has no password for \(us)",
                fix: "set the Secret's password for neighbor \(us) on the router"
            )
        case .unexpected:
            FailureExplanation(
                .passwordMismatch,
                seen: "segments came with a TCP MD5 signature that is not expected (TCPMD5Unexpected)",
                cause: "\(router) has a password for \(us), this peer has none",
                fix: "set authSecretRef, or remove the router's password"
            )
        case .wrong:
            FailureExplanation(
                .passwordMismatch,
                seen: "segments came with a wrong TCP MD5 signature (TCPMD5Failure)",
                cause: "the router's password for \(us) differs from the Secret's",
                fix: "make them equal, and look for a trailing newline in the Secret"
            )
        }
    }

    /// Why a connection went away without a word.
    func explain(_ disconnection: Disconnection, in state: PeerState) -> FailureExplanation {
        switch (disconnection, state) {
        case (.closedByPeer, .openSent), (.resetByPeer, .openSent):
            FailureExplanation(
                .closedAfterOpen,
                seen: "\(router) accepted the connection and closed it without an answer to OPEN",
                cause: "it has no neighbor statement for this source address \(us), or it drops unknown hops by TTL",
                fix: "add: neighbor \(us) remote-as \(peer.localAS); compare multihop and ttl-security on both sides"
            )
        case (.closedByPeer, _):
            FailureExplanation(
                .connectionClosed,
                seen: "\(router) closed the connection without a NOTIFICATION",
                cause: "its BGP process stopped or restarts",
                fix: "nothing need be done if it comes back; else look at the router's log"
            )
        case (.resetByPeer, _):
            FailureExplanation(
                .connectionReset,
                seen: "\(router) reset the connection",
                cause: "the router or its BGP process restarted, or something on the way cut the connection",
                fix: "look at the router's log, and at firewalls that track connections"
            )
        case (.timedOut, _):
            FailureExplanation(
                .connectionTimedOut,
                seen: "\(router) acknowledged nothing more",
                cause: "the path broke, or the passwords changed on one side",
                fix: "check the link and the router"
            )
        case (.failed(let text), _):
            FailureExplanation(
                .connectionFailed,
                seen: "the connection failed: \(text)",
                cause: "the node's network or the router is at fault",
                fix: "check the link and the router"
            )
        }
    }

    /// Why nothing was heard for too long.
    func explainSilence(in state: PeerState, holdTime: HoldTime?) -> FailureExplanation {
        guard state != .openSent else {
            return FailureExplanation(
                .openTimedOut,
                seen: "\(router) accepted the connection but never sent its OPEN",
                cause: "its BGP process hangs, or something else listens on port \(peer.remotePort)",
                fix: "look at what listens there"
            )
        }
        return FailureExplanation(
            .holdTimerExpired,
            seen: "nothing came from \(router) for the hold time\(holdTime.map { " of \($0)" } ?? "")",
            cause: "the path broke, the router hangs, or a firewall began to drop TCP \(peer.remotePort)",
            fix: "check the link, the router's load, and firewalls between \(us) and the router"
        )
    }
}
