import PlainText

extension RouteFamily {
    /// An address family identifier, by its number in IANA's registry "Address Family Numbers".
    package struct AFI: RawRepresentable, ListedValue {
        /// The number on the wire.
        package let rawValue: UInt16

        /// Takes any number, also of a family that has no name here.
        package init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// `ipv4`.
        package static let ipv4 = AFI(rawValue: 1)
        /// `ipv6`.
        package static let ipv6 = AFI(rawValue: 2)
        /// `l2vpn`.
        package static let l2vpn = AFI(rawValue: 25)

        /// Those with a name, which are all that a resource can name, in the order of their numbers.
        package static let allCases = names.map(\.afi)

        private static let names: [(afi: AFI, name: String)] = [
            (.ipv4, "ipv4"), (.ipv6, "ipv6"), (.l2vpn, "l2vpn"), (AFI(rawValue: 16388), "ls"),
            (AFI(rawValue: 16397), "opaque"),
        ]

        /// As resources write it; the number where it has no name.
        package var name: String { Self.names.first { $0.afi == self }?.name ?? String(rawValue) }
    }

    /// A subsequent address family identifier, by its number in IANA's registry "SAFI Values".
    package struct SAFI: RawRepresentable, ListedValue {
        /// The number on the wire.
        package let rawValue: UInt8

        /// Takes any number, also of one that has no name here.
        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        package static let unicast = SAFI(rawValue: 1)
        package static let multicast = SAFI(rawValue: 2)
        package static let evpn = SAFI(rawValue: 70)

        /// Those with a name, which are all that a resource can name, in the order of their numbers.
        package static let allCases = names.map(\.safi)

        private static let names: [(safi: SAFI, name: String)] = [
            (.unicast, "unicast"), (.multicast, "multicast"), (SAFI(rawValue: 4), "mpls_label"),
            (SAFI(rawValue: 7), "encapsulation"), (SAFI(rawValue: 65), "vpls"), (.evpn, "evpn"),
            (SAFI(rawValue: 71), "ls"), (SAFI(rawValue: 73), "sr_policy"), (SAFI(rawValue: 85), "mup"),
            (SAFI(rawValue: 128), "mpls_vpn"), (SAFI(rawValue: 129), "mpls_vpn_multicast"),
            (SAFI(rawValue: 132), "route_target_constraints"), (SAFI(rawValue: 133), "flowspec_unicast"),
            (SAFI(rawValue: 134), "flowspec_vpn"), (SAFI(rawValue: 241), "key_value"),
        ]

        /// As resources write it; the number where it has no name.
        package var name: String { Self.names.first { $0.safi == self }?.name ?? String(rawValue) }
    }
}
