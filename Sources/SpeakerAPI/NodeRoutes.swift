package import BGPTypes
package import PlainText

/// What a speaker says of its routes (`GET /v1/routes/{view}`).
package struct NodeRoutes: Codable, Hashable, Sendable {
    /// Which routes.
    package enum View: String, Codable, Hashable, Sendable, CaseIterable {
        /// Those the node wants to announce.
        case available
        /// Those it has announced to each peer.
        case advertised
        /// Those its peers announced to it.
        case received
    }

    /// `martlet.dev/v2`.
    package var apiVersion = DocumentVersion.current
    package var kind = "NodeRoutes"
    package var node: String
    /// Which routes these are.
    package var view: View
    /// Whether there are more than were sent.
    package var truncated: Bool
    /// The peers of which not all routes are kept, in the view `received`; absent when there are none.
    package var notKept: [NotKeptRoutes]?
    /// The routes by instance, peer, family and prefix.
    package var routes: [RouteDocument]

    /// A document; the routes are sorted.
    package init(
        node: String,
        view: View,
        truncated: Bool = false,
        notKept: [NotKeptRoutes]? = nil,
        routes: [RouteDocument]
    ) {
        self.node = node
        self.view = view
        self.truncated = truncated
        self.notKept = notKept
        self.routes = routes.sorted()
    }
}

/// How many of the routes that a peer announced are counted and not kept, so that no list has them.
package struct NotKeptRoutes: Codable, Hashable, Sendable {
    package var instance: String
    package var peer: String
    /// The peer's address.
    package var peerAddress: ScopedAddress?
    /// `ipv4/unicast` or `ipv6/unicast`.
    package var family: String
    /// How many routes the peer announced.
    package var received: Int
    /// How many of them are not kept.
    package var notKept: Int

    /// Joins the parts.
    package init(
        instance: String,
        peer: String,
        peerAddress: ScopedAddress?,
        family: String,
        received: Int,
        notKept: Int
    ) {
        self.instance = instance
        self.peer = peer
        self.peerAddress = peerAddress
        self.family = family
        self.received = received
        self.notKept = notKept
    }
}

/// One route as documents show it; what does not apply is left out.
package struct RouteDocument: Codable, Hashable, Sendable {
    package var instance: String
    /// The peer; absent in the view `available` when it holds for all.
    package var peer: String?
    /// The peer's address.
    package var peerAddress: ScopedAddress?
    /// `ipv4/unicast` or `ipv6/unicast`.
    package var family: String
    package var prefix: IPPrefix
    /// The next hop, once a session gives one.
    package var nextHop: IPAddress?
    /// `igp`, `egp` or `incomplete`.
    package var origin: String
    /// The AS path as it stands on the wire, nearest first.
    package var asPath: [ASNumber]?
    /// LOCAL_PREF.
    package var localPreference: UInt32?
    /// MULTI_EXIT_DISC.
    package var med: UInt32?
    /// How many more times than once the own AS is put in front.
    package var asPathPrepend: Int?
    /// Communities as `65000:1`, ascending.
    package var communities: [String]?
    /// Large communities as `65000:1:2`, ascending.
    package var largeCommunities: [String]?
    /// Since when it stands so.
    package var since: Timestamp?
    /// Where it comes from; absent for received routes.
    package var sources: [RouteSourceDocument]?

    /// A route of which the rest is filled in by the caller.
    package init(instance: String, peer: String? = nil, prefix: IPPrefix, origin: String = "igp") {
        self.instance = instance
        self.peer = peer
        self.prefix = prefix
        family = prefix.family.routeFamily.description
        self.origin = origin
    }
}

extension RouteDocument: Comparable {
    /// By instance, peer, family and prefix.
    package static func < (left: RouteDocument, right: RouteDocument) -> Bool {
        if left.instance != right.instance { return left.instance < right.instance }
        if left.peer != right.peer { return (left.peer ?? "") < (right.peer ?? "") }
        return left.prefix < right.prefix
    }
}

/// Where a route comes from, as documents show it.
package struct RouteSourceDocument: Codable, Hashable, Sendable {
    /// The BGPAdvertisement.
    package var advertisement: String
    /// The entry's type.
    package var type: String
    /// The Service (`namespace/name`), Node, pool or object of a network plugin; absent for prefixes written in the entry.
    package var object: String?
    /// The object's kind where it is a network plugin's: `CiliumNode` or `BlockAffinity`.
    package var kind: String?
    /// The kind of address; Services only.
    package var address: String?
    /// The device that has the address; Interface only.
    package var device: String?

    /// What is absent for most sources is set afterwards.
    package init(advertisement: String, type: String) {
        self.advertisement = advertisement
        self.type = type
    }
}
