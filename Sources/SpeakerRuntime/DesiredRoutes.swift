package import BGPEngine
package import Planning

/// The routes that every peer is to have; peers that are to have the same hold the same table.
package struct DesiredRoutes: Sendable {
    /// The table of every peer.
    package private(set) var tables: [PeerID: RouteTable] = [:]

    /// Takes everything that is decided.
    package init(_ decision: Advertiser) {
        for (index, peers) in decision.groups.enumerated() {
            let table = RouteTable(runs: decision.runs(ofGroup: index))
            for peer in peers { tables[peer] = table }
        }
    }

    /// Takes what changed in some groups, which costs what changed.
    package mutating func apply(_ changes: [RouteChanges]) {
        for change in changes {
            guard let first = change.peers.first, let table = tables[first] else { continue }
            let steps =
                change.announced.map { RouteChange(prefix: $0.prefix, attributes: $0.attributes) }
                + change.withdrawn.map { RouteChange(prefix: $0, attributes: nil) }
            let changed = table.applying(steps)
            for peer in change.peers { tables[peer] = changed }
        }
    }
}
