package import BGPEngine
package import BGPTypes

/// What changed for the peers of one group.
package struct RouteChanges: Hashable, Sendable {
    /// The peers that get these changes alike, in the user's order.
    package let peers: [PeerID]
    /// Routes that are new or have other attributes, by prefix.
    package let announced: [Route]
    /// Prefixes that are gone, sorted.
    package let withdrawn: [IPPrefix]

    /// Names what changed for some peers.
    package init(peers: [PeerID], announced: [Route], withdrawn: [IPPrefix]) {
        self.peers = peers
        self.announced = announced
        self.withdrawn = withdrawn
    }
}
