import BGPTypes
import BGPWire
import NIOCore

/// A prefix as three numbers: quick to compare, and one step from its form on the wire.
///
/// Order is that of ``IPPrefix`` within a family: by address, then the shorter first.
struct PrefixKey: Hashable, Sendable, Comparable {
    /// The first 64 bits of the address; IPv4 uses the upper half.
    var high: UInt64
    /// The last 64 bits of the address.
    var low: UInt64
    /// The prefix length.
    var length: UInt8

    init(high: UInt64, low: UInt64, length: UInt8) {
        self.high = high
        self.low = low
        self.length = length
    }

    init(_ prefix: IPPrefix) {
        length = prefix.length
        switch prefix.address {
        case .v4(let address): (high, low) = (UInt64(address.rawValue) << 32, 0)
        case .v6(let address): (high, low) = (address.high, address.low)
        }
    }

    /// The prefix; `nil` for a length that the family cannot have.
    func prefix(_ family: IPFamily) -> IPPrefix? {
        switch family {
        case .ipv4:
            IPPrefix(masking: .v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: high >> 32))), length: length)
        case .ipv6:
            IPPrefix(masking: .v6(IPv6Address(high: high, low: low)), length: length)
        }
    }

    static func < (left: PrefixKey, right: PrefixKey) -> Bool {
        if left.high != right.high { return left.high < right.high }
        if left.low != right.low { return left.low < right.low }
        return left.length < right.length
    }

    /// Octets that an entry of this length has on the wire, the length octet included.
    static func wireLength(_ length: UInt8) -> Int { 1 + (Int(length) + 7) / 8 }

    /// Appends the form on the wire (RFC 4271 §4.3).
    func write(to bytes: inout [UInt8]) {
        bytes.append(length)
        let octets = (Int(length) + 7) / 8
        for index in 0..<octets {
            let half = index < 8 ? high : low
            bytes.append(UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * (index % 8))))
        }
    }

    /// Reads the entry at an offset, which must be one's beginning.
    init(reading bytes: [UInt8], at offset: Int) {
        length = bytes[offset]
        high = 0
        low = 0
        let octets = (Int(length) + 7) / 8
        for index in 0..<octets {
            let octet = UInt64(bytes[offset + 1 + index])
            if index < 8 {
                high |= octet << UInt64(56 - 8 * index)
            } else {
                low |= octet << UInt64(120 - 8 * index)
            }
        }
    }
}

extension NLRI {
    /// Goes through the prefixes; bits past their lengths, which a sender may leave set, are cleared (RFC 4271 §4.3).
    func forEachKey(_ body: (PrefixKey) -> Void) {
        bytes.withUnsafeReadableBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let length = bytes[offset]
                let octets = (Int(length) + 7) / 8
                var high: UInt64 = 0
                var low: UInt64 = 0
                for index in 0..<Swift.min(octets, 8) {
                    high |= UInt64(bytes[offset + 1 + index]) << UInt64(56 - 8 * index)
                }
                for index in 8..<Swift.max(octets, 8) {
                    low |= UInt64(bytes[offset + 1 + index]) << UInt64(120 - 8 * index)
                }
                // Smart shifts: by 64 and more they leave nothing.
                high &= ~(UInt64.max >> UInt64(length))
                low &= length > 64 ? ~(UInt64.max >> UInt64(length - 64)) : 0
                body(PrefixKey(high: high, low: low, length: length))
                offset += 1 + octets
            }
        }
    }
}
