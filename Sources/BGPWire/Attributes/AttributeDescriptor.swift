import BGPTypes
package import NIOCore

/// What the codec knows of one attribute: a row of the registry.
///
/// Each attribute's row stands in a file of its own. Decoding and encoding go through the rows and know no attribute by
/// name, so a new attribute is a new file and a line in ``all``.
package struct AttributeDescriptor: Sendable {
    /// The type code.
    package let type: AttributeType
    /// The name as its RFC prints it.
    package let name: String
    /// How the Optional and Transitive bits must be set.
    package let flags: AttributeFlags
    /// What RFC 7606 asks for when the attribute cannot be read.
    package let malformed: AttributeFault.Disposition
    /// Whether an external peer may not send it, so that it is discarded unread from there.
    package let internalOnly: Bool
    /// Whether routes stand inside, so that they must be found even when the flags are wrong, and a second one is fatal.
    package let carriesRoutes: Bool
    /// Reads the value.
    package let decode: @Sendable (inout AttributeDecoding, ByteBuffer) throws(AttributeProblem) -> Void
    /// Writes the whole attribute, if there is one.
    package let encode: @Sendable (PathAttributes, WireContext, inout ByteBuffer) -> Void

    init(
        _ type: AttributeType,
        name: String,
        flags: AttributeFlags,
        malformed: AttributeFault.Disposition,
        internalOnly: Bool = false,
        carriesRoutes: Bool = false,
        decode: @escaping @Sendable (inout AttributeDecoding, ByteBuffer) throws(AttributeProblem) -> Void,
        encode: @escaping @Sendable (PathAttributes, WireContext, inout ByteBuffer) -> Void
    ) {
        self.type = type
        self.name = name
        self.flags = flags
        self.malformed = malformed
        self.internalOnly = internalOnly
        self.carriesRoutes = carriesRoutes
        self.decode = decode
        self.encode = encode
    }

    /// All known attributes, in the order in which they are sent: those with routes first (RFC 7606 §5.1), then by type.
    package static let all: [AttributeDescriptor] = [
        reachable, unreachable, origin, asPath, nextHop, med, localPreference, atomicAggregate, aggregator, communities,
        originatorID, clusterList, extendedCommunities, as4Path, as4Aggregator, largeCommunities,
    ]

    /// The row of each type code that has one.
    static let byType: [AttributeDescriptor?] = {
        var table = [AttributeDescriptor?](repeating: nil, count: 256)
        for descriptor in all { table[Int(descriptor.type.rawValue)] = descriptor }
        return table
    }()
}

/// What decoding the attributes of one UPDATE has found so far.
package struct AttributeDecoding {
    /// What the session agreed on.
    package let context: WireContext
    /// The attributes found.
    package var attributes = PathAttributes()
    /// AS4_PATH, until it is merged into AS_PATH.
    package var as4Path: ASPath?
    /// AS4_AGGREGATOR, until it is merged into AGGREGATOR.
    package var as4Aggregator: Aggregator?

    init(context: WireContext) {
        self.context = context
    }
}

/// Why the value of an attribute cannot be taken.
package struct AttributeProblem: Error, Hashable, Sendable {
    /// What RFC 4271 §6.3 calls it.
    package enum Kind: Hashable, Sendable {
        case length
        case origin
        case nextHop
        case optional
        case asPath
    }

    /// What is wrong.
    let kind: Kind

    /// A length that the attribute cannot have.
    static let length = AttributeProblem(kind: .length)
    /// An ORIGIN that is not known.
    static let origin = AttributeProblem(kind: .origin)
    /// A next hop that is no host.
    static let nextHop = AttributeProblem(kind: .nextHop)
    /// The content of an optional attribute.
    static let optional = AttributeProblem(kind: .optional)
    /// The content of an AS path.
    static let asPath = AttributeProblem(kind: .asPath)

    /// The NOTIFICATION for it, about an attribute given whole.
    func notification(_ attribute: [UInt8]) -> NotificationError {
        switch kind {
        case .length: .attributeLength(attribute)
        case .origin: .invalidOrigin(attribute)
        case .nextHop: .invalidNextHop(attribute)
        case .optional: .optionalAttribute(attribute)
        case .asPath: .malformedASPath
        }
    }
}

extension ByteBuffer {
    /// Writes flags, type, length and value, with a length of two octets where one is too short.
    package mutating func writeAttribute(_ flags: AttributeFlags, _ type: AttributeType, value: ByteBuffer) {
        writeAttributeHeader(flags, type, length: value.readableBytes)
        writeImmutableBuffer(value)
    }

    /// Writes what stands in front of a value: three octets, or four for more than 255 of value.
    package mutating func writeAttributeHeader(_ flags: AttributeFlags, _ type: AttributeType, length: Int) {
        if let short = UInt8(exactly: length) {
            writeMultipleIntegers(flags.subtracting(.extendedLength).rawValue, type.rawValue, short)
        } else {
            writeMultipleIntegers(flags.union(.extendedLength).rawValue, type.rawValue, UInt16(clamping: length))
        }
    }

    /// Reads the whole value as one integer.
    func onlyInteger<Number: FixedWidthInteger>(_: Number.Type) throws(AttributeProblem) -> Number {
        guard readableBytes == MemoryLayout<Number>.size, let value: Number = getInteger(at: readerIndex) else {
            throw .length
        }
        return value
    }
}
