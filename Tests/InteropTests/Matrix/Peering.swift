import BGPTypes
import TestSupport

/// How a router and a node are to talk: the value that both configurations are written from.
struct Peering: Hashable, Sendable {
    /// Whether the two are of one AS.
    enum Relation: Hashable, Sendable {
        case external
        case `internal`
    }

    /// Who opens the TCP connection.
    enum Opener: Hashable, Sendable {
        /// Both try, as in most racks.
        case both
        /// The node alone: it does not listen.
        case node
        /// The router alone: the node dials a port at which no one listens.
        case router
    }

    var relation = Relation.external
    /// Between which addresses the connection is.
    var transport = IPFamily.ipv4
    /// What the session carries.
    var families: [IPFamily] = [.ipv4, .ipv6]
    var opener = Opener.both
    /// AS numbers that do not fit into two octets, on both sides.
    var hasLongASNumbers = false
    var password: String?
    /// Both send with TTL 255 and take nothing less (RFC 5082).
    var hasTTLSecurity = false
    /// The node has no IPv4 address on the segment, so that IPv4 routes need an IPv6 next hop (RFC 8950).
    var nodeLacksIPv4 = false

    var nodeAS: UInt32 { hasLongASNumbers ? 4_200_000_001 : 65001 }
    var routerAS: UInt32 {
        switch relation {
        case .external: hasLongASNumbers ? 4_200_000_000 : 65000
        case .internal: nodeAS
        }
    }

    var nodeAddress: String { Self.nodeAddress(transport) }
    var routerAddress: String { transport == .ipv4 ? "10.0.0.254" : "fd00:1::254" }

    /// The next hop that the node gives to routes of a family.
    func nextHop(_ family: IPFamily) -> String { Self.nodeAddress(nodeLacksIPv4 ? .ipv6 : family) }

    /// The router and the node on one segment.
    var plan: [HostPlan] {
        let node = HostPlan.Link(
            segment: "lan",
            addresses: (nodeLacksIPv4 ? [] : ["10.0.0.1/24"]) + ["fd00:1::1/64"]
        )
        return [
            HostPlan("router", on: "lan", "10.0.0.254/24", "fd00:1::254/64"),
            HostPlan("node", links: [node]),
        ]
    }

    private static func nodeAddress(_ family: IPFamily) -> String { family == .ipv4 ? "10.0.0.1" : "fd00:1::1" }
}
