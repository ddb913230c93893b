package import BGPTypes

/// What turns one route table into another: the one comparison from which messages, the history of routes and the journal
/// of the saved state follow.
///
/// `old.merging(difference.announced, withdrawing: difference.withdrawn)` is equal to the new table. Chunks that the tables
/// share are not looked into, so two tables that came one from the other are compared at the cost of what differs.
package struct RouteDifference: Sendable {
    /// The routes that are new or have other attributes.
    package let announced: RouteTable
    /// The prefixes that have no route any more; families without any are absent.
    package let withdrawn: [IPFamily: PrefixSet]
    /// Prefixes that leave a group, be it for another or for none.
    let removed: [RouteTable.Key: PrefixSet]

    package init(from old: RouteTable, to new: RouteTable) {
        var announced: [RouteTable.Key: PrefixSet] = [:]
        var removed: [RouteTable.Key: PrefixSet] = [:]
        var withdrawn: [IPFamily: PrefixSet] = [:]
        if !old.isIdentical(to: new) {
            for (key, prefixes) in new.groups {
                guard let before = old.groups[key] else {
                    announced[key] = prefixes
                    continue
                }
                let (added, gone) = prefixes.difference(from: before)
                if !added.isEmpty { announced[key] = added }
                if !gone.isEmpty { removed[key] = gone }
            }
            for (key, prefixes) in old.groups where new.groups[key] == nil { removed[key] = prefixes }
        }
        // A prefix that left a group and entered none has no route any more.
        for family in IPFamily.allCases {
            let gone = PrefixSet.union(of: removed.filter { $0.key.family == family }.map(\.value), family: family)
            guard !gone.isEmpty else { continue }
            let moved = PrefixSet.union(of: announced.filter { $0.key.family == family }.map(\.value), family: family)
            let rest = gone.subtracting(moved)
            if !rest.isEmpty { withdrawn[family] = rest }
        }
        self.announced = RouteTable(groups: announced)
        self.removed = removed
        self.withdrawn = withdrawn
    }

    /// Whether both tables have the same routes.
    package var isEmpty: Bool { announced.isEmpty && withdrawn.isEmpty }
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
