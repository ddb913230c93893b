package import Addressing
package import BGPWire
import NIOCore

/// What one peer has told: counted always, listed when someone asks.
///
/// A node does not use these routes, so they are kept as small as possible: a prefix is a place in a table of numbers,
/// and attributes stay encoded, once for all routes that share them.
package struct AdjacencyIn: Sendable {
    /// A route as the peer told it.
    package struct ReceivedRoute: Hashable, Sendable {
        /// The prefix.
        package var prefix: IPPrefix
        /// Where the peer says packets go.
        package var nextHop: MultiprotocolNextHop?
        /// All else, without next hop and prefixes.
        package var attributes: PathAttributes

        /// Joins three parts.
        package init(prefix: IPPrefix, nextHop: MultiprotocolNextHop?, attributes: PathAttributes) {
            self.prefix = prefix
            self.nextHop = nextHop
            self.attributes = attributes
        }
    }

    private var ipv4 = PrefixMap(.ipv4)
    private var ipv6 = PrefixMap(.ipv6)
    private var pool = AttributePool()

    /// Starts empty.
    package init() {}

    /// The number of routes of a family.
    package func count(_ family: IPFamily) -> Int {
        family == .ipv4 ? ipv4.count : ipv6.count
    }

    /// The number of different sets of attributes kept.
    package var attributeSets: Int { pool.count }

    /// Takes an UPDATE, withdrawals first, its faults' treatment included (RFC 7606).
    package mutating func receive(_ update: UpdateMessage) {
        for nlri in update.withdrawals {
            switch nlri.family {
            case .ipv4: Self.withdraw(nlri, from: &ipv4, &pool)
            case .ipv6: Self.withdraw(nlri, from: &ipv6, &pool)
            }
        }
        for announcement in update.announcements {
            let set = Self.encoded(update.attributes, announcement.nextHop, announcement.prefixes.family)
            let number = pool.number(of: set, times: announcement.prefixes.count)
            switch announcement.prefixes.family {
            case .ipv4: Self.announce(announcement.prefixes, number, in: &ipv4, &pool)
            case .ipv6: Self.announce(announcement.prefixes, number, in: &ipv6, &pool)
            }
        }
    }

    /// Forgets everything, as when the session ends.
    package mutating func removeAll() {
        self = AdjacencyIn()
    }

    /// The routes of a family in the order of their prefixes, at most `limit` of them from a place on.
    package func routes(_ family: IPFamily, after start: IPPrefix? = nil, limit: Int = .max) -> [ReceivedRoute] {
        let map = family == .ipv4 ? ipv4 : ipv6
        let start = start.map(PrefixKey.init)
        var keys: [PrefixKey] = []
        map.forEach { key, _ in
            if start.map({ key > $0 }) ?? true { keys.append(key) }
        }
        keys.sort()
        return keys.prefix(limit).compactMap { key in
            guard let prefix = key.prefix(family) else { return nil }
            return route(prefix, map.value(of: key))
        }
    }

    /// The route to one prefix; `nil` when the peer has told none.
    package func route(to prefix: IPPrefix) -> ReceivedRoute? {
        let number = (prefix.family == .ipv4 ? ipv4 : ipv6).value(of: PrefixKey(prefix))
        return number == 0 ? nil : route(prefix, number)
    }

    private func route(_ prefix: IPPrefix, _ number: UInt32) -> ReceivedRoute {
        var attributes = PathAttributes.decode(ByteBuffer(bytes: pool.set(number)), context: Self.storage).attributes
        let nextHop = attributes.reachable?.nextHop
        attributes.reachable = nil
        return ReceivedRoute(prefix: prefix, nextHop: nextHop, attributes: attributes)
    }

    private static func withdraw(_ nlri: NLRI, from map: inout PrefixMap, _ pool: inout AttributePool) {
        for prefix in nlri {
            let number = map.remove(PrefixKey(prefix))
            if number != 0 { pool.release(number) }
        }
    }

    private static func announce(
        _ nlri: NLRI,
        _ number: UInt32,
        in map: inout PrefixMap,
        _ pool: inout AttributePool
    ) {
        for prefix in nlri {
            let old = map.update(PrefixKey(prefix), to: number)
            if old != 0 { pool.release(old) }
        }
    }

    /// How attributes are kept, whatever session they came from: nothing left out.
    private static let storage = WireContext(isInternal: true, fourOctetAS: true, ipv4OverIPv6: true)

    /// The attributes with the next hop in the one place where every kind fits.
    private static func encoded(
        _ attributes: PathAttributes,
        _ nextHop: MultiprotocolNextHop,
        _ family: IPFamily
    ) -> [UInt8] {
        var kept = attributes
        let family = Family(unicast: family)
        kept.nextHop = nil
        kept.unreachable = nil
        kept.reachable = MultiprotocolReachable(family: family, nextHop: nextHop, routes: .none(family))
        var buffer = ByteBuffer()
        kept.encode(into: &buffer, context: storage)
        return Array(buffer.readableBytesView)
    }
}
