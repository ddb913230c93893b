package import Addressing

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
    /// The cost is that of the changes and of the number of groups, not of the routes. Of several changes for one
    /// prefix the last counts.
    package func applying(_ changes: some Sequence<RouteChange>) -> RouteTable {
        var last: [IPPrefix: RouteAttributes?] = [:]
        for change in changes { last.updateValue(change.attributes, forKey: change.prefix) }
        var removed: [Key: [PrefixKey]] = [:]
        var added: [Key: [PrefixKey]] = [:]
        for (prefix, attributes) in last {
            let old = key(of: prefix)
            let new = attributes.map { Key(family: prefix.family, attributes: $0) }
            guard old != new else { continue }
            if let old { removed[old, default: []].append(PrefixKey(prefix)) }
            if let new { added[new, default: []].append(PrefixKey(prefix)) }
        }
        var groups = self.groups
        for (key, keys) in removed {
            let set = PrefixSet(sorted: keys.sorted(), family: key.family)
            let rest = groups[key]?.subtracting(set)
            groups[key] = rest?.isEmpty == false ? rest : nil
        }
        for (key, keys) in added {
            let set = PrefixSet(sorted: keys.sorted(), family: key.family)
            groups[key] = groups[key]?.union(set) ?? set
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
