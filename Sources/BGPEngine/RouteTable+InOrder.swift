package import BGPTypes

extension RouteTable {
    /// The routes of a family in the order of their prefixes, one after the other, so that nobody need hold all of them.
    package func inOrder(_ family: IPFamily) -> RoutesInOrder {
        RoutesInOrder(self, family)
    }
}

/// Goes through the routes of a table in the order of their prefixes.
package struct RoutesInOrder: Sequence, IteratorProtocol {
    /// What is left of a group, from its next prefix on.
    private struct Rest {
        var next: IPPrefix
        var prefixes: PrefixSet.Iterator
        let attributes: RouteAttributes
    }

    private var rests: [Rest] = []

    init(_ table: RouteTable, _ family: IPFamily) {
        for (key, prefixes) in table.groups where key.family == family {
            var iterator = prefixes.makeIterator()
            guard let attributes = key.attributes, let first = iterator.next() else { continue }
            rests.append(Rest(next: first, prefixes: iterator, attributes: attributes))
        }
    }

    package mutating func next() -> Route? {
        guard let least = rests.indices.min(by: { rests[$0].next < rests[$1].next }) else { return nil }
        let route = Route(prefix: rests[least].next, attributes: rests[least].attributes)
        if let next = rests[least].prefixes.next() {
            rests[least].next = next
        } else {
            rests.swapAt(least, rests.count - 1)
            rests.removeLast()
        }
        return route
    }
}
