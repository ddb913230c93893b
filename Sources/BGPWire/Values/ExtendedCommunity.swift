import BGPTypes

/// An extended community of 64 bits (RFC 4360), whose type says how to read the rest.
package struct ExtendedCommunity: Hashable, Sendable, RawRepresentable {
    /// The eight octets as a number, the type in the most significant.
    package let rawValue: UInt64

    /// Takes any 64-bit number.
    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The type octet with the authority and transitivity bits.
    package var type: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 56) }
    /// The second octet, a sub-type for the types that have one.
    package var subtype: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 48) }
    /// Whether other ASes get to see it (RFC 4360 §2, bit T clear).
    package var isTransitive: Bool { type & 0x40 == 0 }

    /// A community of a two-octet AS (RFC 4360 §3.1).
    package init(subtype: UInt8, twoOctetAS: UInt16, value: UInt32) {
        rawValue = UInt64(subtype) << 48 | UInt64(twoOctetAS) << 32 | UInt64(value)
    }

    /// A community of an IPv4 address or router id (RFC 4360 §3.2).
    package init(subtype: UInt8, address: UInt32, value: UInt16) {
        rawValue = 0x01 << 56 | UInt64(subtype) << 48 | UInt64(address) << 16 | UInt64(value)
    }

    /// A community of a four-octet AS (RFC 5668).
    package init(subtype: UInt8, fourOctetAS: UInt32, value: UInt16) {
        rawValue = 0x02 << 56 | UInt64(subtype) << 48 | UInt64(fourOctetAS) << 16 | UInt64(value)
    }

    /// The sub-type of a route target (RFC 4360 §4).
    package static let routeTarget: UInt8 = 0x02
    /// The sub-type of a route origin (RFC 4360 §5).
    package static let routeOrigin: UInt8 = 0x03
}

extension ExtendedCommunity: Comparable, CustomStringConvertible {
    /// Numeric order, the order in which they are sent.
    package static func < (left: ExtendedCommunity, right: ExtendedCommunity) -> Bool {
        left.rawValue < right.rawValue
    }

    /// `target:65000:1` or `origin:…` for the types of RFC 4360 §4 and §5, else `0x` and sixteen digits.
    package var description: String {
        let prefix: String
        switch subtype {
        case Self.routeTarget: prefix = "target"
        case Self.routeOrigin: prefix = "origin"
        default: return hexadecimal
        }
        let four = UInt32(truncatingIfNeeded: rawValue >> 16)
        let low = UInt16(truncatingIfNeeded: rawValue)
        switch type {
        case 0x00:
            return "\(prefix):\(UInt16(truncatingIfNeeded: rawValue >> 32)):\(UInt32(truncatingIfNeeded: rawValue))"
        case 0x01: return "\(prefix):\(IPv4Address(rawValue: four)):\(low)"
        case 0x02: return "\(prefix):\(four):\(low)"
        default: return hexadecimal
        }
    }

    private var hexadecimal: String {
        let digits = String(rawValue, radix: 16)
        return "0x" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}
