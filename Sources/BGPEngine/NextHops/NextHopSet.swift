package import BGPTypes

/// The addresses of this node that a session names as next hops.
package struct NextHopSet: Hashable, Sendable {
    /// For IPv4 routes.
    package var ipv4: IPv4Address?
    /// For IPv6 routes, and for IPv4 ones without ``ipv4`` where both sides can (RFC 8950).
    package var ipv6: IPv6Address?
    /// Told beside ``ipv6``, or alone, to a peer on the same link (RFC 2545 §3).
    package var linkLocal: IPv6Address?

    /// None unless given.
    package init(ipv4: IPv4Address? = nil, ipv6: IPv6Address? = nil, linkLocal: IPv6Address? = nil) {
        self.ipv4 = ipv4
        self.ipv6 = ipv6
        self.linkLocal = linkLocal
    }

    /// The one of a family, link-local ones aside.
    package subscript(family: IPFamily) -> IPAddress? {
        get {
            switch family {
            case .ipv4: ipv4.map { .v4($0) }
            case .ipv6: ipv6.map { .v6($0) }
            }
        }
        set {
            switch newValue {
            case .v4(let address): ipv4 = address
            case .v6(let address): ipv6 = address
            case nil where family == .ipv4: ipv4 = nil
            case nil: ipv6 = nil
            }
        }
    }
}
