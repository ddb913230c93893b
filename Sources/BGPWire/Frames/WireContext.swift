package import BGPTypes

/// What the two OPENs of a session agree on, as far as encoding and decoding depend on it.
package struct WireContext: Hashable, Sendable {
    /// Both speakers are in one AS.
    package var isInternal: Bool
    /// AS numbers have four octets in AS_PATH and AGGREGATOR (RFC 6793 §4.1).
    package var fourOctetAS: Bool
    /// The families that both offer, in order.
    package var families: [RouteFamily]
    /// IPv4 unicast routes may have an IPv6 next hop, and then stand in MP_REACH_NLRI (RFC 8950 §4).
    package var ipv4OverIPv6: Bool
    /// The longest message to send, in octets (RFC 8654 §4).
    package var maximumSentLength: Int
    /// The longest message to take, in octets (RFC 8654 §4).
    package var maximumReceivedLength: Int
    /// Either may ask the other to send its routes again (RFC 2918 §4).
    package var routeRefresh: Bool
    /// Such repetitions are marked at begin and end (RFC 7313 §4).
    package var enhancedRouteRefresh: Bool

    /// Takes all parts; the defaults are those of RFC 4271 without any capability.
    package init(
        isInternal: Bool = false,
        fourOctetAS: Bool = false,
        families: [RouteFamily] = [.ipv4Unicast],
        ipv4OverIPv6: Bool = false,
        maximumSentLength: Int = standardMessageLength,
        maximumReceivedLength: Int = standardMessageLength,
        routeRefresh: Bool = false,
        enhancedRouteRefresh: Bool = false
    ) {
        self.isInternal = isInternal
        self.fourOctetAS = fourOctetAS
        self.families = families
        self.ipv4OverIPv6 = ipv4OverIPv6
        self.maximumSentLength = maximumSentLength
        self.maximumReceivedLength = maximumReceivedLength
        self.routeRefresh = routeRefresh
        self.enhancedRouteRefresh = enhancedRouteRefresh
    }

    /// The longest message without the extended message capability (RFC 4271 §4).
    package static let standardMessageLength = 4096
    /// The longest message with it (RFC 8654 §4).
    package static let extendedMessageLength = 65535

    /// What two OPENs agree on.
    ///
    /// RFC 8654 lets each direction have its own limit. Ours to the peer stays at the standard one: FRR before 2026 says
    /// that it takes long messages and answers 1/2 Bad Message Length to them (FRRouting/frr#22423), and fewer, longer
    /// messages gain nothing that a router would notice.
    package static func negotiate(local: Open, remote: Open) -> WireContext {
        let both = { (capability: Capability) in local.has(capability) && remote.has(capability) }
        let remoteFamilies = remote.families
        return WireContext(
            isInternal: local.asNumber == remote.asNumber,
            fourOctetAS: local.fourOctetAS != nil && remote.fourOctetAS != nil,
            families: local.families.filter(remoteFamilies.contains).sorted(),
            ipv4OverIPv6: local.extendedNextHops.contains(.ipv4OverIPv6)
                && remote.extendedNextHops.contains(.ipv4OverIPv6),
            maximumSentLength: standardMessageLength,
            maximumReceivedLength: local.has(.extendedMessages) ? extendedMessageLength : standardMessageLength,
            routeRefresh: both(.routeRefresh),
            enhancedRouteRefresh: both(.routeRefresh) && both(.enhancedRouteRefresh)
        )
    }
}
