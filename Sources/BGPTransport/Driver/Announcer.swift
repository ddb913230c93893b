import Addressing
import BGPEngine
import BGPWire
import NIOCore

/// What one session has yet to say about the routes that are desired.
struct Announcer {
    private let negotiation: Negotiation
    private let localAS: ASNumber
    private let nextHops: [IPFamily: IPAddress]
    private var announced: [IPPrefix: RouteAttributes] = [:]
    private var pending: [Route] = []
    private var gone: [IPPrefix] = []
    private var owed: [Family]

    init(negotiation: Negotiation, localAS: ASNumber, nextHops: [IPFamily: IPAddress]) {
        self.negotiation = negotiation
        self.localAS = localAS
        self.nextHops = nextHops
        owed = negotiation.remoteGracefulRestart == nil ? [] : negotiation.families
    }

    var announcedRoutes: [AdvertisedRoute] {
        announced.sorted { $0.key < $1.key }.compactMap { prefix, attributes in
            guard let nextHop = nextHops[prefix.family] else { return nil }
            return AdvertisedRoute(
                prefix: prefix,
                nextHop: nextHop,
                asPath: path(attributes),
                localPreference: negotiation.wire.isInternal ? attributes.localPreference ?? 100 : nil,
                attributes: attributes
            )
        }
    }

    private func path(_ attributes: RouteAttributes) -> ASPath {
        guard !negotiation.wire.isInternal else { return .empty }
        return ASPath(sequence: Array(repeating: localAS, count: attributes.asPathPrepend + 1))
    }

    func announcedCount(_ family: Family) -> Int {
        announced.keys.count { Family(unicast: $0.family) == family }
    }

    mutating func want(_ routes: [Route]) {
        let wanted = Dictionary(routes.map { ($0.prefix, $0.attributes) }, uniquingKeysWith: { first, _ in first })
        gone = announced.keys.filter { wanted[$0] == nil }.sorted()
        pending = routes.filter {
            announced[$0.prefix] != $0.attributes && nextHops[$0.prefix.family] != nil
                && negotiation.families.contains(Family(unicast: $0.prefix.family))
        }
    }

    mutating func repeatRoutes(_ family: Family, _ routes: [Route]) {
        announced = announced.filter { Family(unicast: $0.key.family) != family }
        want(routes)
    }

    /// The next bytes to send, `nil` when nothing is owed; the End-of-RIB only once the set is complete.
    mutating func nextBatch(isComplete: Bool) -> ByteBuffer? {
        var buffer = ByteBuffer()
        for prefix in gone {
            announced[prefix] = nil
            message(withdrawing: prefix).encode(into: &buffer, context: negotiation.wire)
        }
        gone = []
        for route in pending {
            announced[route.prefix] = route.attributes
            message(announcing: route).encode(into: &buffer, context: negotiation.wire)
        }
        pending = []
        if isComplete {
            for family in owed {
                Message.update(.endOfRIB(family)).encode(into: &buffer, context: negotiation.wire)
            }
            owed = []
        }
        return buffer.readableBytes > 0 ? buffer : nil
    }

    private func message(withdrawing prefix: IPPrefix) -> Message {
        let nlri = NLRI([prefix], family: prefix.family)
        guard prefix.family == .ipv6 else { return .update(UpdateMessage(withdrawn: nlri)) }
        var attributes = PathAttributes()
        attributes.unreachable = MultiprotocolUnreachable(family: .ipv6Unicast, routes: .prefixes(nlri))
        return .update(UpdateMessage(attributes: attributes))
    }

    private func message(announcing route: Route) -> Message {
        var attributes = PathAttributes()
        attributes.origin = route.attributes.origin
        attributes.med = route.attributes.med
        attributes.communities = route.attributes.communities
        attributes.largeCommunities = route.attributes.largeCommunities
        attributes.asPath = path(route.attributes)
        if negotiation.wire.isInternal { attributes.localPreference = route.attributes.localPreference ?? 100 }
        let nlri = NLRI([route.prefix], family: route.prefix.family)
        switch nextHops[route.prefix.family] {
        case .v4(let address):
            attributes.nextHop = address
            return .update(UpdateMessage(attributes: attributes, announced: nlri))
        case .v6(let address):
            attributes.reachable = MultiprotocolReachable(
                family: .ipv6Unicast,
                nextHop: .ipv6(address),
                routes: .prefixes(nlri)
            )
            return .update(UpdateMessage(attributes: attributes))
        case nil:
            return .keepalive
        }
    }
}
