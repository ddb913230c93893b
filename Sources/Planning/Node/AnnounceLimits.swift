package import BGPEngine
package import BGPTypes

/// Keeps what peers are told within the `announceLimit` of their BGPPeerConfig.
package struct AnnounceLimits: Sendable {
    /// How many routes of each peer wait, by family; peers with none are not in it.
    package private(set) var heldBack: [PeerID: [IPFamily: Int]] = [:]
    /// What peers with a limit were told last.
    private var told: [PeerID: RouteTable] = [:]

    /// Nothing was told yet.
    package init() {}

    /// The tables with as much left out as limits ask for; those without a limit are the same.
    ///
    /// `earlier` is asked for what an earlier run told, so that its choice lasts, and only when that matters.
    package mutating func apply(
        _ limits: [PeerID: Int],
        to desired: [PeerID: RouteTable],
        earlier: () -> [PeerID: RouteTable] = { [:] }
    ) -> [PeerID: RouteTable] {
        heldBack = [:]
        told = told.filter { limits[$0.key] != nil }
        guard !limits.isEmpty else { return desired }
        var tables = desired
        // Peers that are told the same share one table, which is what makes further peers cheap.
        var results: [(limit: Int, desired: RouteTable, told: RouteTable, table: RouteTable)] = []
        var loaded: [PeerID: RouteTable]?
        for (peer, limit) in limits.sorted(by: { $0.key < $1.key }) {
            guard let wanted = desired[peer] else { continue }
            guard IPFamily.allCases.contains(where: { wanted.count($0) > limit }) else {
                told[peer] = wanted
                continue
            }
            if told[peer] == nil, loaded == nil { loaded = earlier() }
            let kept = told[peer] ?? loaded?[peer] ?? RouteTable()
            let table: RouteTable
            if let known = results.first(where: { $0.limit == limit && $0.desired == wanted && $0.told == kept }) {
                table = known.table
            } else {
                table = wanted.limited(to: limit, keeping: kept)
                results.append((limit, wanted, kept, table))
            }
            tables[peer] = table
            told[peer] = table
            for family in IPFamily.allCases where wanted.count(family) > limit {
                heldBack[peer, default: [:]][family] = wanted.count(family) - table.count(family)
            }
        }
        return tables
    }
}

extension [InstancePlan] {
    /// The limits of the peers that have one.
    package var announceLimits: [PeerID: Int] {
        Dictionary(
            flatMap(\.peers).compactMap { peer in peer.announceLimit.map { (peer.id, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
