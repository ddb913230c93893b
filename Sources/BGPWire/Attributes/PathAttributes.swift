package import BGPTypes

/// The path attributes of an UPDATE, each absent or of its own type (RFC 4271 §5).
///
/// AS4_PATH and AS4_AGGREGATOR never show: decoding merges them into the attributes they complete.
package struct PathAttributes: Hashable, Sendable {
    /// ORIGIN.
    package var origin: Origin?
    /// AS_PATH, with four-octet numbers whatever the session speaks.
    package var asPath: ASPath?
    /// NEXT_HOP, of IPv4 unicast routes in the message's own field.
    package var nextHop: IPv4Address?
    /// MULTI_EXIT_DISC.
    package var med: UInt32?
    /// LOCAL_PREF, on internal sessions only.
    package var localPreference: UInt32?
    /// ATOMIC_AGGREGATE is present.
    package var atomicAggregate = false
    /// AGGREGATOR.
    package var aggregator: Aggregator?
    /// COMMUNITIES; empty means absent.
    package var communities: [Community] = []
    /// ORIGINATOR_ID, on internal sessions only.
    package var originatorID: IPv4Address?
    /// CLUSTER_LIST, on internal sessions only; empty means absent.
    package var clusterList: [IPv4Address] = []
    /// MP_REACH_NLRI.
    package var reachable: MultiprotocolReachable?
    /// MP_UNREACH_NLRI.
    package var unreachable: MultiprotocolUnreachable?
    /// EXTENDED COMMUNITIES; empty means absent.
    package var extendedCommunities: [ExtendedCommunity] = []
    /// LARGE_COMMUNITY; empty means absent.
    package var largeCommunities: [LargeCommunity] = []
    /// Optional attributes that are not known here, by type.
    package var unknown: [RawAttribute] = []

    /// No attributes.
    package init() {}
}

/// The AS and router that formed an aggregate (RFC 4271 §5.1.7).
package struct Aggregator: Hashable, Sendable {
    /// The router's AS.
    package var asNumber: ASNumber
    /// The router's identifier.
    package var address: IPv4Address

    /// Joins the two.
    package init(_ asNumber: ASNumber, _ address: IPv4Address) {
        self.asNumber = asNumber
        self.address = address
    }
}

/// An attribute as it is on the wire, its value unread.
package struct RawAttribute: Hashable, Sendable {
    package var flags: AttributeFlags
    package var type: AttributeType
    package var value: [UInt8]

    /// Joins three parts.
    package init(flags: AttributeFlags, type: AttributeType, value: [UInt8]) {
        self.flags = flags
        self.type = type
        self.value = value
    }
}

/// The flags octet of an attribute (RFC 4271 §4.3).
package struct AttributeFlags: OptionSet, Hashable, Sendable {
    /// The octet; the lower four bits are unused.
    package let rawValue: UInt8

    /// Takes any octet.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Not every speaker need know it.
    package static let optional = AttributeFlags(rawValue: 0x80)
    /// To be passed on.
    package static let transitive = AttributeFlags(rawValue: 0x40)
    /// A speaker on the way did not know it.
    package static let partial = AttributeFlags(rawValue: 0x20)
    /// The length field has two octets.
    package static let extendedLength = AttributeFlags(rawValue: 0x10)
}
