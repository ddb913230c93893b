package import BGPTypes
package import BGPWire

/// What a session adds to every route it announces.
package struct SessionEncoding: Hashable, Sendable {
    /// What both sides agreed on.
    package var context: WireContext
    /// The AS that external peers see in front of the AS_PATH.
    package var localAS: ASNumber
    /// This node's IPv4 address on the session, the next hop of IPv4 routes.
    package var ipv4: IPv4Address?
    /// This node's IPv6 address on the session, the next hop of IPv6 routes, and of IPv4 ones without ``ipv4``.
    package var ipv6: IPv6Address?
    /// This node's link-local address, announced too when the peer is on the same link (RFC 2545 §3).
    package var linkLocal: IPv6Address?
    /// Whether End-of-RIB is sent, which it asks for by the graceful restart capability (RFC 4724 §2).
    package var sendsEndOfRIB: Bool

    /// Takes all parts.
    package init(
        context: WireContext,
        localAS: ASNumber,
        ipv4: IPv4Address?,
        ipv6: IPv6Address?,
        linkLocal: IPv6Address? = nil,
        sendsEndOfRIB: Bool = true
    ) {
        self.context = context
        self.localAS = localAS
        self.ipv4 = ipv4
        self.ipv6 = ipv6
        self.linkLocal = linkLocal
        self.sendsEndOfRIB = sendsEndOfRIB
    }

    /// The addresses of this node that are named as next hops.
    package var nextHops: NextHopSet {
        get { NextHopSet(ipv4: ipv4, ipv6: ipv6, linkLocal: linkLocal) }
        set { (ipv4, ipv6, linkLocal) = (newValue.ipv4, newValue.ipv6, newValue.linkLocal) }
    }

    /// The next hop of a family's routes; `nil` when the session cannot carry the family or has no address for it.
    package func nextHop(_ family: IPFamily) -> MultiprotocolNextHop? {
        guard context.families.contains(family.routeFamily) else { return nil }
        if family == .ipv4 {
            if let ipv4 { return .ipv4(ipv4) }
            guard context.ipv4OverIPv6 else { return nil }
        }
        guard let ipv6 else { return linkLocal.map { .ipv6($0) } }
        return .ipv6(ipv6, linkLocal: linkLocal == ipv6 ? nil : linkLocal)
    }

    /// The attributes of a route as the session sends them, next hop and prefixes aside.
    package func attributes(_ route: RouteAttributes) -> PathAttributes {
        var attributes = PathAttributes()
        attributes.origin = route.origin
        attributes.med = route.med
        attributes.communities = route.communities
        attributes.largeCommunities = route.largeCommunities
        if context.isInternal {
            attributes.asPath = .empty
            attributes.localPreference = route.localPreference ?? 100
        } else {
            attributes.asPath = ASPath(sequence: Array(repeating: localAS, count: 1 + route.asPathPrepend))
        }
        return attributes
    }

    /// The same for all sessions whose UPDATEs with routes are the same octets.
    var ofUpdates: SessionEncoding {
        var encoding = self
        encoding.context.maximumReceivedLength = WireContext.standardMessageLength
        encoding.context.routeRefresh = false
        encoding.context.enhancedRouteRefresh = false
        encoding.sendsEndOfRIB = true
        return encoding
    }

    /// Whether a group's routes can be announced at all: there is a next hop, and one prefix fits beside the attributes.
    func canAnnounce(_ key: RouteTable.Key) -> Bool {
        guard let route = key.attributes, nextHop(key.family) != nil else { return false }
        // Only very many communities come near the limit; the exact length is worked out for them alone.
        let estimate =
            1200 + 4 * route.asPathPrepend + 4 * route.communities.count + 12 * route.largeCommunities.count
        if estimate < context.maximumSentLength { return true }
        return UpdateTemplate(announcing: key.family, route, in: self).map { $0.room >= 17 } ?? false
    }
}
