package import BGPTypes
package import BGPWire

/// What both sides of a session agreed on, computed once from the two OPENs.
package struct Negotiation: Hashable, Sendable {
    /// What encoding and decoding depend on: families, AS number size, message limits.
    package let wire: WireContext
    /// The peer's AS, from its four-octet capability where it has one.
    package let remoteAS: ASNumber
    /// The peer's BGP Identifier.
    package let remoteRouterID: RouterID
    /// The lower of both hold times.
    package let holdTime: HoldTime
    /// How often to say KEEPALIVE; `nil` with hold time 0.
    package let keepaliveInterval: Duration?
    /// The graceful restart capability that was offered (RFC 4724).
    package let localGracefulRestart: GracefulRestart?
    /// The peer's graceful restart capability (RFC 4724).
    package let remoteGracefulRestart: GracefulRestart?

    /// How long this side asked its routes to be kept beyond that; `nil` when it did not (RFC 9494).
    package let localLongLivedStaleTime: UInt32?
    /// The shortest time for which the peer asks its routes to be kept beyond that; `nil` when it does not (RFC 9494).
    package let remoteLongLivedStaleTime: UInt32?

    /// Compares the two OPENs; the peer's must have been validated.
    package init(configuration: PeerConfiguration, local: Open, remote: Open) {
        wire = WireContext.negotiate(local: local, remote: remote)
        remoteAS = remote.asNumber
        remoteRouterID = remote.routerID
        holdTime = min(local.holdTime, remote.holdTime)
        keepaliveInterval = configuration.timers.keepaliveInterval(agreed: holdTime.rawValue)
        localGracefulRestart = local.gracefulRestart
        remoteGracefulRestart = remote.gracefulRestart
        localLongLivedStaleTime = local.longLivedStaleTime
        remoteLongLivedStaleTime = remote.longLivedStaleTime
    }

    /// The families that both offered, in ascending order.
    package var families: [RouteFamily] { wire.families }

    /// A new connection of the peer means that the old one is over, since it restarts gracefully: it offered that for a family
    /// (RFC 4724 §4.2, and §5 for "one or more AFIs/SAFIs": routers that only keep the routes of others offer it for none).
    package var peerTakesOver: Bool { remoteGracefulRestart?.families.isEmpty == false }

    /// Both set the N bit: a NOTIFICATION alone does not withdraw routes, only a hard reset does (RFC 8538).
    package var restartOnNotification: Bool {
        localGracefulRestart?.notifications == true && remoteGracefulRestart?.notifications == true
    }
}

extension Open {
    /// The shortest stale time of all families; the capability counts only beside graceful restart (RFC 9494 §4.1).
    fileprivate var longLivedStaleTime: UInt32? {
        gracefulRestart == nil ? nil : longLivedGracefulRestart.map(\.staleTime).min()
    }
}
