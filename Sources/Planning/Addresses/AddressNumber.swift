package import BGPTypes

/// An address as a number, for arithmetic over ranges of any size without listing them.
package struct AddressNumber: Hashable, Comparable, Sendable {
    /// IPv4 or IPv6.
    package let family: IPFamily
    /// The address, most significant bit first; IPv4 uses the low 32 bits.
    package let value: UInt128

    /// The number of an address.
    package init(_ address: IPAddress) {
        family = address.family
        switch address {
        case .v4(let address): value = UInt128(address.rawValue)
        case .v6(let address): value = UInt128(address.high) << 64 | UInt128(address.low)
        }
    }

    /// A number of a family; bits that the family does not have are cut off.
    package init(family: IPFamily, value: UInt128) {
        self.family = family
        self.value = family == .ipv4 ? value & 0xFFFF_FFFF : value
    }

    /// The address of the number.
    package var address: IPAddress {
        switch family {
        case .ipv4: .v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: value)))
        case .ipv6:
            .v6(
                IPv6Address(
                    high: UInt64(truncatingIfNeeded: value >> 64),
                    low: UInt64(truncatingIfNeeded: value)
                )
            )
        }
    }

    /// IPv4 first, then numeric order.
    package static func < (left: AddressNumber, right: AddressNumber) -> Bool {
        (left.family, left.value) < (right.family, right.value)
    }
}
