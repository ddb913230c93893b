/// A network: an address whose bits past `length` are all zero (CIDR notation, RFC 4632, RFC 4291 §2.3).
package struct IPPrefix: Hashable, Sendable {
    /// The network address; host bits are always zero.
    package let address: IPAddress
    /// 0 to 32 or 0 to 128.
    package let length: UInt8

    /// The prefix that contains `address`; host bits are cleared.
    ///
    /// `nil` when the length is too long for the family.
    package init?(masking address: IPAddress, length: UInt8) {
        guard length <= address.family.bits else { return nil }
        self.address = address.masked(to: length)
        self.length = length
    }

    /// The route to one address: /32 or /128.
    package init(host address: IPAddress) {
        self.address = address
        length = address.family.bits
    }

    /// IPv4 or IPv6.
    package var family: IPFamily { address.family }

    /// Whether this is the route to one address.
    package var isHost: Bool { length == family.bits }

    /// The last address inside.
    package var lastAddress: IPAddress { address.filled(from: length) }

    /// Whether `other` lies inside (same family only).
    package func contains(_ other: IPAddress) -> Bool {
        other.family == family && other.masked(to: length) == address
    }

    /// Whether every address of `other` lies inside.
    package func contains(_ other: IPPrefix) -> Bool {
        other.length >= length && contains(other.address)
    }

    /// Whether the two share an address.
    package func overlaps(_ other: IPPrefix) -> Bool {
        contains(other) || other.contains(self)
    }
}

extension IPPrefix: Comparable {
    /// By family, network address, then length (shorter first).
    package static func < (left: IPPrefix, right: IPPrefix) -> Bool {
        left.address == right.address ? left.length < right.length : left.address < right.address
    }
}

extension IPPrefix: LosslessStringConvertible {
    /// Reads `address/length`; a prefix with host bits set is refused, use `init(masking:length:)` to allow it.
    package init?(_ text: String) {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")),
            let address = IPAddress(String(text[..<slash])),
            let length = Self.length(text[text.index(after: slash)...]),
            let prefix = IPPrefix(masking: address, length: length), prefix.address == address
        else { return nil }
        self = prefix
    }

    /// Decimal without sign or leading zeros.
    private static func length(_ text: Substring) -> UInt8? {
        guard let value = UInt8(text), String(value) == text else { return nil }
        return value
    }

    /// `address/length`.
    package var description: String { "\(address)/\(length)" }
}

extension IPPrefix: Codable {
    /// Reads a string in canonical form.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = IPPrefix(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected a prefix without host bits such as 192.0.2.0/24, found \"\(text)\""
            )
        }
        self = value
    }

    /// Writes the canonical string.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension IPAddress {
    /// The address with all bits from `length` on cleared; `length` must not exceed the family's bits.
    package func masked(to length: UInt8) -> IPAddress {
        switch self {
        case .v4(let address): .v4(IPv4Address(rawValue: address.rawValue & Self.mask32(length)))
        case .v6(let address):
            .v6(
                IPv6Address(
                    high: address.high & Self.mask64(length),
                    low: address.low & Self.mask64(length > 64 ? length - 64 : 0)
                )
            )
        }
    }

    /// The address with all bits from `length` on set.
    package func filled(from length: UInt8) -> IPAddress {
        switch self {
        case .v4(let address): .v4(IPv4Address(rawValue: address.rawValue | ~Self.mask32(length)))
        case .v6(let address):
            .v6(
                IPv6Address(
                    high: address.high | ~Self.mask64(length),
                    low: address.low | ~Self.mask64(length > 64 ? length - 64 : 0)
                )
            )
        }
    }

    /// Swift's smart shifts give 0 for a shift by the full width, which is what a zero length needs.
    private static func mask32(_ length: UInt8) -> UInt32 {
        UInt32.max << (32 - UInt32(min(length, 32)))
    }

    private static func mask64(_ length: UInt8) -> UInt64 {
        UInt64.max << (64 - UInt64(min(length, 64)))
    }
}
