package import BGPEngine
package import Planning

/// What a node announces: the routes of every peer and the decisions behind them.
package struct NodeAdvertisements: Hashable {
    package let peers: [PeerRoutes]
    /// The decision on every address of every Service to every peer.
    package let decisions: [Decision]
    /// The decisions on entries of all other types.
    package let entryDecisions: [EntryDecision]

    /// Decides everything from scratch.
    package init(_ snapshot: NodeSnapshot) {
        let advertiser = Advertiser(snapshot)
        peers = advertiser.peerRoutes
        decisions = advertiser.decisions()
        entryDecisions = advertiser.entryDecisions()
    }

    /// The routes of one peer, by prefix; none for a peer the node does not have.
    package func routes(of peer: PeerID) -> [SourcedRoute] {
        peers.first { $0.peer == peer }?.routes ?? []
    }
}
