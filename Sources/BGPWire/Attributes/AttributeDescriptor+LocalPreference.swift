import NIOCore

extension AttributeDescriptor {
    /// LOCAL_PREF (RFC 4271 §5.1.5; errors RFC 7606 §7.5).
    static let localPreference = AttributeDescriptor(
        .localPreference,
        name: "LOCAL_PREF",
        flags: .transitive,
        malformed: .treatAsWithdraw,
        internalOnly: true,
        decode: { (decoding, value) throws(AttributeProblem) in
            decoding.attributes.localPreference = try value.onlyInteger(UInt32.self)
        },
        encode: { attributes, context, buffer in
            guard context.isInternal, let preference = attributes.localPreference else { return }
            buffer.writeAttribute(.transitive, .localPreference, value: ByteBuffer(integer: preference))
        }
    )
}
