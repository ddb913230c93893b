package import BGPTypes

/// A route that is new or has new attributes, or a prefix that has no route any more.
package struct RouteChange: Hashable, Sendable {
    /// The prefix.
    package var prefix: IPPrefix
    /// Its attributes from now on; `nil` to have no route.
    package var attributes: RouteAttributes?

    /// Joins the two.
    package init(prefix: IPPrefix, attributes: RouteAttributes?) {
        self.prefix = prefix
        self.attributes = attributes
    }
}

extension RouteTable {
    /// The table with some routes changed, which shares all else with this one.
    ///
    /// The cost is that of the changes and of the number of groups, not of the routes; changes that come with equal
    /// attributes side by side cost the least. Of several changes for one prefix the last counts.
    package func applying(_ changes: some Sequence<RouteChange>) -> RouteTable {
        var changes = Array(changes)
        var touched = changes.touchedPrefixes()
        if touched.values.reduce(0, { $0 + $1.count }) < changes.count {
            changes = changes.lastOfEach()
            touched = changes.touchedPrefixes()
        }
        var groups = self.groups
        for (key, prefixes) in self.groups {
            guard let leaving = touched[key.family], prefixes.mayShare(with: leaving) else { continue }
            let rest = prefixes.subtracting(leaving)
            // What lost nothing stays the very same, so that it is seen to be.
            if rest.count < prefixes.count { groups[key] = rest.isEmpty ? nil : rest }
        }
        for (key, prefixes) in changes.announcements() {
            groups[key] = groups[key]?.union(prefixes) ?? prefixes
        }
        return RouteTable(groups: groups)
    }

    /// A table of these routes that shares with this one whatever is the same in both.
    package func replaced(by routes: some Sequence<Route>) -> RouteTable {
        let other = RouteTable(routes)
        var groups = other.groups
        for (key, prefixes) in other.groups {
            guard let mine = self.groups[key] else { continue }
            let gone = mine.subtracting(prefixes)
            let new = prefixes.subtracting(mine)
            groups[key] = mine.subtracting(gone).union(new)
        }
        return RouteTable(groups: groups)
    }
}

extension [RouteChange] {
    /// All prefixes by family.
    fileprivate func touchedPrefixes() -> [IPFamily: PrefixSet] {
        var keys4: [PrefixKey] = []
        var keys6: [PrefixKey] = []
        for change in self {
            if change.prefix.family == .ipv4 {
                keys4.append(PrefixKey(change.prefix))
            } else {
                keys6.append(PrefixKey(change.prefix))
            }
        }
        var sets: [IPFamily: PrefixSet] = [:]
        if !keys4.isEmpty { sets[.ipv4] = PrefixSet(unsorted: keys4, family: .ipv4) }
        if !keys6.isEmpty { sets[.ipv6] = PrefixSet(unsorted: keys6, family: .ipv6) }
        return sets
    }

    /// The changes without those that a later one replaces.
    fileprivate func lastOfEach() -> [RouteChange] {
        var seen: Set<IPPrefix> = []
        return reversed().filter { seen.insert($0.prefix).inserted }
    }

    /// The prefixes that have a route from now on, by their groups.
    fileprivate func announcements() -> [RouteTable.Key: PrefixSet] {
        var keys: [RouteTable.Key: [PrefixKey]] = [:]
        var key: RouteTable.Key?
        var run: [PrefixKey] = []
        for change in self {
            guard let attributes = change.attributes else { continue }
            if key?.family != change.prefix.family || key?.attributes != attributes {
                if let key { keys[key, default: []] += run }
                key = RouteTable.Key(family: change.prefix.family, attributes: attributes)
                run.removeAll(keepingCapacity: true)
            }
            run.append(PrefixKey(change.prefix))
        }
        if let key { keys[key, default: []] += run }
        return keys.reduce(into: [:]) { $0[$1.key] = PrefixSet(unsorted: $1.value, family: $1.key.family) }
    }
}

extension PrefixSet {
    /// False when a look at the ends, or at each of a few, shows that the two have no prefix in common.
    fileprivate func mayShare(with few: PrefixSet) -> Bool {
        guard let first, let last = chunks.last?.last, let low = few.first, let high = few.chunks.last?.last,
            low <= last, first <= high
        else { return false }
        guard few.count <= 8 else { return true }
        var cursor = PrefixCursor(chunks: few.chunks)
        while let key = cursor.key {
            if contains(key) { return true }
            cursor.advance()
        }
        return false
    }
}
