import BGPEngine
import BGPTransport
import BGPTypes
import BGPWire
import Lab
import TestCluster
import TestSupport

/// A router of our own engine for every session that some node may come to have with it.
struct AgreementRouter: Sendable {
    /// Where it listens; port 179 would need root.
    static let port: UInt16 = 1791

    private let router: PassiveRouter
    /// The sessions, each with the address it comes from.
    private let sources: [SessionName: IPv4Address]

    init(address: IPv4Address, asNumber: ASNumber, sessions: [SessionName: IPv4Address]) {
        router = PassiveRouter(address: address, asNumber: asNumber, port: Self.port, logger: TestCluster.logger)
        sources = sessions
        expect([:])
    }

    /// Takes every session from nodes of any AS, whatever the cluster comes to be configured with, those that have one with
    /// a password.
    func expect(_ passwords: [SessionName: Password]) {
        router.expect(
            sessions.map { session in
                PassiveRouter.Neighbour(
                    name: Self.name(session),
                    address: sources[session] ?? router.address,
                    asNumber: 0,
                    password: passwords[session]
                )
            }
        )
    }

    var speaker: BGPServer { router.speaker }

    private var sessions: [SessionName] { sources.keys.sorted() }

    private static func name(_ session: SessionName) -> String {
        "\(session.node).\(session.instance).\(session.peer)"
    }

    /// What it has, session by session.
    func known() async -> KnownRouter {
        var tables: [SessionName: RouterTable] = [:]
        for session in sessions {
            let id = PassiveRouter.id(Self.name(session))
            var routes: [String: Set<RouterPath>] = [:]
            for family in [RouteFamily.ipv4Unicast, .ipv6Unicast] {
                for route in await speaker.received(id, family: family) {
                    let path = route.attributes
                    routes[route.prefix.description] = [
                        RouterPath(
                            nextHop: route.nextHop?.address?.description ?? "",
                            asPath: path.asPath?.segments.flatMap(\.numbers).map(\.rawValue) ?? [],
                            origin: path.origin?.description ?? "",
                            localPreference: path.localPreference,
                            med: path.med,
                            communities: path.communities.map(\.description),
                            largeCommunities: path.largeCommunities.map(\.description)
                        )
                    ]
                }
            }
            if !routes.isEmpty { tables[session] = RouterTable(routes) }
        }
        return KnownRouter(
            address: router.address.description,
            asNumber: router.asNumber.rawValue,
            routes: .bySession(tables)
        )
    }

    /// Announces a route to the node at the other end of a session.
    func tell(_ prefix: String, to session: SessionName) {
        let routes = IPPrefix(prefix).map { [Route(prefix: $0, attributes: RouteAttributes())] } ?? []
        let peer = PassiveRouter.id(Self.name(session))
        speaker.announce([peer: RouteTable(routes)], isComplete: true)
    }

    /// How often each session was established, and whether it is now.
    var sessionCounts: [SessionName: (count: Int, isUp: Bool)] {
        let snapshots = Dictionary(speaker.snapshot().map { ($0.id.peer, $0) }, uniquingKeysWith: { first, _ in first })
        var found: [SessionName: (count: Int, isUp: Bool)] = [:]
        for session in sessions {
            guard let peer = snapshots[Self.name(session)] else { continue }
            found[session] = (peer.establishedTransitions, peer.state == .established)
        }
        return found
    }
}
