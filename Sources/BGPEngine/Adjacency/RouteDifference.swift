import BGPTypes

/// What has to be sent so that a peer which has one table has another.
struct RouteDifference: Sendable {
    /// Prefixes to forget, by family.
    var withdrawals: [IPFamily: PrefixSet] = [:]
    /// Prefixes to announce, by the group they are in from now on.
    var announcements: [RouteTable.Key: PrefixSet] = [:]
    /// Prefixes that leave a group, be it for another or for none.
    var removed: [RouteTable.Key: PrefixSet] = [:]

    /// Compares whole routes, group by group; shared parts cost nothing.
    init(from old: RouteTable, to new: RouteTable) {
        for (key, prefixes) in new.groups {
            let added = old.groups[key].map { prefixes.subtracting($0) } ?? prefixes
            if !added.isEmpty { announcements[key] = added }
        }
        for (key, prefixes) in old.groups {
            let gone = new.groups[key].map { prefixes.subtracting($0) } ?? prefixes
            if !gone.isEmpty { removed[key] = gone }
        }
        // A prefix that left a group and entered none has no route any more.
        for family in IPFamily.allCases {
            let gone = PrefixSet.union(of: removed.filter { $0.key.family == family }.map(\.value), family: family)
            guard !gone.isEmpty else { continue }
            let moved = PrefixSet.union(
                of: announcements.filter { $0.key.family == family }.map(\.value),
                family: family
            )
            let withdrawn = gone.subtracting(moved)
            if !withdrawn.isEmpty { withdrawals[family] = withdrawn }
        }
    }
}

extension PrefixSet {
    /// All prefixes of many sets, joined pair by pair so that no prefix is copied more than a few times.
    static func union(of sets: [PrefixSet], family: IPFamily) -> PrefixSet {
        var sets = sets
        while sets.count > 1 {
            var joined: [PrefixSet] = []
            var index = 0
            while index + 1 < sets.count {
                joined.append(sets[index].union(sets[index + 1]))
                index += 2
            }
            if index < sets.count { joined.append(sets[index]) }
            sets = joined
        }
        return sets.first ?? PrefixSet(family)
    }
}
