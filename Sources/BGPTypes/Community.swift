/// A standard community of 32 bits (RFC 1997), written `65000:1`.
package struct Community: Hashable, Sendable, RawRepresentable {
    /// AS number in the upper, value in the lower 16 bits.
    package let rawValue: UInt32

    /// Takes any 32-bit number.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Joins the two halves.
    package init(_ high: UInt16, _ low: UInt16) {
        rawValue = UInt32(high) << 16 | UInt32(low)
    }

    /// The upper half, an AS number by convention.
    package var high: UInt16 { UInt16(truncatingIfNeeded: rawValue >> 16) }
    /// The lower half.
    package var low: UInt16 { UInt16(truncatingIfNeeded: rawValue) }

    /// GRACEFUL_SHUTDOWN: prefer any other path, this one goes away soon (RFC 8326).
    package static let gracefulShutdown = WellKnownCommunity.plannedShut.community
    /// NO_EXPORT: keep inside the confederation or AS (RFC 1997).
    package static let noExport = WellKnownCommunity.noExport.community
}

extension Community: Comparable, LosslessStringConvertible, Codable {
    /// Numeric order, the order in which they are sent.
    package static func < (left: Community, right: Community) -> Bool {
        left.rawValue < right.rawValue
    }

    /// Reads `65000:1` or one number, digits without leading zeros; well-known names are `WellKnownCommunity`.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch parts.count {
        case 1:
            guard let value = UInt32(decimal: parts[0]) else { return nil }
            self.init(rawValue: value)
        case 2:
            guard let high = UInt32(decimal: parts[0]).flatMap(UInt16.init(exactly:)),
                let low = UInt32(decimal: parts[1]).flatMap(UInt16.init(exactly:))
            else { return nil }
            self.init(high, low)
        default:
            return nil
        }
    }

    /// `65000:1`, also for well-known ones.
    package var description: String { "\(high):\(low)" }

    /// Reads a string.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Community(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected a community such as 65000:1, each half 0 to 65535, or one number of 0 to"
                    + " 4294967295, found \"\(text)\""
            )
        }
        self = value
    }

    /// Writes `65000:1`.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension UInt32 {
    /// Reads digits alone: no sign and no leading zeros, which `UInt32.init` would take.
    init?(decimal text: Substring) {
        guard let value = UInt32(text), String(value) == text else { return nil }
        self = value
    }
}
