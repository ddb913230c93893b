/// An IPv4 address (RFC 791), held as one 32-bit number in host order.
package struct IPv4Address: Hashable, Sendable {
    /// The address as a number: 192.0.2.1 is `0xC0000201`.
    package let rawValue: UInt32

    /// Takes any 32-bit number.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Joins four octets, most significant first.
    package init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        rawValue = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
    }

    /// 0.0.0.0.
    package static let unspecified = IPv4Address(rawValue: 0)

    /// 127.0.0.0/8 (RFC 1122 §3.2.1.3).
    package var isLoopback: Bool { rawValue >> 24 == 127 }

    /// 169.254.0.0/16 (RFC 3927).
    package var isLinkLocal: Bool { rawValue >> 16 == 0xA9FE }

    /// 224.0.0.0/4 (RFC 5771).
    package var isMulticast: Bool { rawValue >> 28 == 0xE }

    /// The four octets, most significant first.
    package var octets: (UInt8, UInt8, UInt8, UInt8) {
        (
            UInt8(truncatingIfNeeded: rawValue >> 24), UInt8(truncatingIfNeeded: rawValue >> 16),
            UInt8(truncatingIfNeeded: rawValue >> 8), UInt8(truncatingIfNeeded: rawValue)
        )
    }
}

extension IPv4Address: Comparable {
    /// Numeric order.
    package static func < (left: IPv4Address, right: IPv4Address) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension IPv4Address: LosslessStringConvertible {
    /// Reads dotted decimal, four parts of 0 to 255 without leading zeros (as Go's `netip` and Kubernetes do).
    package init?(_ text: String) {
        var value: UInt32 = 0
        var parts = 0
        var digits = 0
        var part: UInt32 = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if digits > 0, part == 0 { return nil }
                part = part * 10 + UInt32(byte - UInt8(ascii: "0"))
                digits += 1
                if part > 255 { return nil }
            case UInt8(ascii: "."):
                if digits == 0 || parts == 3 { return nil }
                value = value << 8 | part
                parts += 1
                part = 0
                digits = 0
            default:
                return nil
            }
        }
        guard parts == 3, digits > 0 else { return nil }
        rawValue = value << 8 | part
    }

    /// Dotted decimal.
    package var description: String {
        let (a, b, c, d) = octets
        return "\(a).\(b).\(c).\(d)"
    }
}
