import Addressing
import AdminServer
import BGPEngine
import BGPResources
import BGPTransport
import BGPWire
import FoundationEssentials
import KubeModel
import Planning

/// The speaker's state as JSON: its peers and its routes, as `kubectl bgp` reads them through the pod proxy.
struct SpeakerPages: Sendable {
    let node: String
    let speaker: BGPSpeaker
    let loop: SpeakerLoop

    /// The most routes one answer holds; more are cut off and said to be.
    static let limit = 200_000

    var pages: [AdminPage] {
        [
            AdminPage("v1/peers") { _ in await Self.json(peers()) },
            AdminPage("v1/routes/:view") { request in await routes(request) },
        ]
    }

    private static func json(_ document: some Encodable) -> AdminPage.Answer {
        do {
            return .json(String(decoding: try JSON.encode(document), as: UTF8.self))
        } catch {
            return .refusal(500, "the document cannot be encoded: \(error)")
        }
    }

    private func peers() async -> NodePeers {
        let snapshots = Dictionary(speaker.snapshot().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let sockets = Dictionary(speaker.instances().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let plans = await loop.sessions
        let heldBack = await loop.heldBack
        let instances = plans.map { NodeInstance($0.name, sockets[$0.name]) }
        let peers = plans.flatMap { plan in
            plan.peers.map { peer in
                NodePeer(
                    instance: plan.name,
                    status: PeerStatus(peer, snapshots[peer.id], heldBack: heldBack[peer.id] ?? [:])
                )
            }
        }
        let now = Timestamp(Date.now)
        let paused = await loop.paused.map { paused in
            PausedPrefix(
                prefix: paused.prefix,
                until: Timestamp(secondsSinceEpoch: now.secondsSinceEpoch + paused.rest / .seconds(1))
            )
        }
        return NodePeers(
            node: node,
            gates: GatesDocument(await loop.presentGates),
            instances: instances,
            peers: peers,
            paused: paused
        )
    }

    private func routes(_ request: AdminPage.Request) async -> AdminPage.Answer {
        guard let view = request.parameters["view"].flatMap(NodeRoutes.View.init) else {
            return .refusal(404, "expected /v1/routes/available, /v1/routes/advertised or /v1/routes/received")
        }
        let query = RouteQuery(request.query)
        let routes =
            switch view {
            case .available: await available(query)
            case .advertised: await advertised(query)
            case .received: await received(query)
            }
        return Self.json(
            NodeRoutes(
                node: node,
                view: view,
                truncated: routes.count > Self.limit,
                notKept: view == .received ? notKept(query) : nil,
                routes: Array(routes.sorted().prefix(Self.limit))
            )
        )
    }

    /// What the node wants to announce, once per instance and different treatment of its peers.
    private func available(_ query: RouteQuery) async -> [RouteDocument] {
        guard let decision = await loop.decision else { return [] }
        return decision.groups.indices.flatMap { index -> [RouteDocument] in
            let sources = decision.sources(ofGroup: index)
            let routes = decision.routes(ofGroup: index).map {
                SourcedRoute(route: $0, sources: sources[$0.prefix] ?? [])
            }
            return decision.groups[index].filter(query.allows).flatMap { peer in
                routes.filter { query.allows($0.route.prefix) }.map { RouteDocument($0, to: peer) }
            }
        }
    }

    private func advertised(_ query: RouteQuery) async -> [RouteDocument] {
        let decision = await loop.decision
        let history = await loop.history
        var documents: [RouteDocument] = []
        for peer in speaker.snapshot() where query.allows(peer.id) {
            let group = decision?.groups.firstIndex { $0.contains(peer.id) }
            let sources = group.flatMap { decision?.sources(ofGroup: $0) } ?? [:]
            for route in await speaker.advertised(peer.id, limit: Self.limit + 1) where query.allows(route.prefix) {
                let sourced = SourcedRoute(
                    route: Route(prefix: route.prefix, attributes: route.attributes),
                    sources: sources[route.prefix] ?? []
                )
                var document = RouteDocument(sourced, to: peer.id)
                document.peerAddress = peer.configuration.remote
                document.nextHop = route.nextHop
                document.asPath = route.asPath.segments.flatMap(\.numbers)
                document.localPreference = route.localPreference
                // Announced when it was decided, or when the session came up, whatever was later.
                let established = Timestamp(peer.since)
                document.since = history.time(of: route.prefix, to: peer.id).map { max($0, established) } ?? established
                documents.append(document)
            }
        }
        return documents
    }

    private func received(_ query: RouteQuery) async -> [RouteDocument] {
        var documents: [RouteDocument] = []
        for peer in speaker.snapshot() where query.allows(peer.id) {
            for family in [Family.ipv4Unicast, .ipv6Unicast] where query.allows(family) {
                for route in await speaker.received(peer.id, family: family, limit: Self.limit + 1)
                where query.allows(route.prefix) {
                    documents.append(RouteDocument(route, from: peer))
                }
            }
        }
        return documents
    }
}

extension SpeakerPages {
    /// The peers of which not all routes are kept; nil for none.
    private func notKept(_ query: RouteQuery) -> [NotKeptRoutes]? {
        let found = speaker.snapshot().filter { query.allows($0.id) }.flatMap { peer in
            peer.families.filter { $0.notKept > 0 && query.allows($0.family) }.map { counters in
                NotKeptRoutes(
                    instance: peer.id.instance,
                    peer: peer.id.peer,
                    peerAddress: peer.configuration.remote,
                    family: counters.family.description,
                    received: counters.received,
                    notKept: counters.notKept
                )
            }
        }
        return found.isEmpty ? nil : found
    }
}

extension NodeInstance {
    /// An instance with its sockets, if it has any.
    init(_ name: String, _ snapshot: InstanceSnapshot?) {
        self.init(
            name: name,
            listening: snapshot?.listening.map(\.description) ?? [],
            problem: snapshot?.problems.first?.description,
            reason: snapshot?.problems.first?.reason.rawValue
        )
    }
}

extension RouteDocument {
    /// A route as a peer announced it.
    init(_ route: ReceivedRoute, from peer: PeerSnapshot) {
        let path = route.attributes
        self.init(
            instance: peer.id.instance,
            peer: peer.id.peer,
            prefix: route.prefix,
            origin: path.origin?.description ?? "incomplete"
        )
        peerAddress = peer.configuration.remote
        nextHop = route.nextHop?.address
        asPath = path.asPath?.segments.flatMap(\.numbers)
        localPreference = path.localPreference
        med = path.med
        communities = path.communities.isEmpty ? nil : path.communities.map(\.description)
        largeCommunities = path.largeCommunities.isEmpty ? nil : path.largeCommunities.map(\.description)
    }
}

/// Which routes are asked for; what is absent does not narrow.
struct RouteQuery: Sendable {
    private let instance: String?
    private let peer: String?
    private let family: Family?
    private let prefixes: [IPPrefix]?

    init(_ query: [String: String]) {
        instance = query["instance"]
        peer = query["peer"]
        family = query["family"].flatMap { Family($0) }
        prefixes = query["prefix"].map { $0.split(separator: ",").compactMap { IPPrefix(String($0)) } }
    }

    func allows(_ id: PeerID) -> Bool {
        (instance ?? id.instance) == id.instance && (peer ?? id.peer) == id.peer
    }

    func allows(_ family: Family) -> Bool { (self.family ?? family) == family }

    /// Routes inside the asked prefixes count, and those that cover them.
    func allows(_ prefix: IPPrefix) -> Bool {
        allows(Family(unicast: prefix.family)) && (prefixes?.contains { $0.overlaps(prefix) } ?? true)
    }
}
