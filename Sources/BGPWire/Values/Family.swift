package import BGPTypes

/// An address family and subsequent address family, the pair that names a kind of route (RFC 4760 §2).
package struct Family: Hashable, Sendable {
    /// The address family identifier, as IANA assigns it.
    package let afi: UInt16
    /// The subsequent address family identifier, as IANA assigns it.
    package let safi: UInt8

    /// Takes any pair, known or not.
    package init(afi: UInt16, safi: UInt8) {
        self.afi = afi
        self.safi = safi
    }

    /// The unicast routes of an IP version.
    package init(unicast family: IPFamily) {
        self = family == .ipv4 ? .ipv4Unicast : .ipv6Unicast
    }

    /// IPv4 unicast, 1/1.
    package static let ipv4Unicast = Family(afi: 1, safi: 1)
    /// IPv6 unicast, 2/1.
    package static let ipv6Unicast = Family(afi: 2, safi: 1)

    /// The IP version whose plain prefixes the family carries; `nil` for families this speaker does not know.
    package var unicast: IPFamily? {
        switch self {
        case .ipv4Unicast: .ipv4
        case .ipv6Unicast: .ipv6
        default: nil
        }
    }
}

extension Family: Comparable, LosslessStringConvertible {
    /// By AFI, then SAFI.
    package static func < (left: Family, right: Family) -> Bool {
        (left.afi, left.safi) < (right.afi, right.safi)
    }

    /// Reads `ipv4/unicast`, or two numbers.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        guard let afi = Self.afiNames.first(where: { $0.name == parts[0] })?.code ?? UInt16(parts[0]),
            let safi = Self.safiNames.first(where: { $0.name == parts[1] })?.code ?? UInt8(parts[1])
        else { return nil }
        self.init(afi: afi, safi: safi)
    }

    /// `ipv4/unicast`, with numbers for what has no name.
    package var description: String {
        let afiText = Self.afiNames.first { $0.code == afi }?.name ?? String(afi)
        let safiText = Self.safiNames.first { $0.code == safi }?.name ?? String(safi)
        return "\(afiText)/\(safiText)"
    }

    /// From IANA's registry "Address Family Numbers", those that BGP speakers are seen to send.
    private static let afiNames: [(code: UInt16, name: String)] = [
        (1, "ipv4"), (2, "ipv6"), (25, "l2vpn"), (16388, "bgp-ls"),
    ]

    /// From IANA's registry "SAFI Values".
    private static let safiNames: [(code: UInt8, name: String)] = [
        (1, "unicast"), (2, "multicast"), (4, "labeled-unicast"), (65, "vpls"), (70, "evpn"), (71, "bgp-ls"),
        (73, "sr-policy"), (128, "vpn"), (129, "vpn-multicast"), (132, "rtc"), (133, "flow"), (134, "flow-vpn"),
    ]
}
