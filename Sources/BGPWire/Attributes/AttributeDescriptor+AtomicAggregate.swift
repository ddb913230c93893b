import NIOCore

extension AttributeDescriptor {
    /// ATOMIC_AGGREGATE (RFC 4271 §5.1.6; errors RFC 7606 §7.6).
    static let atomicAggregate = AttributeDescriptor(
        .atomicAggregate,
        name: "ATOMIC_AGGREGATE",
        flags: .transitive,
        malformed: .discard,
        decode: { (decoding, value) throws(AttributeProblem) in
            guard value.readableBytes == 0 else { throw .length }
            decoding.attributes.atomicAggregate = true
        },
        encode: { attributes, _, buffer in
            guard attributes.atomicAggregate else { return }
            buffer.writeAttribute(.transitive, .atomicAggregate, value: ByteBuffer())
        }
    )
}
