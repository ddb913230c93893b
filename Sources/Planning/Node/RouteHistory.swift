package import BGPEngine
package import BGPTypes
package import KubeModel

/// When routes came to be as they are, for those that changed since the speaker began; all others are as old as the
/// sessions they were announced on.
///
/// It is kept once for all peers that get the same routes, and costs nothing for routes that never change.
package struct RouteHistory: Sendable {
    /// Seconds since 1970 by prefix, by the first peer of each group.
    private var times: [PeerID: [IPPrefix: UInt32]] = [:]
    /// The first peer of each peer's group.
    private var leaders: [PeerID: PeerID] = [:]

    /// Nothing has changed yet.
    package init() {}

    /// Notes what changed in some groups, which costs what changed.
    package mutating func note(_ changes: [RouteChanges], at time: Timestamp) {
        for change in changes {
            guard let leader = change.peers.first else { continue }
            let seconds = time.wholeSeconds
            var kept = times.removeValue(forKey: leader) ?? [:]
            for route in change.announced { kept[route.prefix] = seconds }
            for prefix in change.withdrawn { kept[prefix] = nil }
            if !kept.isEmpty { times[leader] = kept }
        }
    }

    /// Notes what differs after groups may have changed; a peer's own past goes with it into its new group.
    package mutating func note(
        from old: [PeerID: RouteTable],
        to new: [PeerID: RouteTable],
        groups: [[PeerID]],
        at time: Timestamp
    ) {
        let before = times
        let oldLeaders = leaders
        times = [:]
        leaders = [:]
        for group in groups {
            guard let leader = group.first, let table = new[leader] else { continue }
            for peer in group { leaders[peer] = leader }
            // A peer that is new has no session yet, and its routes will be as old as that.
            guard let past = old[leader] else { continue }
            var kept = before[oldLeaders[leader] ?? leader] ?? [:]
            if past != table {
                kept = kept.filter { table.attributes(of: $0.key) != nil }
                for prefix in table.changedPrefixes(since: past) { kept[prefix] = time.wholeSeconds }
            }
            if !kept.isEmpty { times[leader] = kept }
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
