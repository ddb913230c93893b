package import BGPTypes
import BGPWire

/// Everything a session needs to know about one configured neighbour.
package struct PeerConfiguration: Hashable, Sendable {
    /// The peer's name, unique within its instance.
    package var name: String
    /// Where the peer is; with a zone when the address is link-local.
    package var remote: ScopedAddress
    /// The port to dial.
    package var remotePort: UInt16
    /// The AS the peer must be in; 0 takes any.
    package var remoteAS: ASNumber
    /// The AS this node is in.
    package var localAS: ASNumber
    /// This node's BGP Identifier.
    package var routerID: RouterID
    /// The address to dial from; the kernel chooses when `nil`.
    package var localAddress: IPAddress?
    /// The interface to bind the connection to (`SO_BINDTODEVICE`).
    package var sourceInterface: String?
    /// Hold, keepalive and connect retry times.
    package var timers: PeerTimers
    /// The families to offer, in order and without repetition.
    package var families: [RouteFamily]
    /// How long the peer shall keep the routes while this node is away, 0 to 4095 seconds (RFC 4724).
    ///
    /// Graceful restart is not offered when `nil`.
    package var restartTime: UInt16?
    /// How long the peer may keep the routes beyond `restartTime`, 1 to 16777215 seconds (RFC 9494).
    ///
    /// Not offered when `nil`, nor without graceful restart, which it rests on.
    package var longLivedStaleTime: UInt32?
    /// How far away the peer may be.
    package var distance: PeerDistance
    /// The TCP MD5 password (RFC 2385).
    package var password: Password?
    /// Whether the peer must not come up without a password, known or not.
    package var needsPassword: Bool
    /// Waits for the peer to dial instead of dialling.
    package var isPassive: Bool
    /// The session ends with Cease/1 when a family has more received prefixes than this.
    package var prefixLimit: UInt32?

    /// A dialling peer on port 179 without options, with the timers of RFC 4271 §10's spirit.
    package init(
        name: String,
        remote: ScopedAddress,
        remotePort: UInt16 = 179,
        remoteAS: ASNumber,
        localAS: ASNumber,
        routerID: RouterID,
        localAddress: IPAddress? = nil,
        sourceInterface: String? = nil,
        timers: PeerTimers = PeerTimers(),
        families: [RouteFamily] = [.ipv4Unicast],
        restartTime: UInt16? = nil,
        longLivedStaleTime: UInt32? = nil,
        distance: PeerDistance = .adjacent,
        password: Password? = nil,
        needsPassword: Bool = false,
        isPassive: Bool = false,
        prefixLimit: UInt32? = nil
    ) {
        self.name = name
        self.remote = remote
        self.remotePort = remotePort
        self.remoteAS = remoteAS
        self.localAS = localAS
        self.routerID = routerID
        self.localAddress = localAddress
        self.sourceInterface = sourceInterface
        self.timers = timers
        self.families = families
        self.restartTime = restartTime
        self.longLivedStaleTime = longLivedStaleTime
        self.distance = distance
        self.password = password
        self.needsPassword = needsPassword
        self.isPassive = isPassive
        self.prefixLimit = prefixLimit
    }

    /// Whether the peer is known to be in this node's AS; one whose AS may be any counts as external.
    package var isInternal: Bool { remoteAS == localAS }

    /// The TTL or hop limit of the packets to send; `nil` leaves the system's default.
    ///
    /// An external peer is expected on the next link (RFC 4271 §5.1.3), so 1 unless the configuration says otherwise.
    package var outgoingTTL: UInt8? {
        switch distance {
        case .adjacent: isInternal ? nil : 1
        case .multihop(let hops): hops
        case .ttlSecurity: 255
        }
    }

    /// The lowest TTL or hop limit that a packet of the peer may have (RFC 5082); `nil` takes any.
    package var lowestIncomingTTL: UInt8? {
        guard case .ttlSecurity(let hops) = distance else { return nil }
        return 255 - (max(hops, 1) - 1)
    }
}

/// How far away a peer may be.
package enum PeerDistance: Hashable, Sendable {
    /// On the next link when external, anywhere when internal.
    case adjacent
    /// At most this many hops away, 1 to 255.
    case multihop(UInt8)
    /// At most this many hops away, proven by the TTL of what it sends (RFC 5082); 1 means a direct neighbour.
    case ttlSecurity(hops: UInt8)
}
