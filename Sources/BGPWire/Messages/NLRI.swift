package import BGPTypes
package import NIOCore

/// Prefixes in the form they have on the wire (RFC 4271 §4.3): read one by one, without a copy.
package struct NLRI: Hashable, Sendable {
    /// The IP version of all of them.
    package let family: IPFamily
    /// Length in bits and as many octets as these need, again and again; always well formed.
    package let bytes: ByteBuffer
    /// How many prefixes there are.
    package let count: Int

    /// Takes octets of a message; `nil` when a length is too long or the last prefix is cut off.
    package init?(decoding bytes: ByteBuffer, family: IPFamily) {
        let count = bytes.withUnsafeReadableBytes { octets -> Int? in
            var count = 0
            var index = 0
            while index < octets.count {
                let length = octets[index]
                guard length <= family.bits else { return nil }
                index += 1 + (Int(length) + 7) / 8
                count += 1
            }
            return index == octets.count ? count : nil
        }
        guard let count else { return nil }
        self.family = family
        self.bytes = bytes
        self.count = count
    }

    /// Encodes prefixes; those of the other IP version are left out.
    package init(_ prefixes: some Sequence<IPPrefix>, family: IPFamily) {
        var bytes = ByteBuffer()
        var count = 0
        for prefix in prefixes where prefix.family == family {
            bytes.writePrefix(prefix)
            count += 1
        }
        self.family = family
        self.bytes = bytes
        self.count = count
    }

    /// No prefixes.
    package static func none(_ family: IPFamily) -> NLRI {
        NLRI([], family: family)
    }

    /// Whether there are none.
    package var isEmpty: Bool { count == 0 }
}

extension NLRI: Sequence {
    /// Reads one prefix after the other.
    package struct Iterator: IteratorProtocol {
        private let family: IPFamily
        private var bytes: ByteBuffer

        init(_ nlri: NLRI) {
            family = nlri.family
            bytes = nlri.bytes
        }

        /// The next prefix; bits past its length, which a sender may leave set, are cleared (RFC 4271 §4.3).
        package mutating func next() -> IPPrefix? {
            guard let length: UInt8 = bytes.readInteger(), let address = bytes.readAddress(bits: length, family: family)
            else { return nil }
            return IPPrefix(masking: address, length: length)
        }
    }

    /// Starts at the first prefix.
    package func makeIterator() -> Iterator {
        Iterator(self)
    }

    /// The exact number, so that arrays are allocated once.
    package var underestimatedCount: Int { count }
}

extension NLRI: CustomStringConvertible {
    /// The prefixes, separated by commas.
    package var description: String { map(\.description).joined(separator: ", ") }
}

extension ByteBuffer {
    /// Reads the first octets of an address, the rest being zero.
    fileprivate mutating func readAddress(bits: UInt8, family: IPFamily) -> IPAddress? {
        let octets = (Int(bits) + 7) / 8
        guard bits <= family.bits, readableBytes >= octets else { return nil }
        let halves = withUnsafeReadableBytes { bytes -> (high: UInt64, low: UInt64) in
            var halves: (high: UInt64, low: UInt64) = (0, 0)
            for index in 0..<octets {
                let octet = UInt64(bytes[index])
                if index < 8 {
                    halves.high |= octet << UInt64(56 - 8 * index)
                } else {
                    halves.low |= octet << UInt64(120 - 8 * index)
                }
            }
            return halves
        }
        moveReaderIndex(forwardBy: octets)
        switch family {
        case .ipv4: return .v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: halves.high >> 32)))
        case .ipv6: return .v6(IPv6Address(high: halves.high, low: halves.low))
        }
    }

    /// Writes length and octets of a prefix.
    package mutating func writePrefix(_ prefix: IPPrefix) {
        writeInteger(prefix.length)
        let octets = (Int(prefix.length) + 7) / 8
        let halves: (high: UInt64, low: UInt64)
        switch prefix.address {
        case .v4(let address): halves = (UInt64(address.rawValue) << 32, 0)
        case .v6(let address): halves = (address.high, address.low)
        }
        for index in 0..<octets {
            let half = index < 8 ? halves.high : halves.low
            writeInteger(UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * (index % 8))))
        }
    }
}
