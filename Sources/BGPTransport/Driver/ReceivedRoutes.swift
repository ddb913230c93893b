package import Addressing
package import BGPWire

/// What a peer has announced on the present session: counted and shown, never used or passed on.
struct ReceivedRoutes {
    private var routes: [Family: [IPPrefix: Int]] = [:]
    private var sets: [ReceivedAttributes] = []
    private var indices: [ReceivedAttributes: Int] = [:]

    /// How many prefixes of a family are there.
    func count(_ family: Family) -> Int {
        routes[family]?.count ?? 0
    }

    /// Takes an UPDATE, withdrawals first (RFC 4271 §4.3).
    mutating func apply(_ update: UpdateMessage) {
        for withdrawn in update.withdrawals {
            let family = Family(unicast: withdrawn.family)
            for prefix in withdrawn { routes[family]?[prefix] = nil }
        }
        for announcement in update.announcements {
            let family = Family(unicast: announcement.prefixes.family)
            let index = intern(ReceivedAttributes(nextHop: announcement.nextHop, attributes: update.attributes))
            for prefix in announcement.prefixes { routes[family, default: [:]][prefix] = index }
        }
    }

    /// All routes of a family in order of their prefixes.
    func routes(_ family: Family) -> [ReceivedRoute] {
        (routes[family] ?? [:])
            .map { ReceivedRoute(prefix: $0.key, attributes: sets[$0.value]) }
            .sorted { $0.prefix < $1.prefix }
    }

    private mutating func intern(_ attributes: ReceivedAttributes) -> Int {
        if let index = indices[attributes] { return index }
        sets.append(attributes)
        indices[attributes] = sets.count - 1
        return sets.count - 1
    }
}

/// A route as a peer announced it.
package struct ReceivedRoute: Hashable, Sendable {
    /// The prefix.
    package let prefix: IPPrefix
    /// What was said about it.
    package let attributes: ReceivedAttributes
}

/// What a peer said about routes, shared by all of one UPDATE.
package struct ReceivedAttributes: Hashable, Sendable {
    /// Where the peer wants packets to go.
    package let nextHop: MultiprotocolNextHop
    /// The attributes without the prefixes that they came with.
    package let path: PathAttributes

    init(nextHop: MultiprotocolNextHop, attributes: PathAttributes) {
        self.nextHop = nextHop
        var path = attributes
        path.reachable = nil
        path.unreachable = nil
        path.nextHop = nil
        self.path = path
    }
}
