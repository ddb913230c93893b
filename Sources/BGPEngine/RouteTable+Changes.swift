package import BGPTypes

extension RouteTable {
    /// This table with the routes of `newer` in the place of its own to the same prefixes, and without `withdrawn`.
    ///
    /// A prefix that is in both keeps the route of `newer`. Whatever is the same afterwards is shared with this table; the
    /// cost is that of what changes, and a look at every group and chunk.
    package func merging(_ newer: RouteTable, withdrawing withdrawn: [IPFamily: PrefixSet] = [:]) -> RouteTable {
        var touched = withdrawn
        for (key, prefixes) in newer.groups { touched[key.family] = touched[key.family]?.union(prefixes) ?? prefixes }
        var groups = self.groups
        for (key, prefixes) in self.groups {
            guard let leaving = touched[key.family], prefixes.mayShare(with: leaving) else { continue }
            let rest = prefixes.subtracting(leaving)
            // What lost nothing stays the very same, so that it is seen to be.
            if rest.count < prefixes.count { groups[key] = rest.isEmpty ? nil : rest }
        }
        for (key, prefixes) in newer.groups { groups[key] = groups[key]?.union(prefixes) ?? prefixes }
        return RouteTable(groups: groups)
    }

    /// The same routes, made of parts of `old` wherever the two agree; `old` itself when they agree everywhere.
    ///
    /// So a table that was made from scratch takes no memory for what was there before, and is compared with it at a glance.
    package func sharing(_ old: RouteTable) -> RouteTable {
        var groups = self.groups
        var isSame = groups.count == old.groups.count
        for (key, prefixes) in self.groups {
            guard let known = old.groups[key] else {
                isSame = false
                continue
            }
            let (new, gone) = prefixes.difference(from: known)
            isSame = isSame && gone.isEmpty && new.isEmpty
            groups[key] = known.subtracting(gone).union(new)
        }
        return isSame ? old : RouteTable(groups: groups)
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
