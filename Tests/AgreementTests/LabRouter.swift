import Addressing
import BGPEngine
import BGPTransport
import BGPWire
import TestCluster
import TestSupport

/// A router of our own engine that only listens, for every session that some node may come to have with it.
struct LabRouter: Sendable {
    /// Where it listens; port 179 would need root.
    static let port: UInt16 = 1791

    let speaker: BGPSpeaker
    let address: IPv4Address
    let asNumber: ASNumber
    private let sessions: [SessionName]

    /// Takes the sessions, each with the address it comes from.
    init(address: IPv4Address, asNumber: ASNumber, sessions: [SessionName: IPv4Address]) {
        self.address = address
        self.asNumber = asNumber
        self.sessions = sessions.keys.sorted()
        speaker = BGPSpeaker(listenAddresses: [.v4(address)], restarted: false, logger: TestCluster.logger)
        guard let routerID = RouterID(rawValue: address.rawValue) else { return }
        let peers = sessions.sorted { $0.key < $1.key }.map { session, source in
            InstanceConfiguration.Peer(
                PeerConfiguration(
                    name: Self.name(session),
                    remote: ScopedAddress(.v4(source)),
                    // Whatever the cluster comes to be configured with.
                    remoteAS: 0,
                    localAS: asNumber,
                    routerID: routerID,
                    families: [.ipv4Unicast, .ipv6Unicast],
                    restartTime: 120,
                    isPassive: true
                )
            )
        }
        speaker.apply([
            InstanceConfiguration(
                name: "router",
                localAS: asNumber,
                routerID: routerID,
                localPort: Self.port,
                peers: peers
            )
        ])
        speaker.want([:], isComplete: true)
    }

    private static func name(_ session: SessionName) -> String {
        "\(session.node).\(session.instance).\(session.peer)"
    }

    /// What it has, session by session.
    func known() async -> KnownRouter {
        var tables: [SessionName: RouterTable] = [:]
        for session in sessions {
            let id = PeerID(instance: "router", peer: Self.name(session))
            var routes: [String: Set<RouterPath>] = [:]
            for family in [Family.ipv4Unicast, .ipv6Unicast] {
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
            address: address.description,
            asNumber: asNumber.rawValue,
            routes: .bySession(tables)
        )
    }

    /// Announces a route to the node at the other end of a session.
    func tell(_ prefix: String, to session: SessionName) {
        let routes = IPPrefix(prefix).map { [Route(prefix: $0, attributes: RouteAttributes())] } ?? []
        let peer = PeerID(instance: "router", peer: Self.name(session))
        speaker.want([peer: RouteTable(routes)], isComplete: true)
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
