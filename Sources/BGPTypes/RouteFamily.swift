import PlainText

/// An address family and subsequent address family, the pair that names a kind of route (RFC 4760 §2).
///
/// Only `ipv4/unicast` and `ipv6/unicast` carry routes here; any other pair can be named and met on the wire.
package struct RouteFamily: Hashable, Sendable {
    /// What kind of addresses.
    package let afi: AFI
    /// Which use of them.
    package let safi: SAFI

    /// Any pair of codes, known or not.
    package init(afi: AFI, safi: SAFI) {
        self.afi = afi
        self.safi = safi
    }

    /// The pair by its numbers on the wire.
    package init(afi: UInt16, safi: UInt8) {
        self.init(afi: AFI(rawValue: afi), safi: SAFI(rawValue: safi))
    }

    /// `ipv4/unicast`, 1/1.
    package static let ipv4Unicast = RouteFamily(afi: .ipv4, safi: .unicast)
    /// `ipv6/unicast`, 2/1.
    package static let ipv6Unicast = RouteFamily(afi: .ipv6, safi: .unicast)

    /// The IP version whose plain prefixes the family carries; `nil` for families this speaker does not know.
    package var unicast: IPFamily? {
        switch self {
        case .ipv4Unicast: .ipv4
        case .ipv6Unicast: .ipv6
        default: nil
        }
    }
}

extension RouteFamily: Comparable, LosslessStringConvertible, Codable {
    /// By AFI, then SAFI.
    package static func < (left: RouteFamily, right: RouteFamily) -> Bool {
        (left.afi.rawValue, left.safi.rawValue) < (right.afi.rawValue, right.safi.rawValue)
    }

    /// Reads `ipv4/unicast`, or codes in the place of words.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let afi = AFI(name: parts[0]) ?? UInt16(parts[0]).map(AFI.init),
            let safi = SAFI(name: parts[1]) ?? UInt8(parts[1]).map(SAFI.init)
        else { return nil }
        self.init(afi: afi, safi: safi)
    }

    /// `ipv4/unicast`, with codes for what has no word.
    package var description: String { "\(afi.name)/\(safi.name)" }
}

extension IPFamily {
    /// The unicast routes of this version of addresses.
    package var routeFamily: RouteFamily { self == .ipv4 ? .ipv4Unicast : .ipv6Unicast }
}
