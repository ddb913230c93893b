import BGPTypes
import BGPWire

extension FailureExplainer {
    /// Why no connection came about.
    func explain(_ failure: DialFailure) -> FailureExplanation {
        switch failure {
        case .refused:
            return FailureExplanation(
                .connectionRefused,
                seen: "\(router) refused the connection",
                cause: "no BGP runs there, a firewall rejects TCP \(peer.remotePort), or the router has no neighbor "
                    + "statement for this source address \(us)",
                fix: "start BGP there, or add: \(neighborStatement)"
            )
        case .timedOut(let dropped?):
            return explain(dropped)
        case .timedOut(nil):
            return explainTimeout()
        case .noRoute:
            return FailureExplanation(
                .noRoute,
                seen: "this node has no route to \(router)",
                cause: "peerAddress is wrong, or a route or an interface of the node is missing",
                fix: "compare peerAddress with: ip route get \(peer.remote.address)"
            )
        case .absentFromLink:
            return FailureExplanation(
                .unreachable,
                seen: "nothing answers at \(router) on the link of \(us)",
                cause: "the router is down, the address is wrong, or the VLAN or cable is",
                fix: "check the address, the link, and: ip neigh show \(peer.remote.address)"
            )
        case .unreachable where peer.outgoingTTL == 1:
            return FailureExplanation(
                .unreachable,
                seen: "\(router) is unreachable from \(us) with packets of TTL 1",
                cause: "the router is more than one hop away",
                fix: "set ebgpMultihop to the number of hops, and multihop for neighbor \(us) on the router"
            )
        case .unreachable:
            return FailureExplanation(
                .unreachable,
                seen: "a router on the way says that \(router) is unreachable from \(us)",
                cause: "the way ends there"
                    + (peer.outgoingTTL.map { ", or is longer than the \($0) hops that are allowed" } ?? ""),
                fix: "check the routes on the way: traceroute -T -p \(peer.remotePort) \(peer.remote.address)"
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
            return FailureExplanation(
                .outOfResources,
                seen: "this node ran out of memory or descriptors",
                cause: "the speaker's limits are too low for its peers",
                fix: "raise them"
            )
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

    /// What the kernel's counters give away about a silence.
    func explain(_ dropped: DroppedSegments) -> FailureExplanation {
        switch dropped {
        case .unsigned:
            FailureExplanation(
                .passwordMismatch,
                seen: "segments came without the expected TCP MD5 signature (TCPMD5NotFound)",
                cause: "\(router) has no password for \(us)",
                fix: "set the Secret's password for neighbor \(us) on the router"
            )
        case .signed:
            FailureExplanation(
                .passwordMismatch,
                seen: "segments came with a TCP MD5 signature that is not expected (TCPMD5Unexpected)",
                cause: "\(router) has a password for \(us), this peer has none",
                fix: "set authSecretRef, or remove the router's password"
            )
        case .wronglySigned:
            FailureExplanation(
                .passwordMismatch,
                seen: "segments came with a wrong TCP MD5 signature (TCPMD5Failure)",
                cause: "the router's password for \(us) differs from the Secret's",
                fix: "make them equal, and look for a trailing newline in the Secret"
            )
        case .tooDistant:
            FailureExplanation(
                .ttlMismatch,
                seen: "segments came with a lower TTL than ttlSecurity \(allowedHops) takes (TCPMinTTLDrop)",
                cause: "\(router) does not send to \(us) with TTL 255, or is further away",
                fix: "set ttl-security for neighbor \(us) on the router, or raise or remove ttlSecurity"
            )
        }
    }

    private var allowedHops: UInt8 { peer.lowestIncomingTTL.map { 255 - $0 + 1 } ?? 1 }

    /// A connection was made, but what this node then sends is not acknowledged: one direction's TTL is too low.
    private func explainUnacknowledged(in state: SessionState) -> FailureExplanation {
        let ttl = peer.outgoingTTL.map { "TTL \($0)" } ?? "the system's TTL"
        if state == .openConfirm {
            return FailureExplanation(
                .ttlMismatch,
                seen: "\(router) sent its OPEN but takes nothing that this node sends with \(ttl)",
                cause: "it has ttl-security for \(us) and drops what comes from further away than it allows",
                fix: peer.lowestIncomingTTL == nil
                    ? "set ttlSecurity to the number of hops, or remove ttl-security on the router"
                    : "allow more hops in the router's ttl-security"
            )
        }
        return FailureExplanation(
            .ttlMismatch,
            seen: "\(router) accepted the connection, then nothing came from it any more",
            cause: context.isOnLink
                ? "its ttl-security drops what this node sends with \(ttl), or the path loses packets"
                : "it sends to \(us) with TTL 1, or its ttl-security drops what this node sends with \(ttl)",
            fix: context.isOnLink
                ? "compare ttl-security on both sides, and check the path"
                : "set multihop for neighbor \(us) on the router, and compare ttl-security on both sides"
        )
    }

    /// Why a connection went away without a word.
    func explain(_ disconnection: Disconnection, in state: SessionState) -> FailureExplanation {
        switch (disconnection, state) {
        case (.closedByPeer, .openSent), (.resetByPeer, .openSent):
            if let rival = context.rival { return explainRival(rival, seen: Self.seenSilentClose(router)) }
            return FailureExplanation(
                .closedAfterOpen,
                seen: Self.seenSilentClose(router),
                cause: "it has no neighbor statement for this source address \(us), or not for AS \(peer.localAS)",
                fix: "add: \(neighborStatement)"
            )
        case (.closedByPeer, _):
            return FailureExplanation(
                .connectionClosed,
                seen: "\(router) closed the connection without a NOTIFICATION",
                cause: "its BGP process stopped or restarts",
                fix: "nothing need be done if it comes back; else look at the router's log"
            )
        case (.resetByPeer, _):
            return FailureExplanation(
                .connectionReset,
                seen: "\(router) reset the connection",
                cause: "the router or its BGP process restarted, or something on the way cut the connection",
                fix: "look at the router's log, and at firewalls that track connections"
            )
        case (.timedOut(let dropped?), _):
            return explain(dropped)
        case (.timedOut(nil), .openSent), (.timedOut(nil), .openConfirm):
            return explainUnacknowledged(in: state)
        case (.timedOut(nil), _):
            return FailureExplanation(
                .connectionTimedOut,
                seen: "\(router) acknowledged nothing more",
                cause: "the path broke, or the passwords changed on one side",
                fix: "check the link and the router"
            )
        case (.failed(let text), _):
            return FailureExplanation(
                .connectionFailed,
                seen: "the connection failed: \(text)",
                cause: "the node's network or the router is at fault",
                fix: "check the link and the router"
            )
        }
    }

    private static func seenSilentClose(_ router: String) -> String {
        "\(router) accepted the connection and closed it without an answer to OPEN"
    }

    /// Another program of this node has what this peer wants.
    func explainRival(_ rival: String, seen: String) -> FailureExplanation {
        FailureExplanation(
            .connectionCollision,
            seen: seen,
            cause: "another BGP speaker on this node has a session with it (\(rival)), as Calico and MetalLB do",
            fix: "find it with ss -tnp '( sport = :179 or dport = :179 )', and stop it or give this peer another "
                + "localAddress"
        )
    }

    /// Why nothing was heard for too long.
    func explainSilence(in state: SessionState, holdTime: HoldTime?) -> FailureExplanation {
        guard state != .openSent else {
            return FailureExplanation(
                .openTimedOut,
                seen: "\(router) accepted the connection but sends no OPEN",
                cause: "its BGP process hangs, or something else listens on port \(peer.remotePort)"
                    + (context.isOnLink ? "" : ", or it sends with TTL 1"),
                fix: context.isOnLink
                    ? "look at what listens there" : "look at what listens there, and set multihop for neighbor \(us)"
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
