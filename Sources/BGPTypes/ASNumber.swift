/// An autonomous system number of four octets (RFC 6793).
package struct ASNumber: Hashable, Sendable, RawRepresentable {
    /// 0 to 4294967295.
    package let rawValue: UInt32

    /// Takes any 32-bit number; 0 is reserved (RFC 7607) and means "any" where a resource says so.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// AS_TRANS, what a speaker of two-octet numbers sees instead of a larger one (RFC 6793 §9).
    package static let trans = ASNumber(rawValue: 23456)

    /// Whether two octets can hold it.
    package var fitsTwoOctets: Bool { rawValue <= 65535 }

    /// The number in two octets, or AS_TRANS.
    package var twoOctets: UInt16 { UInt16(exactly: rawValue) ?? 23456 }
}

extension ASNumber: Comparable, ExpressibleByIntegerLiteral, CustomStringConvertible, Codable {
    /// Numeric order.
    package static func < (left: ASNumber, right: ASNumber) -> Bool {
        left.rawValue < right.rawValue
    }

    /// A literal such as `65001`.
    package init(integerLiteral value: UInt32) {
        rawValue = value
    }

    /// Plain decimal (asplain, RFC 5396).
    package var description: String { String(rawValue) }

    /// Reads an integer of 0 to 4294967295.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let number = try container.decode(Int64.self)
        guard let value = UInt32(exactly: number) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected an AS number of 0 to 4294967295, found \(number)"
            )
        }
        rawValue = value
    }

    /// Writes an integer.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
