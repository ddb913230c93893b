import BGPTypes
import NIOCore

extension AttributeDescriptor {
    /// NEXT_HOP (RFC 4271 §5.1.3; errors RFC 7606 §7.3).
    static let nextHop = AttributeDescriptor(
        .nextHop,
        name: "NEXT_HOP",
        flags: .transitive,
        malformed: .treatAsWithdraw,
        decode: { (decoding, value) throws(AttributeProblem) in
            let address = IPv4Address(rawValue: try value.onlyInteger(UInt32.self))
            guard address.canBeNextHop else { throw .nextHop }
            decoding.attributes.nextHop = address
        },
        encode: { attributes, _, buffer in
            guard let nextHop = attributes.nextHop else { return }
            buffer.writeAttribute(.transitive, .nextHop, value: ByteBuffer(integer: nextHop.rawValue))
        }
    )
}

extension IPv4Address {
    /// Whether packets can be sent there: neither 0.0.0.0/8, nor multicast or beyond.
    ///
    /// A loopback address can: two speakers on one host have no other.
    var canBeNextHop: Bool {
        rawValue >> 24 != 0 && rawValue < 0xE000_0000
    }
}

extension IPv6Address {
    /// Whether packets can be sent there: neither `::` nor multicast.
    var canBeNextHop: Bool {
        self != .unspecified && !isMulticast
    }
}
