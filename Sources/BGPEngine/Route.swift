package import BGPTypes

/// A prefix and what is to be said about it, before any session adds its own part.
package struct Route: Hashable, Sendable {
    /// Where packets may be sent.
    package var prefix: IPPrefix
    /// The same for every peer.
    package var attributes: RouteAttributes

    /// Joins the two; without attributes the route is of origin IGP and carries nothing optional.
    package init(prefix: IPPrefix, attributes: RouteAttributes = RouteAttributes()) {
        self.prefix = prefix
        self.attributes = attributes
    }
}

/// The attributes of a route that do not depend on the session it is announced on.
///
/// AS_PATH and NEXT_HOP are added when an UPDATE is encoded, and LOCAL_PREF is sent to internal peers alone
/// (RFC 4271 §5.1.5), so that routes with equal attributes can be compared, grouped and encoded together.
package struct RouteAttributes: Hashable, Sendable {
    /// ORIGIN (RFC 4271 §5.1.1).
    package var origin: Origin
    /// LOCAL_PREF for internal peers; they get 100 when `nil`.
    package var localPreference: UInt32?
    /// MULTI_EXIT_DISC (RFC 4271 §5.1.4); absent on the wire when `nil`.
    package var med: UInt32?
    /// How many more times than once the own AS stands in the AS_PATH, 0 to 255, external peers only.
    package var asPathPrepend: Int
    /// Standard communities in ascending order, without repetition (RFC 1997).
    package private(set) var communities: [Community]
    /// Large communities in ascending order, without repetition (RFC 8092 §5).
    package private(set) var largeCommunities: [LargeCommunity]

    /// Sorts the communities and drops repetitions, so that equal sets are equal values.
    package init(
        origin: Origin = .igp,
        localPreference: UInt32? = nil,
        med: UInt32? = nil,
        asPathPrepend: Int = 0,
        communities: some Sequence<Community> = EmptyCollection(),
        largeCommunities: some Sequence<LargeCommunity> = EmptyCollection()
    ) {
        self.origin = origin
        self.localPreference = localPreference
        self.med = med
        self.asPathPrepend = min(max(asPathPrepend, 0), 255)
        self.communities = Set(communities).sorted()
        self.largeCommunities = Set(largeCommunities).sorted()
    }
}

extension RouteAttributes {
    /// Communities as one piece each, for groups of routes are found by their attributes again and again.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(origin)
        hasher.combine(localPreference)
        hasher.combine(med)
        hasher.combine(asPathPrepend)
        communities.withUnsafeBytes { hasher.combine(bytes: $0) }
        hasher.combine(communities.count)
        largeCommunities.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// The same attributes with further communities.
    package func adding(_ more: some Sequence<Community>) -> RouteAttributes {
        var result = self
        result.communities = Set(communities).union(more).sorted()
        return result
    }
}

extension Route: Comparable {
    /// By prefix; routes of one table never share a prefix.
    package static func < (left: Route, right: Route) -> Bool {
        left.prefix < right.prefix
    }
}
