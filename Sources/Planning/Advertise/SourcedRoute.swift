package import BGPEngine

package struct PeerRoutes: Hashable, Sendable {
    package let peer: PeerID
    /// By prefix.
    package let routes: [SourcedRoute]
}

/// A route and where it comes from.
package struct SourcedRoute: Hashable, Sendable {
    package let route: Route
    /// At least one, sorted.
    package let sources: [RouteSource]

    package init(route: Route, sources: [RouteSource]) {
        self.route = route
        self.sources = sources
    }
}

extension Advertiser {
    /// The routes of every peer, in the user's order of peers; those of a group are worked out once.
    package var peerRoutes: [PeerRoutes] {
        let groups = tables.groups.enumerated().map { index, group in
            let sources = sources(ofGroup: index)
            return group.table.routes.map { SourcedRoute(route: $0, sources: sources[$0.prefix] ?? []) }
        }
        return policy.peers.map { PeerRoutes(peer: $0.id, routes: groups[$0.group]) }
    }
}
