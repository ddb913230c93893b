import BGPTypes
import BGPWire
import NIOCore

/// One kind of UPDATE with everything but its prefixes: what stands in front of them and behind.
///
/// IPv4 routes with an IPv4 next hop use the message's own fields, as every speaker understands; all others use the
/// multiprotocol attributes, which come first in the list (RFC 7606 §5.1).
struct UpdateTemplate: Sendable {
    private enum Layout {
        /// Withdrawn routes of the message itself.
        case withdrawn
        /// Reachable routes of the message itself.
        case announced
        /// An attribute whose value starts with these octets.
        case multiprotocol(AttributeType, ByteBuffer)
    }

    private let layout: Layout
    /// The attributes but the one with the prefixes, encoded.
    private let attributes: ByteBuffer
    /// How many octets of prefixes fit into a message.
    let room: Int

    private init(_ layout: Layout, attributes: ByteBuffer, limit: Int) {
        self.layout = layout
        self.attributes = attributes
        let fixed = Header.minimumLength(.update) + attributes.readableBytes
        switch layout {
        case .withdrawn, .announced: room = limit - fixed
        case .multiprotocol(_, let start): room = limit - fixed - 4 - start.readableBytes
        }
    }

    /// Announces routes of a family; `nil` when the session cannot.
    init?(announcing family: IPFamily, _ route: RouteAttributes, in session: SessionEncoding) {
        guard let nextHop = session.nextHop(family) else { return nil }
        var all = session.attributes(route)
        let layout: Layout
        if case .ipv4(let address) = nextHop {
            all.nextHop = address
            layout = .announced
        } else {
            layout = .multiprotocol(.reachable, Self.start(family, nextHop))
        }
        var attributes = ByteBuffer()
        all.encode(into: &attributes, context: session.context)
        self.init(layout, attributes: attributes, limit: session.context.maximumSentLength)
    }

    /// Withdraws routes of a family.
    ///
    /// IPv4 ones leave the way they came (RFC 8950 §4 keeps withdrawal and announcement in the same kind of field), also
    /// when they leave because the next hop has gone.
    init(withdrawing family: IPFamily, in session: SessionEncoding) {
        let limit = session.context.maximumSentLength
        if family == .ipv4, session.ipv4 != nil || !session.context.ipv4OverIPv6 {
            self.init(.withdrawn, attributes: ByteBuffer(), limit: limit)
        } else {
            let start = Self.familyOctets(family)
            self.init(.multiprotocol(.unreachable, start), attributes: ByteBuffer(), limit: limit)
        }
    }

    /// The start of MP_UNREACH_NLRI (RFC 4760 §4).
    private static func familyOctets(_ family: IPFamily) -> ByteBuffer {
        let family = family.routeFamily
        var start = ByteBuffer()
        start.writeMultipleIntegers(family.afi.rawValue, family.safi.rawValue)
        return start
    }

    /// The start of MP_REACH_NLRI (RFC 4760 §3).
    private static func start(_ family: IPFamily, _ nextHop: MultiprotocolNextHop) -> ByteBuffer {
        var start = familyOctets(family)
        start.writeNextHop(nextHop)
        start.writeInteger(UInt8(0))
        return start
    }

    /// Writes one message with as many prefixes as fit, which the cursor passes.
    func writeMessage(of cursor: inout PrefixCursor, into buffer: inout ByteBuffer) {
        var parts: [ArraySlice<UInt8>] = []
        var length = 0
        while !cursor.isAtEnd {
            let part = cursor.take(room: room - length)
            guard !part.isEmpty else { break }
            parts.append(part)
            length += part.count
        }
        buffer.writeMessage(.update) { buffer in
            switch layout {
            case .withdrawn:
                buffer.writeInteger(UInt16(clamping: length))
                for part in parts { buffer.writeBytes(part) }
                buffer.writeInteger(UInt16(0))
            case .announced:
                buffer.writeMultipleIntegers(UInt16(0), UInt16(clamping: attributes.readableBytes))
                buffer.writeImmutableBuffer(attributes)
                for part in parts { buffer.writeBytes(part) }
            case .multiprotocol(let type, let start):
                let value = start.readableBytes + length
                let header = value > 255 ? 4 : 3
                buffer.writeMultipleIntegers(
                    UInt16(0),
                    UInt16(clamping: header + value + attributes.readableBytes)
                )
                buffer.writeAttributeHeader(.optional, type, length: value)
                buffer.writeImmutableBuffer(start)
                for part in parts { buffer.writeBytes(part) }
                buffer.writeImmutableBuffer(attributes)
            }
        }
    }
}
