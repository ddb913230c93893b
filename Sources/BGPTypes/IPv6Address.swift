/// An IPv6 address (RFC 4291) without a zone, held as two 64-bit halves in host order.
package struct IPv6Address: Hashable, Sendable {
    /// The first 64 bits.
    package let high: UInt64
    /// The last 64 bits.
    package let low: UInt64

    /// Joins two halves.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// `::`.
    package static let unspecified = IPv6Address(high: 0, low: 0)

    /// `::1` (RFC 4291 §2.5.3).
    package var isLoopback: Bool { high == 0 && low == 1 }

    /// fe80::/10 (RFC 4291 §2.5.6).
    package var isLinkLocal: Bool { high >> 54 == 0x3FA }

    /// ff00::/8 (RFC 4291 §2.7).
    package var isMulticast: Bool { high >> 56 == 0xFF }

    /// ::ffff:0:0/96 (RFC 4291 §2.5.5.2).
    package var isIPv4Mapped: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// The eight groups of 16 bits, most significant first.
    package var groups: [UInt16] {
        (0..<8).map { index in
            let half = index < 4 ? high : low
            return UInt16(truncatingIfNeeded: half >> (48 - 16 * UInt64(index % 4)))
        }
    }
}

extension IPv6Address: Comparable {
    /// Numeric order.
    package static func < (left: IPv6Address, right: IPv6Address) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension IPv6Address: LosslessStringConvertible {
    /// Reads the text forms of RFC 4291 §2.2, with `::` and an embedded IPv4 tail; no zone.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 2, bytes.count <= 45 else { return nil }
        var before: [UInt16] = []
        var after: [UInt16] = []
        var compressed = false
        var index = 0
        if bytes[0] == UInt8(ascii: ":") {
            guard bytes[1] == UInt8(ascii: ":") else { return nil }
            compressed = true
            index = 2
        }
        func append(_ group: UInt16) {
            if compressed { after.append(group) } else { before.append(group) }
        }
        while index < bytes.count {
            let end = bytes[index...].firstIndex(of: UInt8(ascii: ":")) ?? bytes.count
            let part = bytes[index..<end]
            if end == bytes.count, part.contains(UInt8(ascii: ".")) {
                guard let tail = IPv4Address(String(decoding: part, as: UTF8.self)) else { return nil }
                append(UInt16(truncatingIfNeeded: tail.rawValue >> 16))
                append(UInt16(truncatingIfNeeded: tail.rawValue))
                index = bytes.count
                break
            }
            guard let group = Self.group(part) else { return nil }
            append(group)
            guard end < bytes.count else { break }
            index = end + 1
            // A trailing colon is only legal as the second half of "::".
            guard index < bytes.count else { return nil }
            if bytes[index] == UInt8(ascii: ":") {
                guard !compressed else { return nil }
                compressed = true
                index += 1
            }
        }
        let count = before.count + after.count
        guard compressed ? count <= 7 : count == 8 else { return nil }
        let groups = before + Array(repeating: 0, count: 8 - count) + after
        high = groups[0..<4].reduce(0) { $0 << 16 | UInt64($1) }
        low = groups[4..<8].reduce(0) { $0 << 16 | UInt64($1) }
    }

    private static func group(_ part: ArraySlice<UInt8>) -> UInt16? {
        guard (1...4).contains(part.count) else { return nil }
        var value: UInt16 = 0
        for byte in part {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    /// The canonical form of RFC 5952: lower case, the longest run of zeros (two or more, the first of
    /// equals) as `::`, and an IPv4-mapped address with a dotted tail.
    package var description: String {
        if isIPv4Mapped {
            return "::ffff:\(IPv4Address(rawValue: UInt32(truncatingIfNeeded: low)))"
        }
        let groups = self.groups
        var best = 0..<0
        var index = 0
        while index < 8 {
            guard groups[index] == 0 else {
                index += 1
                continue
            }
            let end = groups[index...].firstIndex { $0 != 0 } ?? 8
            if end - index > max(best.count, 1) { best = index..<end }
            index = end
        }
        func hex(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        return best.isEmpty ? hex(0..<8) : "\(hex(0..<best.lowerBound))::\(hex(best.upperBound..<8))"
    }
}
