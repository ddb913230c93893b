/// An address with, for link-local IPv6 alone, the interface it is meant on (RFC 4007 §11: `fe80::1%eth0`).
package struct ScopedAddress: Hashable, Sendable {
    /// The address itself.
    package let address: IPAddress
    /// The interface name after `%`; only with an fe80::/10 address.
    package let zone: String?

    /// `nil` when a zone is given for an address that is not IPv6 link-local, or the zone is empty.
    package init?(address: IPAddress, zone: String? = nil) {
        if let zone {
            // No interface has a slash in its name (Linux dev_valid_name).
            guard !zone.isEmpty, !zone.contains("/"), case .v6(let value) = address, value.isLinkLocal else {
                return nil
            }
        }
        self.address = address
        self.zone = zone
    }

    /// An address without a zone.
    package init(_ address: IPAddress) {
        self.address = address
        zone = nil
    }
}

extension ScopedAddress: Comparable, LosslessStringConvertible, Codable {
    /// By address, then zone.
    package static func < (left: ScopedAddress, right: ScopedAddress) -> Bool {
        left.address == right.address ? (left.zone ?? "") < (right.zone ?? "") : left.address < right.address
    }

    /// Reads `address` or `address%zone`.
    package init?(_ text: String) {
        if let percent = text.firstIndex(of: "%") {
            guard let address = IPAddress(String(text[..<percent])) else { return nil }
            self.init(address: address, zone: String(text[text.index(after: percent)...]))
        } else {
            guard let address = IPAddress(text) else { return nil }
            self.init(address)
        }
    }

    /// `address` or `address%zone`.
    package var description: String { zone.map { "\(address)%\($0)" } ?? address.description }

    /// Reads a string.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = ScopedAddress(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription:
                    "expected an IPv4 or IPv6 address, with %interface for link-local ones only, found \"\(text)\""
                    + text.adviceOnMask(ScopedAddress.init)
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

extension String {
    /// What to do with an address that has the length of its network behind, as the end of an error; empty for other texts.
    func adviceOnMask<Value: CustomStringConvertible>(_ read: (String) -> Value?) -> String {
        let parts = split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, UInt8(parts[1]) != nil, let value = read(String(parts[0])) else { return "" }
        return "; drop the mask: \(value)"
    }
}
