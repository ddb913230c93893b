/// All addresses from `first` to `last`, both included, of one family.
package struct IPRange: Hashable, Sendable {
    /// The lowest address.
    package let first: IPAddress
    /// The highest address, never below `first`.
    package let last: IPAddress

    /// `nil` when the families differ or `last` lies below `first`.
    package init?(first: IPAddress, last: IPAddress) {
        guard first.family == last.family, first <= last else { return nil }
        self.first = first
        self.last = last
    }

    /// All addresses of a prefix, network and broadcast address included.
    package init(_ prefix: IPPrefix) {
        first = prefix.address
        last = prefix.lastAddress
    }

    /// IPv4 or IPv6.
    package var family: IPFamily { first.family }

    /// Whether the address lies inside.
    package func contains(_ address: IPAddress) -> Bool {
        address.family == family && first <= address && address <= last
    }

    /// Whether the two share an address.
    package func overlaps(_ other: IPRange) -> Bool {
        family == other.family && first <= other.last && other.first <= last
    }
}

extension IPRange: CustomStringConvertible {
    /// `first-last`.
    package var description: String { "\(first)-\(last)" }
}
