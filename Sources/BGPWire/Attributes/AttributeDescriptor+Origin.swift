import BGPTypes
import NIOCore

extension AttributeDescriptor {
    /// ORIGIN (RFC 4271 §5.1.1; errors RFC 7606 §7.1).
    static let origin = AttributeDescriptor(
        .origin,
        name: "ORIGIN",
        flags: .transitive,
        malformed: .treatAsWithdraw,
        decode: { (decoding, value) throws(AttributeProblem) in
            guard let origin = Origin(rawValue: try value.onlyInteger(UInt8.self)) else { throw .origin }
            decoding.attributes.origin = origin
        },
        encode: { attributes, _, buffer in
            guard let origin = attributes.origin else { return }
            buffer.writeAttribute(.transitive, .origin, value: ByteBuffer(integer: origin.rawValue))
        }
    )
}
