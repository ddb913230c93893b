import BGPTypes

extension RouteTable {
    /// At most so many routes of each family: those whose prefixes `earlier` has, then the lowest prefixes.
    ///
    /// What a peer has stays, with its attributes of now, and what is new waits until there is room; so the service that
    /// comes last is the one that is not reachable, and not another one that people rely on. When `earlier` has more than
    /// fit, because the limit was lowered, the highest prefixes go.
    package func limited(to limit: Int, keeping earlier: RouteTable) -> RouteTable {
        var limited = groups
        for family in IPFamily.allCases where count(family) > limit {
            let wanted = allPrefixes(family)
            var chosen = wanted.intersection(earlier.allPrefixes(family)).lowest(limit)
            if chosen.count < limit {
                chosen = chosen.union(wanted.subtracting(chosen).lowest(limit - chosen.count))
            }
            for (key, prefixes) in groups where key.family == family { limited[key] = prefixes.intersection(chosen) }
        }
        return RouteTable(groups: limited)
    }
}

extension PrefixSet {
    /// The least so many prefixes.
    func lowest(_ limit: Int) -> PrefixSet {
        guard limit < count else { return self }
        var builder = PrefixSetBuilder()
        var cursor = PrefixCursor(chunks: chunks)
        var room = limit
        while room > 0, let key = cursor.key {
            if let chunk = cursor.wholeChunk, chunk.count <= room {
                builder.append(chunk)
                room -= chunk.count
                cursor.advanceChunk()
            } else {
                builder.append(key)
                room -= 1
                cursor.advance()
            }
        }
        return PrefixSet(family: family, chunks: builder.finish())
    }
}
