import BGPTypes
import NIOCore

extension AttributeDescriptor {
    /// COMMUNITIES (RFC 1997; errors RFC 7606 §7.8).
    static let communities = AttributeDescriptor(
        .communities,
        name: "COMMUNITIES",
        flags: [.optional, .transitive],
        malformed: .treatAsWithdraw,
        decode: { (decoding, value) throws(AttributeProblem) in
            try value.checkMultiple(of: 4)
            var value = value
            decoding.attributes.communities.reserveCapacity(value.readableBytes / 4)
            while let number: UInt32 = value.readInteger() {
                decoding.attributes.communities.append(Community(rawValue: number))
            }
        },
        encode: { attributes, _, buffer in
            guard !attributes.communities.isEmpty else { return }
            var value = ByteBuffer()
            for community in attributes.communities { value.writeInteger(community.rawValue) }
            buffer.writeAttribute([.optional, .transitive], .communities, value: value)
        }
    )

    /// EXTENDED COMMUNITIES (RFC 4360 §2; errors RFC 7606 §7.14).
    static let extendedCommunities = AttributeDescriptor(
        .extendedCommunities,
        name: "EXTENDED COMMUNITIES",
        flags: [.optional, .transitive],
        malformed: .treatAsWithdraw,
        decode: { (decoding, value) throws(AttributeProblem) in
            try value.checkMultiple(of: 8)
            var value = value
            while let number: UInt64 = value.readInteger() {
                decoding.attributes.extendedCommunities.append(ExtendedCommunity(rawValue: number))
            }
        },
        encode: { attributes, _, buffer in
            guard !attributes.extendedCommunities.isEmpty else { return }
            var value = ByteBuffer()
            for community in attributes.extendedCommunities { value.writeInteger(community.rawValue) }
            buffer.writeAttribute([.optional, .transitive], .extendedCommunities, value: value)
        }
    )

    /// LARGE_COMMUNITY (RFC 8092 §3; errors §6).
    static let largeCommunities = AttributeDescriptor(
        .largeCommunities,
        name: "LARGE_COMMUNITY",
        flags: [.optional, .transitive],
        malformed: .treatAsWithdraw,
        decode: { (decoding, value) throws(AttributeProblem) in
            try value.checkMultiple(of: 12)
            var value = value
            while let (global, local1, local2) = value.readMultipleIntegers(as: (UInt32, UInt32, UInt32).self) {
                decoding.attributes.largeCommunities.append(LargeCommunity(global, local1, local2))
            }
        },
        encode: { attributes, _, buffer in
            guard !attributes.largeCommunities.isEmpty else { return }
            var value = ByteBuffer()
            for community in attributes.largeCommunities {
                value.writeMultipleIntegers(
                    community.globalAdministrator,
                    community.localData1,
                    community.localData2
                )
            }
            buffer.writeAttribute([.optional, .transitive], .largeCommunities, value: value)
        }
    )
}

extension ByteBuffer {
    /// A list of values of a fixed size must have at least one.
    func checkMultiple(of size: Int) throws(AttributeProblem) {
        guard readableBytes > 0, readableBytes % size == 0 else { throw .length }
    }
}
