import BGPTypes

/// What a setting of a session is when it is absent.
package enum SessionDefault {
    /// The TCP port of BGP (RFC 4271 §4).
    package static let peerPort = 179
    /// Seconds between attempts to connect (RFC 4271 §10).
    package static let connectRetryTimeSeconds = 120
    /// Seconds of silence until a peer is considered down (RFC 4271 §10).
    package static let holdTimeSeconds = 90
    /// Seconds between KEEPALIVE messages, at most a third of the hold time (RFC 4271 §10).
    package static let keepAliveTimeSeconds = 30
    /// Seconds the peer keeps our routes while the speaker restarts.
    package static let restartTimeSeconds = 120
    /// Hops to an external peer.
    package static let ebgpMultihop = 1
}

extension BGPPeerConfig.Spec {
    /// The TCP port that is dialled.
    package var effectivePeerPort: Int { transport?.peerPort ?? SessionDefault.peerPort }

    /// Seconds between attempts to connect.
    package var effectiveConnectRetryTimeSeconds: Int {
        timers?.connectRetryTimeSeconds ?? SessionDefault.connectRetryTimeSeconds
    }

    /// Seconds of silence until the peer is considered down.
    package var effectiveHoldTimeSeconds: Int { timers?.holdTimeSeconds ?? SessionDefault.holdTimeSeconds }

    /// Seconds between KEEPALIVE messages.
    package var effectiveKeepAliveTimeSeconds: Int {
        timers?.keepAliveTimeSeconds
            ?? min(SessionDefault.keepAliveTimeSeconds, max(1, effectiveHoldTimeSeconds / 3))
    }

    /// Seconds the peer keeps our routes while the speaker restarts; `nil` when graceful restart is off.
    package var effectiveRestartTimeSeconds: Int? {
        guard let gracefulRestart, gracefulRestart.enabled else { return nil }
        return gracefulRestart.restartTimeSeconds ?? SessionDefault.restartTimeSeconds
    }

    /// Seconds the peer may keep our routes beyond that; `nil` when graceful restart is off or says nothing of it.
    package var effectiveLongLivedStaleTimeSeconds: Int? {
        effectiveRestartTimeSeconds == nil ? nil : gracefulRestart?.longLivedStaleTimeSeconds
    }

    /// Hops to an external peer.
    package var effectiveEBGPMultihop: Int { ebgpMultihop ?? SessionDefault.ebgpMultihop }

    /// The families the session carries, in the user's order.
    package var effectiveFamilies: [BGPPeerConfig.FamilyEntry] {
        families.isEmpty
            ? [
                BGPPeerConfig.FamilyEntry(afi: .ipv6, safi: .unicast),
                BGPPeerConfig.FamilyEntry(afi: .ipv4, safi: .unicast),
            ] : families
    }
}
