/// A BGP Identifier: four octets, not zero, written as an IPv4 address (RFC 6286 §2.1).
package struct RouterID: Hashable, Sendable {
    /// The identifier as a number, never 0.
    package let rawValue: UInt32

    /// `nil` for 0, which no speaker may use.
    package init?(rawValue: UInt32) {
        guard rawValue != 0 else { return nil }
        self.rawValue = rawValue
    }

    /// An address taken as identifier; `nil` for 0.0.0.0.
    package init?(_ address: IPv4Address) {
        self.init(rawValue: address.rawValue)
    }
}

extension RouterID: Comparable, LosslessStringConvertible, Codable {
    /// Numeric order, as connection collision compares (RFC 4271 §6.8).
    package static func < (left: RouterID, right: RouterID) -> Bool {
        left.rawValue < right.rawValue
    }

    /// Reads dotted decimal.
    package init?(_ text: String) {
        guard let address = IPv4Address(text) else { return nil }
        self.init(address)
    }

    /// Dotted decimal.
    package var description: String { IPv4Address(rawValue: rawValue).description }

    /// Reads a dotted decimal string.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = RouterID(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected a router id in the form of an IPv4 address, not 0.0.0.0, found \"\(text)\""
                    + text.adviceOnMask { RouterID($0) }
            )
        }
        self = value
    }

    /// Writes dotted decimal.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
