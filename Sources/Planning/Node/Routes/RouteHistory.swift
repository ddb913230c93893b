package import BGPEngine
package import BGPTypes
package import PlainText

/// When routes came to be as they are, for those that changed since the speaker began; all others are as old as the
/// sessions they were announced on.
///
/// It is kept once for all peers that get the same routes, and costs nothing for routes that never change.
package struct RouteHistory: Sendable {
    /// Seconds since 1970 by prefix, by the first peer of each group.
    private var times: [PeerID: [IPPrefix: UInt32]] = [:]
    /// The first peer of each peer's group.
    private var leaders: [PeerID: PeerID] = [:]

    package init() {}

    /// Notes what changed in what is announced, which costs what changed; a peer that moves to another group takes its own
    /// past along.
    package mutating func note(_ change: PeerTables.Change, at time: Timestamp) {
        if change.isRegrouped { regroup(change) }
        let seconds = time.wholeSeconds
        for group in change.groups {
            // A peer that is new has no session yet, and its routes will be as old as that.
            guard let leader = group.peers.first, !change.isRegrouped || change.old[leader] != nil else { continue }
            var kept = times.removeValue(forKey: leader) ?? [:]
            for prefix in group.difference.withdrawn.values.joined() { kept[prefix] = nil }
            for family in IPFamily.allCases {
                for prefix in group.difference.announced.allPrefixes(family) { kept[prefix] = seconds }
            }
            if !kept.isEmpty { times[leader] = kept }
        }
    }

    private mutating func regroup(_ change: PeerTables.Change) {
        let (before, oldLeaders) = (times, leaders)
        times = [:]
        leaders = [:]
        for group in change.new.groups {
            guard let leader = group.peers.first else { continue }
            for peer in group.peers { leaders[peer] = leader }
            guard change.old[leader] != nil else { continue }
            times[leader] = before[oldLeaders[leader] ?? leader]
        }
    }

    /// When a peer's route to a prefix came to be as it is; nil when that was before the speaker or its sessions began.
    package func time(of prefix: IPPrefix, to peer: PeerID) -> Timestamp? {
        (times[leaders[peer] ?? peer]?[prefix]).map { Timestamp(secondsSinceEpoch: Double($0)) }
    }
}

extension Timestamp {
    fileprivate var wholeSeconds: UInt32 { UInt32(clamping: Int64(secondsSinceEpoch)) }
}
