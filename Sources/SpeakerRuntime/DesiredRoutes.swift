package import BGPEngine
package import BGPTypes
package import Planning

/// The routes that every peer is to have; peers that are to have the same hold the same table.
package struct DesiredRoutes: Sendable {
    /// The table that every peer is told.
    package private(set) var tables: [PeerID: RouteTable] = [:]
    /// The table that is decided for every peer: what it is told, and what waits because it flaps.
    package private(set) var decided: [PeerID: RouteTable] = [:]
    /// Whether the two are the same.
    private var isTold = true

    /// Takes everything that is decided; `paused` waits for peers that are not told of it yet.
    package init(_ decision: Advertiser, paused: [IPPrefix] = [], told: [PeerID: RouteTable] = [:]) {
        for (index, peers) in decision.groups.enumerated() {
            let table = RouteTable(runs: decision.runs(ofGroup: index))
            for peer in peers { decided[peer] = table }
            // A peer that changes its group keeps what it has.
            let had = peers.first.flatMap { told[$0] }
            let waiting = paused.filter { table.attributes(of: $0) != nil && had?.attributes(of: $0) == nil }
            let rest =
                waiting.isEmpty ? table : table.applying(waiting.map { RouteChange(prefix: $0, attributes: nil) })
            for peer in peers { tables[peer] = rest }
            isTold = isTold && waiting.isEmpty
        }
    }

    /// Takes what changed in some groups, and what of it the peers are told, which costs what changed.
    package mutating func apply(_ changes: [RouteChanges], telling told: [RouteChanges]? = nil) {
        let told = told ?? changes
        if isTold, changes == told {
            Self.apply(changes, to: &tables)
            decided = tables
        } else {
            Self.apply(changes, to: &decided)
            Self.apply(told, to: &tables)
            isTold = false
        }
    }

    /// Tells what has waited; with `isAll` nothing waits any longer.
    package mutating func tell(_ changes: [RouteChanges], isAll: Bool) {
        Self.apply(changes, to: &tables)
        guard isAll else { return }
        isTold = true
        decided = tables
    }

    private static func apply(_ changes: [RouteChanges], to tables: inout [PeerID: RouteTable]) {
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
