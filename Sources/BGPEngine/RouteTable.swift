package import Addressing

/// The routes that a peer is to have, at most one a prefix: what planning wants, and what a session has announced.
///
/// It is a value that shares its parts. Peers that are to have the same routes hold the same table, a peer's
/// Adj-RIB-Out is the table that was sent to it, and a table with one route changed costs a few hundred octets. Prefixes
/// are grouped by equal attributes, so what is sent in one UPDATE lies side by side.
package struct RouteTable: Sendable {
    /// What the prefixes of a group share.
    struct Key: Hashable, Sendable {
        var family: IPFamily
        /// `nil` for prefixes that a peer has with attributes that have to be sent again.
        var attributes: RouteAttributes?
    }

    /// The groups, none of them empty; no prefix is in two.
    private(set) var groups: [Key: PrefixSet]

    /// A table without routes.
    package init() {
        groups = [:]
    }

    /// Takes groups of which none share a prefix; empty ones are dropped.
    init(groups: [Key: PrefixSet]) {
        self.groups = groups.filter { !$0.value.isEmpty }
    }

    /// Takes routes in any order, quickest in that of their prefixes; of several for one prefix the first counts.
    package init(_ routes: some Sequence<Route>) {
        var routes = Array(routes)
        if !zip(routes, routes.dropFirst()).allSatisfy({ $0.prefix < $1.prefix }) {
            // Sorting with the place keeps the first of several in front.
            routes = routes.enumerated()
                .sorted { ($0.element.prefix, $0.offset) < ($1.element.prefix, $1.offset) }
                .map(\.element)
        }
        var builders: [Key: PrefixSetBuilder] = [:]
        var current: (key: Key, builder: PrefixSetBuilder)?
        var previous: IPPrefix?
        for route in routes where route.prefix != previous {
            previous = route.prefix
            if current?.key.family != route.prefix.family || current?.key.attributes != route.attributes {
                if let current { builders[current.key] = current.builder }
                let key = Key(family: route.prefix.family, attributes: route.attributes)
                current = (key, builders.removeValue(forKey: key) ?? PrefixSetBuilder())
            }
            current?.builder.append(PrefixKey(route.prefix))
        }
        if let current { builders[current.key] = current.builder }
        groups = [:]
        for (key, var builder) in builders {
            groups[key] = PrefixSet(family: key.family, chunks: builder.finish())
        }
    }

    /// The number of routes of both families.
    package var count: Int { groups.values.reduce(0) { $0 + $1.count } }

    /// The number of routes of a family.
    package func count(_ family: IPFamily) -> Int {
        groups.reduce(0) { $1.key.family == family ? $0 + $1.value.count : $0 }
    }

    /// Whether there are none.
    package var isEmpty: Bool { groups.isEmpty }

    /// The attributes of the route to a prefix; `nil` when there is none.
    package func attributes(of prefix: IPPrefix) -> RouteAttributes? {
        key(of: prefix)?.attributes
    }

    func key(of prefix: IPPrefix) -> Key? {
        let wanted = PrefixKey(prefix)
        return groups.first { $0.key.family == prefix.family && $0.value.contains(wanted) }?.key
    }

    /// The routes of a family in the order of their prefixes, at most `limit` of them from a place on.
    package func routes(_ family: IPFamily, after start: IPPrefix? = nil, limit: Int = .max) -> [Route] {
        var routes: [Route] = []
        for (key, prefixes) in groups where key.family == family {
            guard let attributes = key.attributes else { continue }
            var taken = 0
            for prefix in prefixes where start.map({ prefix > $0 }) ?? true {
                guard taken < limit else { break }
                routes.append(Route(prefix: prefix, attributes: attributes))
                taken += 1
            }
        }
        return Array(routes.sorted().prefix(limit))
    }

    /// The prefixes of a family in order, those included whose attributes have to be sent again.
    package func allPrefixes(_ family: IPFamily) -> PrefixSet {
        PrefixSet.union(of: groups.filter { $0.key.family == family }.map(\.value), family: family)
    }

    /// The groups of a family by their least prefix: the one order in which they are sent.
    func ordered(_ family: IPFamily) -> [(key: Key, prefixes: PrefixSet)] {
        groups.filter { $0.key.family == family }
            .compactMap { group in group.value.first.map { (group.key, group.value, $0) } }
            .sorted { $0.2 < $1.2 }
            .map { ($0.0, $0.1) }
    }
}

extension RouteTable: Equatable {
    /// Whether both hold the same routes.
    package static func == (left: RouteTable, right: RouteTable) -> Bool {
        left.groups == right.groups
    }
}
