import PlainText

/// The version of an address: what Kubernetes calls an IP family and BGP an address family.
package enum IPFamily: UInt8, ListedValue, Comparable {
    case ipv4 = 4
    case ipv6 = 6

    /// `ipv4` or `ipv6`, as Martlet's resources write it.
    package var name: String { self == .ipv4 ? "ipv4" : "ipv6" }

    /// `IPv4` or `IPv6`, as Kubernetes and people write it.
    package var word: String { self == .ipv4 ? "IPv4" : "IPv6" }

    /// The version of one of Kubernetes' words; `nil` for any other text.
    package init?(word: String) {
        switch word {
        case "IPv4": self = .ipv4
        case "IPv6": self = .ipv6
        default: return nil
        }
    }

    /// The length of an address in bits, 32 or 128.
    package var bits: UInt8 { self == .ipv4 ? 32 : 128 }

    /// IPv4 before IPv6.
    package static func < (left: IPFamily, right: IPFamily) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// An IPv4 or IPv6 address without a zone.
package enum IPAddress: Hashable, Sendable {
    case v4(IPv4Address)
    case v6(IPv6Address)

    /// Which version the address is.
    ///
    /// An IPv4-mapped IPv6 address is IPv6.
    package var family: IPFamily {
        switch self {
        case .v4: .ipv4
        case .v6: .ipv6
        }
    }

    /// 0.0.0.0 or `::`.
    package var isUnspecified: Bool {
        switch self {
        case .v4(let address): address == .unspecified
        case .v6(let address): address == .unspecified
        }
    }

    /// 127.0.0.0/8 or `::1`.
    package var isLoopback: Bool {
        switch self {
        case .v4(let address): address.isLoopback
        case .v6(let address): address.isLoopback
        }
    }

    /// 169.254.0.0/16 or fe80::/10.
    package var isLinkLocal: Bool {
        switch self {
        case .v4(let address): address.isLinkLocal
        case .v6(let address): address.isLinkLocal
        }
    }

    /// 224.0.0.0/4 or ff00::/8.
    package var isMulticast: Bool {
        switch self {
        case .v4(let address): address.isMulticast
        case .v6(let address): address.isMulticast
        }
    }
}

extension IPAddress: Comparable {
    /// All of IPv4 before all of IPv6, then numeric order.
    package static func < (left: IPAddress, right: IPAddress) -> Bool {
        switch (left, right) {
        case (.v4(let left), .v4(let right)): left < right
        case (.v6(let left), .v6(let right)): left < right
        case (.v4, .v6): true
        case (.v6, .v4): false
        }
    }
}

extension IPAddress: LosslessStringConvertible {
    /// Reads either version's text form, without zone, port or prefix length.
    package init?(_ text: String) {
        if let address = IPv4Address(text) {
            self = .v4(address)
        } else if let address = IPv6Address(text) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    /// The canonical text of the version.
    package var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }
}

extension IPAddress: Codable {
    /// Reads a string.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = IPAddress(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected an IPv4 or IPv6 address, found \"\(text)\""
                    + text.adviceOnMask { IPAddress($0) }
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
