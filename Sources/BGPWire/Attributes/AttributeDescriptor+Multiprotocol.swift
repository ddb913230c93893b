import BGPTypes
package import NIOCore

extension AttributeDescriptor {
    /// MP_REACH_NLRI (RFC 4760 §3, RFC 2545 §3, RFC 8950 §3; errors RFC 7606 §7.11).
    static let reachable = AttributeDescriptor(
        .reachable,
        name: "MP_REACH_NLRI",
        flags: .optional,
        malformed: .resetSession,
        carriesRoutes: true,
        decode: { (decoding, value) throws(AttributeProblem) in
            var value = value
            guard let (afi, safi, length) = value.readMultipleIntegers(as: (UInt16, UInt8, UInt8).self),
                let hop = value.readSlice(length: Int(length)), value.readInteger(as: UInt8.self) != nil
            else { throw .optional }
            let family = RouteFamily(afi: afi, safi: safi)
            let nextHop = try MultiprotocolNextHop(decoding: hop, family: family, context: decoding.context)
            let routes = try MultiprotocolRoutes(decoding: value, family: family)
            decoding.attributes.reachable = MultiprotocolReachable(family: family, nextHop: nextHop, routes: routes)
        },
        encode: { attributes, _, buffer in
            guard let reachable = attributes.reachable else { return }
            var value = ByteBuffer()
            value.writeMultipleIntegers(reachable.family.afi.rawValue, reachable.family.safi.rawValue)
            value.writeNextHop(reachable.nextHop)
            value.writeInteger(UInt8(0))
            value.writeImmutableBuffer(reachable.routes.bytes)
            buffer.writeAttribute(.optional, .reachable, value: value)
        }
    )

    /// MP_UNREACH_NLRI (RFC 4760 §4; errors RFC 7606 §7.12).
    static let unreachable = AttributeDescriptor(
        .unreachable,
        name: "MP_UNREACH_NLRI",
        flags: .optional,
        malformed: .resetSession,
        carriesRoutes: true,
        decode: { (decoding, value) throws(AttributeProblem) in
            var value = value
            guard let (afi, safi) = value.readMultipleIntegers(as: (UInt16, UInt8).self) else { throw .optional }
            let family = RouteFamily(afi: afi, safi: safi)
            decoding.attributes.unreachable = MultiprotocolUnreachable(
                family: family,
                routes: try MultiprotocolRoutes(decoding: value, family: family)
            )
        },
        encode: { attributes, _, buffer in
            guard let unreachable = attributes.unreachable else { return }
            var value = ByteBuffer()
            value.writeMultipleIntegers(unreachable.family.afi.rawValue, unreachable.family.safi.rawValue)
            value.writeImmutableBuffer(unreachable.routes.bytes)
            buffer.writeAttribute(.optional, .unreachable, value: value)
        }
    )
}

extension MultiprotocolRoutes {
    init(decoding value: ByteBuffer, family: RouteFamily) throws(AttributeProblem) {
        guard let version = family.unicast else {
            self = .opaque(value)
            return
        }
        guard let nlri = NLRI(decoding: value, family: version) else { throw .optional }
        self = .prefixes(nlri)
    }
}

extension MultiprotocolNextHop {
    /// Reads a next hop whose length must be one that the family can have on this session.
    init(decoding value: ByteBuffer, family: RouteFamily, context: WireContext) throws(AttributeProblem) {
        var value = value
        switch (family.unicast, value.readableBytes) {
        case (nil, _):
            self = .opaque(Array(value.readableBytesView))
        case (.ipv4, 4):
            guard let address = value.readInteger(as: UInt32.self) else { throw .optional }
            self = .ipv4(IPv4Address(rawValue: address))
        case (.ipv6, 16), (.ipv6, 32),
            (.ipv4, 16) where context.ipv4OverIPv6,
            (.ipv4, 32) where context.ipv4OverIPv6:
            guard let (high, low) = value.readMultipleIntegers(as: (UInt64, UInt64).self) else { throw .optional }
            let second = value.readMultipleIntegers(as: (UInt64, UInt64).self)
            self = .ipv6(
                IPv6Address(high: high, low: low),
                linkLocal: second.map { IPv6Address(high: $0.0, low: $0.1) }
            )
        default:
            throw .optional
        }
    }

    /// Whether packets can be sent there; what was not read is not judged.
    var canBeNextHop: Bool {
        switch self {
        case .ipv4(let address): address.canBeNextHop
        // A peer without a global address on the link may leave the first half empty (RFC 8950 and practice).
        case .ipv6(.unspecified, let linkLocal?): linkLocal.canBeNextHop
        case .ipv6(let address, _): address.canBeNextHop
        case .opaque: true
        }
    }
}

extension ByteBuffer {
    /// Writes the length and octets of a next hop.
    package mutating func writeNextHop(_ nextHop: MultiprotocolNextHop) {
        switch nextHop {
        case .ipv4(let address):
            writeMultipleIntegers(UInt8(4), address.rawValue)
        case .ipv6(let address, nil):
            writeMultipleIntegers(UInt8(16), address.high, address.low)
        case .ipv6(let address, let linkLocal?):
            writeMultipleIntegers(UInt8(32), address.high, address.low, linkLocal.high, linkLocal.low)
        case .opaque(let octets):
            writeInteger(UInt8(clamping: octets.count))
            writeBytes(octets.prefix(255))
        }
    }
}
