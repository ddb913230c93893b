package import BGPTypes

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

    /// What all copies of a table share, so that they are known for the same at a glance.
    private final class Contents: Sendable {
        let groups: [Key: PrefixSet]
        let counts: (ipv4: Int, ipv6: Int)

        init(_ groups: [Key: PrefixSet]) {
            self.groups = groups
            counts = groups.reduce(into: (0, 0)) { counts, group in
                switch group.key.family {
                case .ipv4: counts.0 += group.value.count
                case .ipv6: counts.1 += group.value.count
                }
            }
        }

        static let none = Contents([:])
    }

    private let contents: Contents

    /// The groups, none of them empty; no prefix is in two.
    var groups: [Key: PrefixSet] { contents.groups }

    /// A table without routes.
    package init() {
        contents = .none
    }

    /// Takes groups of which none share a prefix; empty ones are dropped.
    init(groups: [Key: PrefixSet]) {
        let groups = groups.contains { $0.value.isEmpty } ? groups.filter { !$0.value.isEmpty } : groups
        contents = groups.isEmpty ? .none : Contents(groups)
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
        var groups: [Key: PrefixSet] = [:]
        for (key, var builder) in builders {
            groups[key] = PrefixSet(family: key.family, chunks: builder.finish())
        }
        self.init(groups: groups)
    }

    /// Takes sets of prefixes, each with the attributes of all of them; no two sets share a prefix, or family and attributes.
    package init(runs: some Sequence<(attributes: RouteAttributes, prefixes: PrefixSet)>) {
        var groups: [Key: PrefixSet] = [:]
        for (attributes, prefixes) in runs {
            groups[Key(family: prefixes.family, attributes: attributes)] = prefixes
        }
        self.init(groups: groups)
    }

    /// The number of routes of both families.
    package var count: Int { contents.counts.ipv4 + contents.counts.ipv6 }

    /// The number of routes of a family.
    package func count(_ family: IPFamily) -> Int {
        family == .ipv4 ? contents.counts.ipv4 : contents.counts.ipv6
    }

    /// Whether there are none.
    package var isEmpty: Bool { groups.isEmpty }

    /// Tells this table and its copies from all others, for as long as one of them lives.
    var identity: ObjectIdentifier { ObjectIdentifier(contents) }

    /// Whether one is a copy of the other, which costs nothing to see; tables made apart may still be equal.
    package func isIdentical(to other: RouteTable) -> Bool { contents === other.contents }

    /// The groups that a condition holds for; the very same table if it holds for all.
    func filter(_ condition: (Key) -> Bool) -> RouteTable {
        groups.keys.allSatisfy(condition) ? self : RouteTable(groups: groups.filter { condition($0.key) })
    }

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

    /// The routes of both families by prefix, IPv4 first.
    package var routes: [Route] { IPFamily.allCases.flatMap { routes($0) } }

    /// The prefixes of a family in order, those included whose attributes have to be sent again.
    package func allPrefixes(_ family: IPFamily) -> PrefixSet {
        PrefixSet.union(of: groups.filter { $0.key.family == family }.map(\.value), family: family)
    }

    /// The prefixes that have no route here.
    package func lacking(_ prefixes: PrefixSet) -> PrefixSet {
        var rest = prefixes
        for (key, present) in groups where key.family == prefixes.family { rest = rest.subtracting(present) }
        return rest
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
        left.isIdentical(to: right) || left.groups == right.groups
    }
}
