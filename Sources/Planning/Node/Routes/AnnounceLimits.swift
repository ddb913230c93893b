package import BGPEngine
package import BGPTypes

/// Keeps what is announced to peers within the `announceLimit` of their BGPPeerConfig.
package struct AnnounceLimits: Sendable {
    /// How many routes of each peer wait, by family; peers with none are not in it.
    package private(set) var heldBack: [PeerID: [IPFamily: Int]] = [:]
    /// What was announced last to peers with a limit.
    private var announced: [PeerID: RouteTable] = [:]

    package init() {}

    /// Whether it takes what an earlier run announced to keep within the limits, so that its choice lasts.
    package func needsEarlier(_ limits: [PeerID: Int], for desired: [PeerID: RouteTable]) -> Bool {
        limits.contains { peer, limit in
            announced[peer] == nil && desired[peer].map { Self.exceeds($0, limit) } ?? false
        }
    }

    /// The tables with as much left out as limits ask for; those without a limit are the same.
    ///
    /// `earlier` is what an earlier run announced.
    package mutating func apply(
        _ limits: [PeerID: Int],
        to desired: [PeerID: RouteTable],
        earlier: [PeerID: RouteTable] = [:]
    ) -> [PeerID: RouteTable] {
        heldBack = [:]
        announced = announced.filter { limits[$0.key] != nil }
        guard !limits.isEmpty else { return desired }
        var tables = desired
        // Peers that have the same share one table, which is what makes further peers cheap.
        var results: [(limit: Int, desired: RouteTable, before: RouteTable, table: RouteTable)] = []
        for (peer, limit) in limits.sorted(by: { $0.key < $1.key }) {
            guard let wanted = desired[peer] else { continue }
            guard Self.exceeds(wanted, limit) else {
                announced[peer] = wanted
                continue
            }
            let before = announced[peer] ?? earlier[peer] ?? RouteTable()
            let table: RouteTable
            if let known = results.first(where: { $0.limit == limit && $0.desired == wanted && $0.before == before }) {
                table = known.table
            } else {
                table = wanted.limited(to: limit, keeping: before)
                results.append((limit, wanted, before, table))
            }
            tables[peer] = table
            announced[peer] = table
            for family in IPFamily.allCases where wanted.count(family) > limit {
                heldBack[peer, default: [:]][family] = wanted.count(family) - table.count(family)
            }
        }
        return tables
    }

    private static func exceeds(_ table: RouteTable, _ limit: Int) -> Bool {
        IPFamily.allCases.contains { table.count($0) > limit }
    }
}

extension [InstancePlan] {
    package var announceLimits: [PeerID: Int] {
        Dictionary(
            flatMap(\.peers).compactMap { peer in peer.announceLimit.map { (peer.id, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
