/// An address family and subsequent address family, as the resources name them (RFC 4760).
///
/// Only `ipv4/unicast` and `ipv6/unicast` carry routes of ours; the others are negotiated at most.
package struct AddressFamily: Codable, Hashable, Sendable {
    /// What kind of addresses.
    package var afi: AddressFamilyIdentifier
    /// Which use of them.
    package var safi: SubsequentAddressFamilyIdentifier

    /// Names a family.
    package init(afi: AddressFamilyIdentifier, safi: SubsequentAddressFamilyIdentifier) {
        self.afi = afi
        self.safi = safi
    }

    /// IPv4 routes.
    package static let ipv4Unicast = AddressFamily(afi: .ipv4, safi: .unicast)
    /// IPv6 routes.
    package static let ipv6Unicast = AddressFamily(afi: .ipv6, safi: .unicast)
}

extension AddressFamily: Comparable, CustomStringConvertible {
    /// In the order of the schema's enums.
    package static func < (left: AddressFamily, right: AddressFamily) -> Bool {
        left.order < right.order
    }

    private var order: (Int, Int) {
        (
            AddressFamilyIdentifier.allCases.firstIndex(of: afi) ?? 0,
            SubsequentAddressFamilyIdentifier.allCases.firstIndex(of: safi) ?? 0
        )
    }

    /// `ipv4/unicast`.
    package var description: String { "\(afi.rawValue)/\(safi.rawValue)" }
}

/// The kind of addresses of a family.
package enum AddressFamilyIdentifier: String, ListedValue {
    case ipv4
    case ipv6
    case l2vpn
    case ls
    case opaque
}

/// The use of the addresses of a family.
package enum SubsequentAddressFamilyIdentifier: String, ListedValue {
    case unicast
    case multicast
    case mplsLabel = "mpls_label"
    case encapsulation
    case vpls
    case evpn
    case ls
    case segmentRoutingPolicy = "sr_policy"
    case mobileUserPlane = "mup"
    case mplsVPN = "mpls_vpn"
    case mplsVPNMulticast = "mpls_vpn_multicast"
    case routeTargetConstraints = "route_target_constraints"
    case flowSpecUnicast = "flowspec_unicast"
    case flowSpecVPN = "flowspec_vpn"
    case keyValue = "key_value"
}
