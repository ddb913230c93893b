package import BGPTypes
package import NIOCore

/// What stands in an MP_REACH_NLRI or MP_UNREACH_NLRI attribute for routes.
package enum MultiprotocolRoutes: Hashable, Sendable {
    /// Prefixes of a unicast family.
    case prefixes(NLRI)
    /// Routes of a family that this speaker does not know, unread.
    case opaque(ByteBuffer)

    /// No routes of a family.
    package static func none(_ family: RouteFamily) -> MultiprotocolRoutes {
        family.unicast.map { .prefixes(.none($0)) } ?? .opaque(ByteBuffer())
    }

    /// The octets as they are on the wire.
    package var bytes: ByteBuffer {
        switch self {
        case .prefixes(let nlri): nlri.bytes
        case .opaque(let bytes): bytes
        }
    }

    /// The prefixes; `nil` for a family that is not known.
    package var nlri: NLRI? {
        guard case .prefixes(let nlri) = self else { return nil }
        return nlri
    }
}

/// The next hop of a multiprotocol route (RFC 4760 §3, RFC 2545 §3, RFC 8950 §3).
package enum MultiprotocolNextHop: Hashable, Sendable {
    /// Four octets.
    case ipv4(IPv4Address)
    /// Sixteen octets, or thirty-two with a link-local address behind the global one.
    case ipv6(IPv6Address, linkLocal: IPv6Address? = nil)
    /// The next hop of a family that this speaker does not know, unread.
    case opaque([UInt8])

    /// The address to route to, the global one if there are two; `nil` if it was not read.
    package var address: IPAddress? {
        switch self {
        case .ipv4(let address): .v4(address)
        case .ipv6(let address, _): .v6(address)
        case .opaque: nil
        }
    }
}

/// MP_REACH_NLRI: routes of any family to use (RFC 4760 §3).
package struct MultiprotocolReachable: Hashable, Sendable {
    /// The family of the routes.
    package var family: RouteFamily
    /// Where to send their packets.
    package var nextHop: MultiprotocolNextHop
    package var routes: MultiprotocolRoutes

    /// Joins three parts.
    package init(family: RouteFamily, nextHop: MultiprotocolNextHop, routes: MultiprotocolRoutes) {
        self.family = family
        self.nextHop = nextHop
        self.routes = routes
    }
}

/// MP_UNREACH_NLRI: routes of any family to forget (RFC 4760 §4).
package struct MultiprotocolUnreachable: Hashable, Sendable {
    /// The family of the routes.
    package var family: RouteFamily
    /// The routes; none at all is the family's End-of-RIB (RFC 4724 §2).
    package var routes: MultiprotocolRoutes

    /// Joins the two.
    package init(family: RouteFamily, routes: MultiprotocolRoutes) {
        self.family = family
        self.routes = routes
    }
}
