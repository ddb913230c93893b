package import Addressing
package import BGPWire

/// What both sides of a session agreed on, computed once from the two OPENs.
package struct Negotiation: Hashable, Sendable {
    /// The peer's AS, from its four-octet capability where it has one.
    package let remoteAS: ASNumber
    /// The peer's BGP Identifier.
    package let remoteRouterID: RouterID
    /// Whether the peer is in this node's AS.
    package let isInternal: Bool
    /// The lower of both hold times.
    package let holdTime: HoldTime
    /// How often to say KEEPALIVE; `nil` with hold time 0.
    package let keepaliveInterval: Duration?
    /// The families that both offered, in this node's order.
    package let families: [Family]
    /// Both know four-octet AS numbers (RFC 6793).
    package let fourOctetAS: Bool
    /// The peer answers and sends ROUTE-REFRESH (RFC 2918).
    package let routeRefresh: Bool
    /// IPv4 routes may carry IPv6 next hops (RFC 8950).
    package let extendedNextHop: Bool
    /// The peer's graceful restart capability (RFC 4724).
    package let remoteGracefulRestart: GracefulRestart?
    /// Both offered graceful restart, so the peer keeps this node's routes for a while when the connection breaks.
    package let gracefulRestart: Bool
    /// Both set the N bit: a NOTIFICATION alone does not withdraw routes, only a hard reset does (RFC 8538).
    package let restartOnNotification: Bool

    /// Compares the two OPENs; the peer's must have been validated.
    package init(configuration: PeerConfiguration, local: Open, remote: Open) {
        remoteAS = remote.asNumber
        remoteRouterID = remote.routerID
        isInternal = remote.asNumber == configuration.localAS
        holdTime = min(local.holdTime, remote.holdTime)
        keepaliveInterval = configuration.timers.keepaliveInterval(agreed: holdTime.rawValue)
        let offered = remote.families
        families = configuration.families.filter(offered.contains)
        fourOctetAS = local.fourOctetAS != nil && remote.fourOctetAS != nil
        routeRefresh = remote.has(.routeRefresh)
        extendedNextHop =
            local.extendedNextHops.contains(.ipv4OverIPv6) && remote.extendedNextHops.contains(.ipv4OverIPv6)
        remoteGracefulRestart = remote.gracefulRestart
        gracefulRestart = local.gracefulRestart != nil && remote.gracefulRestart != nil
        restartOnNotification =
            local.gracefulRestart?.notifications == true && remote.gracefulRestart?.notifications == true
    }
}
