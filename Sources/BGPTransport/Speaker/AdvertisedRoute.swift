package import Addressing
package import BGPEngine
package import BGPWire

/// A route as it was announced to a peer.
package struct AdvertisedRoute: Hashable, Sendable {
    /// The prefix.
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

extension PeerDriver {
    /// The routes announced on the present session, by prefix, at most `limit` of each family.
    func advertised(limit: Int) -> [AdvertisedRoute] {
        guard let session = adjacency.session else { return [] }
        return IPFamily.allCases.flatMap { family -> [AdvertisedRoute] in
            guard let nextHop = session.nextHop(family)?.address else { return [] }
            return adjacency.announced.routes(family, limit: limit).map { route in
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

    /// The routes received and kept on the present session, by prefix, at most `limit` of them from a place on.
    func received(_ family: Family, after start: IPPrefix?, limit: Int) -> [ReceivedRoute] {
        guard let family = family.unicast else { return [] }
        return session?.received.routes(family, after: start, limit: limit) ?? []
    }
}
