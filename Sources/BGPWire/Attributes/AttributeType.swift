/// The type of a path attribute, as IANA assigns it.
package struct AttributeType: Hashable, Sendable, RawRepresentable {
    /// The octet.
    package let rawValue: UInt8

    /// Takes any octet.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// ORIGIN (RFC 4271 §5.1.1).
    package static let origin = AttributeType(rawValue: 1)
    /// AS_PATH (RFC 4271 §5.1.2).
    package static let asPath = AttributeType(rawValue: 2)
    /// NEXT_HOP (RFC 4271 §5.1.3).
    package static let nextHop = AttributeType(rawValue: 3)
    /// MULTI_EXIT_DISC (RFC 4271 §5.1.4).
    package static let med = AttributeType(rawValue: 4)
    /// LOCAL_PREF (RFC 4271 §5.1.5).
    package static let localPreference = AttributeType(rawValue: 5)
    /// ATOMIC_AGGREGATE (RFC 4271 §5.1.6).
    package static let atomicAggregate = AttributeType(rawValue: 6)
    /// AGGREGATOR (RFC 4271 §5.1.7).
    package static let aggregator = AttributeType(rawValue: 7)
    /// COMMUNITIES (RFC 1997).
    package static let communities = AttributeType(rawValue: 8)
    /// ORIGINATOR_ID (RFC 4456 §8).
    package static let originatorID = AttributeType(rawValue: 9)
    /// CLUSTER_LIST (RFC 4456 §8).
    package static let clusterList = AttributeType(rawValue: 10)
    /// MP_REACH_NLRI (RFC 4760 §3).
    package static let reachable = AttributeType(rawValue: 14)
    /// MP_UNREACH_NLRI (RFC 4760 §4).
    package static let unreachable = AttributeType(rawValue: 15)
    /// EXTENDED COMMUNITIES (RFC 4360 §2).
    package static let extendedCommunities = AttributeType(rawValue: 16)
    /// AS4_PATH (RFC 6793 §3).
    package static let as4Path = AttributeType(rawValue: 17)
    /// AS4_AGGREGATOR (RFC 6793 §3).
    package static let as4Aggregator = AttributeType(rawValue: 18)
    /// LARGE_COMMUNITY (RFC 8092 §3).
    package static let largeCommunities = AttributeType(rawValue: 32)
}

extension AttributeType: CustomStringConvertible {
    /// The name as its RFC prints it, or the number.
    package var description: String {
        AttributeDescriptor.byType[Int(rawValue)]?.name ?? "attribute \(rawValue)"
    }
}
