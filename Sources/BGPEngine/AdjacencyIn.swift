package import BGPTypes
package import BGPWire
import NIOCore

/// What one peer has told: counted always, and kept, so that it can be listed, while there is room for it.
///
/// A node does not use these routes, so they are kept as small as possible: a prefix is a place in a table of numbers,
/// and attributes stay encoded, once for all routes that share them. Of a route that is not kept the prefix alone is
/// remembered, which is what counting takes. It stays so until the peer tells it again, also when there is room by then;
/// a kept route that is told again stays kept, unless its new attributes find no room.
package struct AdjacencyIn: Sendable {
    private var ipv4: Table
    private var ipv6: Table
    private var kept: Kept

    /// How attributes that came as octets are to be read.
    private let context: WireContext

    /// The most routes that are kept.
    private let mostKept: Int

    /// What the hashes of prefixes and attributes start from.
    private let seed: UInt64

    /// The prefixes of a family, by the number of their attributes.
    private struct Table {
        var map: PrefixMap
        /// How many have attributes.
        var kept = 0

        init(_ family: IPFamily, seed: UInt64) {
            map = PrefixMap(family, seed: seed)
        }
    }

    /// The attributes of the routes that are kept.
    private struct Kept {
        var pool: AttributePool
        /// How many routes of both families have attributes.
        var routes = 0

        init(seed: UInt64) {
            pool = AttributePool(seed: seed)
        }
    }

    /// The number of a prefix whose attributes are not kept; no set of attributes has it, since there are fewer.
    private static let counted = PrefixMap.maximumValue

    /// How many routes are kept of what one peer tells.
    package static let mostKept = 100_000

    /// Starts empty; `context` is what the session agreed on.
    ///
    /// `seed` has to be a number that the peer cannot know, since all lookups depend on it.
    package init(_ context: WireContext = storage, mostKept: Int = mostKept, seed: UInt64) {
        self.context = context
        self.seed = seed
        ipv4 = Table(.ipv4, seed: seed)
        ipv6 = Table(.ipv6, seed: seed)
        kept = Kept(seed: seed)
        self.mostKept = min(mostKept, Int(Self.counted) - 1)
    }

    /// The number of routes of a family, whether kept or not.
    package func count(_ family: IPFamily) -> Int {
        family == .ipv4 ? ipv4.map.count : ipv6.map.count
    }

    /// How many of the routes of a family are counted and not kept.
    package func notKept(_ family: IPFamily) -> Int {
        family == .ipv4 ? ipv4.map.count - ipv4.kept : ipv6.map.count - ipv6.kept
    }

    /// The number of different sets of attributes kept.
    package var attributeSets: Int { kept.pool.count }

    /// The memory that the routes take, near enough to set a bound to it.
    package var usage: ReceivedRoutesBudget.Usage {
        ReceivedRoutesBudget.Usage(attributes: kept.pool.octets, prefixes: ipv4.map.octets + ipv6.map.octets)
    }

    /// Takes an UPDATE, withdrawals first, its faults' treatment included (RFC 7606).
    ///
    /// Attributes for which `room` is too small are not kept. When it is too small to count all prefixes, the result is
    /// false, and the UPDATE is to be given again once there is room.
    @discardableResult
    package mutating func receive(_ update: UpdateMessage, within room: ReceivedRoutesBudget.Room = .unlimited) -> Bool
    {
        for nlri in update.withdrawals {
            switch nlri.family {
            case .ipv4: Self.withdraw(nlri, from: &ipv4, &kept)
            case .ipv6: Self.withdraw(nlri, from: &ipv6, &kept)
            }
        }
        guard !update.announced.isEmpty || update.attributes.reachable != nil else { return true }
        let ceiling = Ceiling(room, over: usage)
        for announcement in update.announcements {
            guard announce(announcement, of: update, ceiling) else { return false }
        }
        return true
    }

    /// How far the memory may grow, in octets.
    private struct Ceiling {
        /// What attributes may take.
        let attributes: Int
        /// What prefixes and attributes may take together.
        let total: Int

        init(_ room: ReceivedRoutesBudget.Room, over usage: ReceivedRoutesBudget.Usage) {
            attributes = usage.attributes + room.attributes
            total = usage.total + room.total
        }
    }

    /// Forgets all attributes, so that all routes are counted alone.
    package mutating func forgetAttributes() {
        kept = Kept(seed: seed)
        ipv4.map.setAll(to: Self.counted)
        ipv6.map.setAll(to: Self.counted)
        ipv4.kept = 0
        ipv6.kept = 0
    }

    /// Forgets everything, as when the session ends.
    package mutating func removeAll() {
        self = AdjacencyIn(context, mostKept: mostKept, seed: seed)
    }

    /// The kept routes of a family in the order of their prefixes, at most `limit` of them from a place on.
    package func routes(_ family: IPFamily, after start: IPPrefix? = nil, limit: Int = .max) -> [ReceivedRoute] {
        encodedRoutes(family, after: start, limit: limit, octets: .max).decoded()
    }

    /// The same as they are kept, and no more once their attributes take as many octets as that.
    package func encodedRoutes(
        _ family: IPFamily,
        after start: IPPrefix? = nil,
        limit: Int,
        octets: Int
    ) -> EncodedRoutes {
        let map = family == .ipv4 ? ipv4.map : ipv6.map
        var keys = SmallestKeys(limit: limit)
        let start = start.map(PrefixKey.init)
        map.forEach { key, number in
            if number != Self.counted, start.map({ key > $0 }) ?? true { keys.insert(key) }
        }
        var routes = EncodedRoutes(family: family, context: context)
        for key in keys.sorted() where routes.octets < octets {
            routes.append(key, map.value(of: key), from: kept.pool)
        }
        return routes
    }

    /// The route to one prefix; `nil` when the peer has told none, or it is not kept.
    package func route(to prefix: IPPrefix) -> ReceivedRoute? {
        let number = (prefix.family == .ipv4 ? ipv4 : ipv6).map.value(of: PrefixKey(prefix))
        guard number != 0, number != Self.counted else { return nil }
        var routes = EncodedRoutes(family: prefix.family, context: context)
        routes.append(PrefixKey(prefix), number, from: kept.pool)
        return routes.decoded().first
    }

    private static func withdraw(_ nlri: NLRI, from table: inout Table, _ kept: inout Kept) {
        nlri.forEachKey { key in
            let number = table.map.remove(key)
            guard number != 0, number != counted else { return }
            table.kept -= 1
            kept.routes -= 1
            kept.pool.release(number)
        }
    }

    /// Takes the prefixes of an announcement; false when not all could be counted.
    private mutating func announce(
        _ announcement: UpdateMessage.Announcement,
        of update: UpdateMessage,
        _ ceiling: Ceiling
    ) -> Bool {
        switch announcement.prefixes.family {
        case .ipv4:
            Self.announce(announcement, of: update, in: &ipv4, &kept, most: mostKept, ceiling, beside: ipv6.map.octets)
        case .ipv6:
            Self.announce(announcement, of: update, in: &ipv6, &kept, most: mostKept, ceiling, beside: ipv4.map.octets)
        }
    }

    /// Takes the prefixes of one family, whose table has `octets` beside it.
    private static func announce(
        _ announcement: UpdateMessage.Announcement,
        of update: UpdateMessage,
        in table: inout Table,
        _ kept: inout Kept,
        most: Int,
        _ ceiling: Ceiling,
        beside octets: Int
    ) -> Bool {
        // Looked up for the first route that may be kept: where enough are, most announcements keep nothing.
        var number: UInt32?
        func lookUp(_ pool: inout AttributePool, _ places: Int) -> UInt32 {
            if let number { return number }
            let room = min(ceiling.attributes, ceiling.total - octets - places)
            let found = self.number(of: update, announcement, in: &pool, within: room) ?? counted
            number = found
            return found
        }
        var uses = 0
        var hasRoom = true
        announcement.prefixes.forEachKey { key in
            guard hasRoom else { return }
            var new = kept.routes < most ? lookUp(&kept.pool, table.map.octets) : counted
            guard let old = table.map.update(key, to: new, within: ceiling.total - octets - kept.pool.octets) else {
                hasRoom = false
                return
            }
            let wasKept = old != 0 && old != counted
            if wasKept, new == counted {
                // What is kept and told again takes nobody's place.
                new = lookUp(&kept.pool, table.map.octets)
                if new != counted { _ = table.map.update(key, to: new) }
            }
            // Also for a prefix that stands twice in the message, whose use is not counted yet.
            if wasKept, old == new { return }
            if new != counted { uses += 1 }
            if wasKept != (new != counted) {
                table.kept += wasKept ? -1 : 1
                kept.routes += wasKept ? -1 : 1
            }
            if wasKept { kept.pool.release(old) }
        }
        if let number, number != counted {
            kept.pool.use(number, times: uses)
            kept.pool.release(number)
        }
        return hasRoom
    }

    /// The number of an announcement's attributes, counted as used once; `nil` when there is no room for them.
    ///
    /// Where nothing but attributes stands in the octets that came, they are what is kept.
    private static func number(
        of update: UpdateMessage,
        _ announcement: UpdateMessage.Announcement,
        in pool: inout AttributePool,
        within most: Int
    ) -> UInt32? {
        if let octets = update.attributeOctets.bytes, update.attributes.reachable == nil,
            update.attributes.unreachable == nil
        {
            return octets.withUnsafeReadableBytes { pool.number(of: $0, .received, within: most) }
        }
        let set = encoded(update.attributes, announcement.nextHop, announcement.prefixes.family)
        return set.withUnsafeReadableBytes { pool.number(of: $0, .encoded, within: most) }
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
        let family = family.routeFamily
        kept.nextHop = nil
        kept.unreachable = nil
        kept.reachable = MultiprotocolReachable(family: family, nextHop: nextHop, routes: .none(family))
        var buffer = ByteBuffer()
        kept.encode(into: &buffer, context: storage)
        return buffer
    }
}
