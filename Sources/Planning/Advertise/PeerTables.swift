package import BGPEngine

/// The route tables of a node's peers, one for each group of peers that are to have the same routes.
///
/// A copy costs a reference a group: tables never change and share their parts with those they came from.
package struct PeerTables: Equatable, Sendable {
    package struct Group: Equatable, Sendable {
        /// In the user's order, never none.
        package let peers: [PeerID]
        package var table: RouteTable

        package init(peers: [PeerID], table: RouteTable) {
            self.peers = peers
            self.table = table
        }
    }

    /// In the order of their first peers; no peer is in two.
    package var groups: [Group]

    package init(_ groups: [Group] = []) {
        self.groups = groups
    }

    /// The table of a peer, nil for a peer the node does not have, at the cost of a look at every peer before.
    package subscript(peer: PeerID) -> RouteTable? {
        groups.first { $0.peers.contains(peer) }?.table
    }

    /// The same by peer.
    package var byPeer: [PeerID: RouteTable] {
        var tables: [PeerID: RouteTable] = [:]
        for group in groups {
            for peer in group.peers { tables[peer] = group.table }
        }
        return tables
    }

    /// Whether both have the same groups with the very same tables, which costs a look at each; tables made apart may still
    /// be equal.
    package func isIdentical(to other: PeerTables) -> Bool {
        hasGroups(of: other) && zip(groups, other.groups).allSatisfy { $0.table.isIdentical(to: $1.table) }
    }

    fileprivate func hasGroups(of other: PeerTables) -> Bool {
        groups.count == other.groups.count && zip(groups, other.groups).allSatisfy { $0.peers == $1.peers }
    }
}

extension PeerTables {
    /// What differs between the tables of two moments, each group compared once.
    package struct Change: Sendable {
        package struct Group: Sendable {
            /// The place of the group in the new tables.
            package let index: Int
            package let peers: [PeerID]
            /// From the table that the group's first peer had before, an empty one where it is new.
            package let difference: RouteDifference
        }

        package let old: PeerTables
        package let new: PeerTables
        /// Whether peers came, went or moved to another group, as only a new configuration can bring about.
        package let isRegrouped: Bool
        /// The groups of which anything differs, in their order.
        package let groups: [Group]

        package init(from old: PeerTables, to new: PeerTables) {
            self.old = old
            self.new = new
            let isRegrouped = !new.hasGroups(of: old)
            self.isRegrouped = isRegrouped
            groups = new.groups.enumerated().compactMap { index, group in
                let before = isRegrouped ? old[group.peers[0]] ?? RouteTable() : old.groups[index].table
                let difference = RouteDifference(from: before, to: group.table)
                return difference.isEmpty ? nil : Group(index: index, peers: group.peers, difference: difference)
            }
        }

        /// The table that the first peer of a group of `new` has in tables with the groups of `old`; empty where it has none.
        func table(ofGroup index: Int, in tables: PeerTables) -> RouteTable {
            isRegrouped ? tables[new.groups[index].peers[0]] ?? RouteTable() : tables.groups[index].table
        }

        /// Whether no peer is to have anything else than before.
        package var isEmpty: Bool { groups.isEmpty && !isRegrouped }
    }
}
