import BGPEngine
import BGPTypes
import BGPWire
import NIOCore

/// A router as it sees one session: reads what is sent, and keeps the routes.
struct Router {
    /// What a route came with.
    struct Learned: Equatable {
        var attributes: PathAttributes
        var nextHop: MultiprotocolNextHop
    }

    /// What happened, message by message.
    enum Event: Equatable {
        case announced(Int)
        case withdrawn(Int)
        case endOfRIB(RouteFamily)
        case refresh(RouteFamily, RouteRefresh.Subtype)
        case malformed(NotificationError)
    }

    private(set) var routes: [IPPrefix: Learned] = [:]
    private(set) var events: [Event] = []
    private(set) var octets = 0
    /// How often each prefix was announced or withdrawn.
    private(set) var mentions: [IPPrefix: Int] = [:]
    private var decoder: MessageDecoder

    init(_ context: WireContext) {
        decoder = MessageDecoder(context: context)
    }

    /// How many UPDATEs with routes came.
    var updates: Int {
        events.filter {
            switch $0 {
            case .announced, .withdrawn: true
            default: false
            }
        }.count
    }

    mutating func receive(_ batch: ByteBuffer) {
        var batch = batch
        octets += batch.readableBytes
        while let inbound = decoder.decode(buffer: &batch) {
            switch inbound {
            case .message(.update(let update)):
                take(update)
            case .message(.routeRefresh(let refresh)):
                events.append(.refresh(refresh.family, refresh.subtype))
            case .message:
                break
            case .malformed(let error):
                events.append(.malformed(error))
            }
        }
    }

    private mutating func take(_ update: UpdateMessage) {
        if let family = update.endOfRIB {
            events.append(.endOfRIB(family))
            return
        }
        var withdrawn = 0
        for prefix in update.withdrawals.flatMap({ Array($0) }) {
            routes[prefix] = nil
            mentions[prefix, default: 0] += 1
            withdrawn += 1
        }
        if withdrawn > 0 { events.append(.withdrawn(withdrawn)) }
        var attributes = update.attributes
        attributes.reachable = nil
        attributes.unreachable = nil
        attributes.nextHop = nil
        for announcement in update.announcements {
            for prefix in announcement.prefixes {
                routes[prefix] = Learned(attributes: attributes, nextHop: announcement.nextHop)
                mentions[prefix, default: 0] += 1
            }
            events.append(.announced(announcement.prefixes.count))
        }
    }
}

extension AdjacencyOut {
    /// The next batch of a peer that shares nothing.
    mutating func nextBatch(limit: Int) -> ByteBuffer? {
        var nothing = UpdateCache()
        return nextBatch(limit: limit, sharing: &nothing)
    }

    /// Sends everything there is, in batches of a size.
    mutating func drain(into router: inout Router, limit: Int = 65536) {
        while let batch = nextBatch(limit: limit) { router.receive(batch) }
    }
}

extension SessionEncoding {
    /// An external session of AS 65001 that carries both families.
    static let dualStack = SessionEncoding(
        context: WireContext(
            fourOctetAS: true,
            families: [.ipv4Unicast, .ipv6Unicast],
            routeRefresh: true,
            enhancedRouteRefresh: true
        ),
        localAS: 65001,
        ipv4: IPv4Address(192, 0, 2, 1),
        ipv6: IPv6Address("2001:db8::1")
    )
}

extension RouteTable {
    /// Host routes counted up from 10.0.0.0 or fd00::.
    static func hosts(_ count: Int, _ family: IPFamily, attributes: RouteAttributes = RouteAttributes()) -> RouteTable {
        RouteTable((0..<count).map { Route(prefix: host($0, family), attributes: attributes) })
    }

    /// The table with other attributes for some prefixes, and without those that have none.
    func setting(_ attributes: [IPPrefix: RouteAttributes?]) -> RouteTable {
        let routes = attributes.compactMap { prefix, attributes in
            attributes.map { Route(prefix: prefix, attributes: $0) }
        }
        let gone = Dictionary(grouping: attributes.filter { $0.value == nil }.keys, by: \.family)
        return merging(
            RouteTable(routes),
            withdrawing: gone.reduce(into: [:]) { $0[$1.key] = PrefixSet($1.value, family: $1.key) }
        )
    }

    static func host(_ number: Int, _ family: IPFamily) -> IPPrefix {
        switch family {
        case .ipv4: IPPrefix(host: .v4(IPv4Address(rawValue: 0x0A00_0000 + UInt32(number))))
        case .ipv6: IPPrefix(host: .v6(IPv6Address(high: 0xFD00_0000_0000_0000, low: UInt64(number))))
        }
    }
}
