/// One row of the extended next hop capability: a family and the AFI that its next hops may have (RFC 8950 §4).
package struct ExtendedNextHop: Hashable, Sendable {
    /// The AFI of the prefixes.
    package var afi: UInt16
    /// The SAFI of the prefixes; two octets in this capability alone.
    package var safi: UInt16
    /// The AFI of the next hop, 2 for IPv6.
    package var nextHopAFI: UInt16

    /// Joins three codes.
    package init(afi: UInt16, safi: UInt16, nextHopAFI: UInt16) {
        self.afi = afi
        self.safi = safi
        self.nextHopAFI = nextHopAFI
    }

    /// IPv4 unicast with IPv6 next hops.
    package static let ipv4OverIPv6 = ExtendedNextHop(afi: 1, safi: 1, nextHopAFI: 2)
}
