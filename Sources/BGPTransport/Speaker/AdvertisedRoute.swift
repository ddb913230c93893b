package import BGPEngine
package import BGPTypes
package import BGPWire

/// A route as it was announced to a peer.
package struct AdvertisedRoute: Hashable, Sendable {
    package let prefix: IPPrefix
    /// The address of this node that was given as next hop.
    package let nextHop: IPAddress
    /// The AS path as sent; empty to internal peers.
    package let asPath: ASPath
    /// LOCAL_PREF as sent; `nil` to external peers.
    package let localPreference: UInt32?
    /// What the policy says about the route.
    package let attributes: RouteAttributes
}

/// What has been announced to a peer on its present session, as it was when somebody asked.
package struct AdvertisedRoutes: Sendable {
    private let table: RouteTable
    private let session: SessionEncoding

    init(_ table: RouteTable, _ session: SessionEncoding) {
        self.table = table
        self.session = session
    }

    /// The routes of a family in the order of their prefixes, one after the other.
    package func inOrder(_ family: IPFamily) -> some Sequence<AdvertisedRoute> {
        let nextHop = session.nextHop(family)?.address
        return (nextHop == nil ? RouteTable() : table).inOrder(family).lazy.compactMap { route in
            guard let nextHop else { return nil }
            let sent = session.attributes(route.attributes)
            return AdvertisedRoute(
                prefix: route.prefix,
                nextHop: nextHop,
                asPath: sent.asPath ?? .empty,
                localPreference: sent.localPreference,
                attributes: route.attributes
            )
        }
    }
}

extension PeerDriver {
    /// What has been announced on the present session; nil without one.
    func advertised() -> AdvertisedRoutes? {
        announcement.adjacency.session.map { AdvertisedRoutes(announcement.adjacency.announced, $0) }
    }

    /// The routes received and kept on the present session, by prefix.
    func received(_ family: RouteFamily) -> [ReceivedRoute] {
        guard let family = family.unicast else { return [] }
        return session?.received.routes(family) ?? []
    }

    /// A few of the routes received and kept on the present session, from a place on; nil when there are no more.
    func received(_ family: IPFamily, after start: IPPrefix?) -> EncodedRoutes? {
        let routes = session?.received.encodedRoutes(family, after: start, limit: 2000, octets: 256 << 10)
        return routes.flatMap { $0.isEmpty ? nil : $0 }
    }
}
