import BGPTypes
import NIOCore

extension AttributeDescriptor {
    /// ORIGINATOR_ID, set by a route reflector (RFC 4456 §8; errors RFC 7606 §7.9).
    static let originatorID = AttributeDescriptor(
        .originatorID,
        name: "ORIGINATOR_ID",
        flags: .optional,
        malformed: .treatAsWithdraw,
        internalOnly: true,
        decode: { (decoding, value) throws(AttributeProblem) in
            decoding.attributes.originatorID = IPv4Address(rawValue: try value.onlyInteger(UInt32.self))
        },
        encode: { attributes, context, buffer in
            guard context.isInternal, let originator = attributes.originatorID else { return }
            buffer.writeAttribute(.optional, .originatorID, value: ByteBuffer(integer: originator.rawValue))
        }
    )

    /// CLUSTER_LIST, the reflectors passed (RFC 4456 §8; errors RFC 7606 §7.10).
    static let clusterList = AttributeDescriptor(
        .clusterList,
        name: "CLUSTER_LIST",
        flags: .optional,
        malformed: .treatAsWithdraw,
        internalOnly: true,
        decode: { (decoding, value) throws(AttributeProblem) in
            try value.checkMultiple(of: 4)
            var value = value
            while let cluster: UInt32 = value.readInteger() {
                decoding.attributes.clusterList.append(IPv4Address(rawValue: cluster))
            }
        },
        encode: { attributes, context, buffer in
            guard context.isInternal, !attributes.clusterList.isEmpty else { return }
            var value = ByteBuffer()
            for cluster in attributes.clusterList { value.writeInteger(cluster.rawValue) }
            buffer.writeAttribute(.optional, .clusterList, value: value)
        }
    )
}
