import NIOCore

extension AttributeDescriptor {
    /// MULTI_EXIT_DISC (RFC 4271 §5.1.4; errors RFC 7606 §7.4).
    static let med = AttributeDescriptor(
        .med,
        name: "MULTI_EXIT_DISC",
        flags: .optional,
        malformed: .treatAsWithdraw,
        decode: { (decoding, value) throws(AttributeProblem) in
            decoding.attributes.med = try value.onlyInteger(UInt32.self)
        },
        encode: { attributes, _, buffer in
            guard let med = attributes.med else { return }
            buffer.writeAttribute(.optional, .med, value: ByteBuffer(integer: med))
        }
    )
}
