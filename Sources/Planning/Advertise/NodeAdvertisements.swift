package import BGPEngine

/// What a node announces: the routes of every peer and the decisions behind them.
package struct NodeAdvertisements: Hashable, Sendable {
    /// The node.
    package let node: String
    /// The peers in the user's order, each with its routes.
    package let peers: [PeerRoutes]
    /// The decision on every address of every Service to every peer.
    package let decisions: [Decision]
    /// The decisions on entries of all other types.
    package let entryDecisions: [EntryDecision]

    /// The routes of one peer, by prefix; none for a peer the node does not have.
    package func routes(of peer: PeerID) -> [SourcedRoute] {
        peers.first { $0.peer == peer }?.routes ?? []
    }
}

/// The routes of one peer.
package struct PeerRoutes: Hashable, Sendable {
    /// The peer.
    package let peer: PeerID
    /// Its routes by prefix.
    package let routes: [SourcedRoute]
}

/// A route and where it comes from.
package struct SourcedRoute: Hashable, Sendable {
    /// The route.
    package let route: Route
    /// Where it comes from, at least one, sorted.
    package let sources: [RouteSource]

    /// Joins a route with where it comes from.
    package init(route: Route, sources: [RouteSource]) {
        self.route = route
        self.sources = sources
    }
}

/// Decides what a node announces, from scratch; the same objects in any order give the same result.
package func advertise(_ snapshot: NodeSnapshot) -> NodeAdvertisements {
    let advertiser = Advertiser(snapshot)
    let groups = advertiser.groups.indices.map { group in
        let sources = advertiser.sources(ofGroup: group)
        return advertiser.routes(ofGroup: group).map { route in
            SourcedRoute(route: route, sources: sources[route.prefix] ?? [])
        }
    }
    return NodeAdvertisements(
        node: snapshot.configuration.nodeName,
        peers: advertiser.policy.peers.map { PeerRoutes(peer: $0.id, routes: groups[$0.group]) },
        decisions: advertiser.decisions(),
        entryDecisions: advertiser.entryDecisions()
    )
}
