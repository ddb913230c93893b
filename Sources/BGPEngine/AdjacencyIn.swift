package import Addressing
package import BGPWire
import NIOCore

/// What one peer has told: counted always, listed when someone asks.
///
/// A node does not use these routes, so they are kept as small as possible: a prefix is a place in a table of numbers,
/// and attributes stay encoded, once for all routes that share them.
package struct AdjacencyIn: Sendable {
    private var ipv4 = PrefixMap(.ipv4)
    private var ipv6 = PrefixMap(.ipv6)
    private var pool = AttributePool()

    /// How attributes that came as octets are to be read.
    private let context: WireContext

    /// Starts empty; `context` is what the session agreed on.
    package init(_ context: WireContext = storage) {
        self.context = context
    }

    /// The number of routes of a family.
    package func count(_ family: IPFamily) -> Int {
        family == .ipv4 ? ipv4.count : ipv6.count
    }

    /// The number of different sets of attributes kept.
    package var attributeSets: Int { pool.count }

    /// The memory that the routes take, in octets and near enough to set a bound to it.
    package var octets: Int { ipv4.octets + ipv6.octets + pool.octets }

    /// More than this a peer may not make a node keep; the full tables of the Internet need half of it.
    package static let maximumOctets = 128 << 20

    /// Takes an UPDATE, withdrawals first, its faults' treatment included (RFC 7606).
    package mutating func receive(_ update: UpdateMessage) {
        for nlri in update.withdrawals {
            switch nlri.family {
            case .ipv4: Self.withdraw(nlri, from: &ipv4, &pool)
            case .ipv6: Self.withdraw(nlri, from: &ipv6, &pool)
            }
        }
        for announcement in update.announcements {
            let number = number(of: update, announcement)
            switch announcement.prefixes.family {
            case .ipv4: Self.announce(announcement.prefixes, number, in: &ipv4, &pool)
            case .ipv6: Self.announce(announcement.prefixes, number, in: &ipv6, &pool)
            }
        }
    }

    /// Forgets everything, as when the session ends.
    package mutating func removeAll() {
        self = AdjacencyIn(context)
    }

    /// The routes of a family in the order of their prefixes, at most `limit` of them from a place on.
    package func routes(_ family: IPFamily, after start: IPPrefix? = nil, limit: Int = .max) -> [ReceivedRoute] {
        let map = family == .ipv4 ? ipv4 : ipv6
        var keys = LeastKeys(limit: limit)
        let start = start.map(PrefixKey.init)
        map.forEach { key, _ in
            if start.map({ key > $0 }) ?? true { keys.insert(key) }
        }
        // Most routes come with attributes that others have too.
        var decoded: [UInt32: Told] = [:]
        return keys.sorted().compactMap { key in
            guard let prefix = key.prefix(family) else { return nil }
            let number = map.value(of: key)
            let told = decoded[number] ?? told(number)
            decoded[number] = told
            return ReceivedRoute(prefix: prefix, nextHop: told.nextHop, attributes: told.attributes)
        }
    }

    /// The route to one prefix; `nil` when the peer has told none.
    package func route(to prefix: IPPrefix) -> ReceivedRoute? {
        let number = (prefix.family == .ipv4 ? ipv4 : ipv6).value(of: PrefixKey(prefix))
        guard number != 0 else { return nil }
        let told = told(number)
        return ReceivedRoute(prefix: prefix, nextHop: told.nextHop, attributes: told.attributes)
    }

    private typealias Told = (nextHop: MultiprotocolNextHop?, attributes: PathAttributes)

    private func told(_ number: UInt32) -> Told {
        guard let (octets, form) = pool.set(number) else { return (nil, PathAttributes()) }
        let context = form == .received ? context : Self.storage
        var attributes = PathAttributes.decode(ByteBuffer(bytes: octets), context: context).attributes
        let nextHop = attributes.reachable?.nextHop ?? attributes.nextHop.map { .ipv4($0) }
        attributes.reachable = nil
        attributes.nextHop = nil
        return (nextHop, attributes)
    }

    /// The number of an announcement's attributes, counted as used by all of its prefixes.
    ///
    /// Where nothing but attributes stands in the octets that came, they are what is kept.
    private mutating func number(of update: UpdateMessage, _ announcement: UpdateMessage.Announcement) -> UInt32 {
        let count = announcement.prefixes.count
        if let octets = update.attributeOctets.bytes, update.attributes.reachable == nil,
            update.attributes.unreachable == nil
        {
            return octets.withUnsafeReadableBytes { pool.number(of: $0, .received, times: count) }
        }
        let set = Self.encoded(update.attributes, announcement.nextHop, announcement.prefixes.family)
        return set.withUnsafeReadableBytes { pool.number(of: $0, .encoded, times: count) }
    }

    private static func withdraw(_ nlri: NLRI, from map: inout PrefixMap, _ pool: inout AttributePool) {
        nlri.forEachKey { key in
            let number = map.remove(key)
            if number != 0 { pool.release(number) }
        }
    }

    private static func announce(
        _ nlri: NLRI,
        _ number: UInt32,
        in map: inout PrefixMap,
        _ pool: inout AttributePool
    ) {
        nlri.forEachKey { key in
            let old = map.update(key, to: number)
            if old != 0 { pool.release(old) }
        }
    }

    /// How attributes are kept that are encoded anew, whatever session they came from: nothing left out.
    package static let storage = WireContext(isInternal: true, fourOctetAS: true, ipv4OverIPv6: true)

    /// The attributes with the next hop in the one place where every kind fits.
    private static func encoded(
        _ attributes: PathAttributes,
        _ nextHop: MultiprotocolNextHop,
        _ family: IPFamily
    ) -> ByteBuffer {
        var kept = attributes
        let family = Family(unicast: family)
        kept.nextHop = nil
        kept.unreachable = nil
        kept.reachable = MultiprotocolReachable(family: family, nextHop: nextHop, routes: .none(family))
        var buffer = ByteBuffer()
        kept.encode(into: &buffer, context: storage)
        return buffer
    }
}
