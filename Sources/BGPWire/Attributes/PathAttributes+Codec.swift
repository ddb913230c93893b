import BGPTypes
package import NIOCore

extension PathAttributes {
    /// Writes all attributes present, those with routes first, unknown ones last.
    package func encode(into buffer: inout ByteBuffer, context: WireContext) {
        for descriptor in AttributeDescriptor.all { descriptor.encode(self, context, &buffer) }
        for attribute in unknown {
            buffer.writeAttribute(attribute.flags, attribute.type, value: ByteBuffer(bytes: attribute.value))
        }
    }

    /// Reads the attributes of an UPDATE, with what is wrong with them.
    ///
    /// What cannot be read is left out; the faults tell what is to be done about it.
    package static func decode(
        _ bytes: ByteBuffer,
        context: WireContext
    ) -> (attributes: PathAttributes, faults: [AttributeFault]) {
        var decoder = AttributeListDecoder(bytes, context: context)
        decoder.run()
        return (decoder.merged(), decoder.faults)
    }
}

/// Walks over the attributes of one UPDATE.
private struct AttributeListDecoder {
    private var bytes: ByteBuffer
    private var decoding: AttributeDecoding
    private var seen = TypeSet()
    private(set) var faults: [AttributeFault] = []

    init(_ bytes: ByteBuffer, context: WireContext) {
        self.bytes = bytes
        decoding = AttributeDecoding(context: context)
    }

    mutating func run() {
        while bytes.readableBytes > 0 {
            let start = bytes
            guard let header = readHeader(), let value = bytes.readSlice(length: header.length) else {
                // The list's own length says where the routes are, so they can still be withdrawn (RFC 7606 §4).
                let type = start.getInteger(at: start.readerIndex + 1, as: UInt8.self) ?? 0
                faults.append(
                    AttributeFault(AttributeType(rawValue: type), .treatAsWithdraw, .malformedAttributeList)
                )
                return
            }
            let length = start.readableBytes - bytes.readableBytes
            let whole = start.getSlice(at: start.readerIndex, length: length) ?? value
            take(header, value, whole)
        }
    }

    private mutating func readHeader() -> (flags: AttributeFlags, type: AttributeType, length: Int)? {
        guard let (flags, type) = bytes.readMultipleIntegers(as: (UInt8, UInt8).self) else { return nil }
        let attributeFlags = AttributeFlags(rawValue: flags)
        let length =
            attributeFlags.contains(.extendedLength)
            ? bytes.readInteger(as: UInt16.self).map(Int.init) : bytes.readInteger(as: UInt8.self).map(Int.init)
        guard let length else { return nil }
        return (attributeFlags, AttributeType(rawValue: type), length)
    }

    private mutating func take(
        _ header: (flags: AttributeFlags, type: AttributeType, length: Int),
        _ value: ByteBuffer,
        _ whole: ByteBuffer
    ) {
        let type = header.type
        let descriptor = AttributeDescriptor.byType[Int(type.rawValue)]
        guard seen.insert(type) else {
            // RFC 7606 §3 (g): the first one counts, unless the routes themselves are in doubt.
            faults.append(
                AttributeFault(
                    type,
                    descriptor?.carriesRoutes == true ? .resetSession : .discard,
                    .malformedAttributeList
                )
            )
            return
        }
        guard let descriptor else {
            takeUnknown(header, value, whole)
            return
        }
        if descriptor.internalOnly, !decoding.context.isInternal {
            faults.append(AttributeFault(type, .discard, .optionalAttribute(whole.octets)))
            return
        }
        let meaning: AttributeFlags = [.optional, .transitive]
        if header.flags.intersection(meaning) != descriptor.flags {
            // RFC 7606 §3 (c).
            faults.append(AttributeFault(type, .treatAsWithdraw, .attributeFlags(whole.octets)))
            guard descriptor.carriesRoutes else { return }
        }
        do throws(AttributeProblem) {
            try descriptor.decode(&decoding, value)
        } catch {
            faults.append(AttributeFault(type, descriptor.malformed, error.notification(whole.octets)))
        }
    }

    private mutating func takeUnknown(
        _ header: (flags: AttributeFlags, type: AttributeType, length: Int),
        _ value: ByteBuffer,
        _ whole: ByteBuffer
    ) {
        guard header.flags.contains(.optional) else {
            faults.append(AttributeFault(header.type, .resetSession, .unrecognizedWellKnown(whole.octets)))
            return
        }
        // One that is not transitive ends here (RFC 4271 §9).
        guard header.flags.contains(.transitive) else { return }
        decoding.attributes.unknown.append(
            RawAttribute(
                flags: header.flags.subtracting(.extendedLength).union(.partial),
                type: header.type,
                value: value.octets
            )
        )
    }

    /// The attributes with the true AS numbers in place (RFC 6793 §4.2.3).
    func merged() -> PathAttributes {
        var attributes = decoding.attributes
        if let aggregator = attributes.aggregator {
            // Who formed this aggregate did not know of four octets: all AS4 attributes are older than it.
            guard aggregator.asNumber == .trans || decoding.as4Aggregator == nil else { return attributes }
            attributes.aggregator = decoding.as4Aggregator ?? aggregator
        }
        if let path = attributes.asPath, let as4Path = decoding.as4Path {
            attributes.asPath = path.merging(as4Path)
        }
        return attributes
    }
}

/// A set of type codes that needs no memory of its own: one is made for every UPDATE.
private struct TypeSet {
    private var low: (UInt64, UInt64) = (0, 0)
    private var high: (UInt64, UInt64) = (0, 0)

    /// Adds a type; `false` if it was there.
    mutating func insert(_ type: AttributeType) -> Bool {
        let bit = UInt64(1) << UInt64(type.rawValue & 63)
        switch type.rawValue >> 6 {
        case 0: return Self.insert(bit, &low.0)
        case 1: return Self.insert(bit, &low.1)
        case 2: return Self.insert(bit, &high.0)
        default: return Self.insert(bit, &high.1)
        }
    }

    private static func insert(_ bit: UInt64, _ word: inout UInt64) -> Bool {
        let isNew = word & bit == 0
        word |= bit
        return isNew
    }
}

extension ByteBuffer {
    /// A copy of what is left to read.
    var octets: [UInt8] { Array(readableBytesView) }
}
