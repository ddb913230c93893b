import BGPTypes
import TestSupport
import Testing

/// The rows of the interoperability table: what is tried with every router.
enum MatrixRow: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case externalIPv4 = "eBGP, IPv4 over IPv4"
    case externalIPv6 = "eBGP, IPv6 over IPv6"
    case externalBothOverIPv4 = "eBGP, both families over IPv4"
    case externalBothOverIPv6 = "eBGP, both families over IPv6"
    case internalIPv4 = "iBGP, IPv4 over IPv4"
    case internalIPv6 = "iBGP, IPv6 over IPv6"
    case internalBothOverIPv4 = "iBGP, both families over IPv4"
    case internalBothOverIPv6 = "iBGP, both families over IPv6"
    case extendedNextHop = "IPv4 with IPv6 next hops (RFC 8950)"
    case longASNumbersExternal = "4-byte AS on both sides, eBGP"
    case longASNumbersInternal = "4-byte AS on both sides, iBGP"
    case passwordDialled = "MD5, the node dials, IPv4"
    case passwordAccepted = "MD5, the router dials, IPv6"
    case ttlSecurity = "TTL security"
    case communities = "128 communities on a route (BIRD: 44), changed and removed"
    case refresh = "route refresh asked by the router"
    case reset = "reset by the router, told in our status"
    case nodeRestart = "speaker killed and back, no route lost"
    case routerRestart = "router stopped and back"
    case leaving = "configuration removed, routes gone at once"
    case tenThousand = "10,000 routes announced, changed, withdrawn"

    var testDescription: String { rawValue }

    /// What session the row is tried on.
    var peering: Peering {
        switch self {
        case .externalIPv4: Peering(families: [.ipv4])
        case .externalIPv6: Peering(transport: .ipv6, families: [.ipv6])
        case .externalBothOverIPv4: Peering()
        case .externalBothOverIPv6: Peering(transport: .ipv6)
        case .internalIPv4: Peering(relation: .internal, families: [.ipv4])
        case .internalIPv6: Peering(relation: .internal, transport: .ipv6, families: [.ipv6])
        case .internalBothOverIPv4: Peering(relation: .internal)
        case .internalBothOverIPv6: Peering(relation: .internal, transport: .ipv6)
        case .extendedNextHop: Peering(transport: .ipv6, nodeLacksIPv4: true)
        case .longASNumbersExternal: Peering(hasLongASNumbers: true)
        case .longASNumbersInternal: Peering(relation: .internal, hasLongASNumbers: true)
        case .passwordDialled: Peering(opener: .node, password: "s3cret-of-the-test")
        case .passwordAccepted: Peering(transport: .ipv6, opener: .router, password: "s3cret-of-the-test")
        case .ttlSecurity: Peering(hasTTLSecurity: true)
        case .communities, .refresh, .reset, .nodeRestart, .routerRestart, .leaving: Peering()
        case .tenThousand: Peering(families: [.ipv4])
        }
    }
}
