import BGPTypes
import NIOCore

extension AttributeDescriptor {
    /// AGGREGATOR (RFC 4271 §5.1.7, RFC 6793 §4.1; errors RFC 7606 §7.7, RFC 7607 §2).
    static let aggregator = AttributeDescriptor(
        .aggregator,
        name: "AGGREGATOR",
        flags: [.optional, .transitive],
        malformed: .discard,
        decode: { (decoding, value) throws(AttributeProblem) in
            decoding.attributes.aggregator = try Aggregator(
                decoding: value,
                fourOctetAS: decoding.context.fourOctetAS
            )
        },
        encode: { attributes, context, buffer in
            guard let aggregator = attributes.aggregator else { return }
            var value = ByteBuffer()
            if context.fourOctetAS {
                value.writeInteger(aggregator.asNumber.rawValue)
            } else {
                value.writeInteger(aggregator.asNumber.twoOctets)
            }
            value.writeInteger(aggregator.address.rawValue)
            buffer.writeAttribute([.optional, .transitive], .aggregator, value: value)
        }
    )

    /// AS4_AGGREGATOR, the true number behind the AS_TRANS of an AGGREGATOR of two octets (RFC 6793 §4.2; errors §6).
    static let as4Aggregator = AttributeDescriptor(
        .as4Aggregator,
        name: "AS4_AGGREGATOR",
        flags: [.optional, .transitive],
        malformed: .discard,
        decode: { (decoding, value) throws(AttributeProblem) in
            guard !decoding.context.fourOctetAS else { throw .optional }
            decoding.as4Aggregator = try Aggregator(decoding: value, fourOctetAS: true)
        },
        encode: { attributes, context, buffer in
            guard !context.fourOctetAS, let aggregator = attributes.aggregator, !aggregator.asNumber.fitsTwoOctets
            else { return }
            var value = ByteBuffer()
            value.writeMultipleIntegers(aggregator.asNumber.rawValue, aggregator.address.rawValue)
            buffer.writeAttribute([.optional, .transitive], .as4Aggregator, value: value)
        }
    )
}

extension Aggregator {
    init(decoding value: ByteBuffer, fourOctetAS: Bool) throws(AttributeProblem) {
        var value = value
        let number = fourOctetAS ? value.readInteger() : value.readInteger(as: UInt16.self).map(UInt32.init)
        guard let number, let address: UInt32 = value.readInteger(), value.readableBytes == 0 else { throw .length }
        guard number != 0 else { throw .optional }
        self.init(ASNumber(rawValue: number), IPv4Address(rawValue: address))
    }
}
