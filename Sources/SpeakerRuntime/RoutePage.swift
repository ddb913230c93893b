import AdminServer
import BGPEngine
import BGPResources
import BGPTransport
import BGPTypes
import BGPWire
import KubeModel
import PlainText
import Planning
import SpeakerAPI

/// Writes the routes of a view one after the other, and holds no more of them than a slice.
///
/// It runs on the admin server's thread. The sessions and the node's driver, which have better things to do, are asked for a
/// millisecond's work at a time.
struct RoutePage: Sendable {
    let node: String
    let view: NodeRoutes.View
    let query: RouteQuery
    let speaker: BGPServer
    let driver: NodeDriver

    /// The most routes one answer holds; more are cut off and said to be.
    static let limit = 200_000

    /// How many Services or routes the driver is asked about at a time.
    private static let slice = 500

    private typealias List = JSONList<NodeRoutes, RouteDocument>

    /// The answer to a request.
    var answer: AdminPage.Answer {
        .json { writer in
            var list = List(limit: Self.limit, writer)
            try await list.begin(document(truncated: false), in: "routes")
            switch view {
            case .available: try await writeAvailable(&list)
            case .advertised: try await writeAdvertised(&list)
            case .received: try await writeReceived(&list)
            }
            try await list.end(document(truncated: list.isCut), in: "routes")
        }
    }

    private func document(truncated: Bool) -> NodeRoutes {
        NodeRoutes(node: node, view: view, truncated: truncated, notKept: view == .received ? notKept : nil, routes: [])
    }

    /// The peers of which not all routes are kept; nil for none.
    private var notKept: [NotKeptRoutes]? {
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

    private var families: [IPFamily] { IPFamily.allCases.filter { query.allows($0.routeFamily) } }

    /// Where the asked routes come from.
    private func origins(_ overview: NodeController.Overview) async -> RouteOrigins {
        var origins = RouteOrigins()
        origins.add(overview.configured.all, where: query.allows)
        var rest = overview.services[...]
        while !rest.isEmpty {
            let slice = rest.prefix(Self.slice)
            origins.add(await driver.read { $0.origins(of: slice) }, where: query.allows)
            rest = rest.dropFirst(Self.slice)
        }
        return origins
    }

    /// What the node wants to announce, once per instance and different treatment of its peers.
    private func writeAvailable(_ list: inout List) async throws {
        guard let overview = await driver.read({ $0.overview }) else { return }
        let origins = await origins(overview)
        let peers = overview.groups.enumerated().flatMap { group, peers in peers.map { (id: $0, group: group) } }
        for peer in peers.sorted(by: { $0.id < $1.id }) where query.allows(peer.id) {
            let table = await driver.read { $0.routes(of: peer.id) } ?? RouteTable()
            for family in families {
                for route in table.inOrder(family) where query.allows(route.prefix) {
                    let sources = origins.sources(of: route.prefix, group: peer.group)
                    try await list.write(RouteDocument(SourcedRoute(route: route, sources: sources), to: peer.id))
                    if list.isCut { return }
                }
            }
        }
    }

    private func writeAdvertised(_ list: inout List) async throws {
        let overview = await driver.read { $0.overview }
        var origins = RouteOrigins()
        if let overview { origins = await self.origins(overview) }
        for peer in speaker.snapshot() where query.allows(peer.id) {
            guard let routes = await speaker.advertisedRoutes(peer.id) else { continue }
            let group = overview?.groups.firstIndex { $0.contains(peer.id) } ?? -1
            // Announced when it was decided, or when the session came up, whatever was later.
            let established = peer.since.wholeSecond
            var documents: [RouteDocument] = []
            for family in families {
                for route in routes.inOrder(family) where query.allows(route.prefix) {
                    let sources = origins.sources(of: route.prefix, group: group)
                    documents.append(RouteDocument(route, sources: sources, to: peer))
                    if documents.count == Self.slice {
                        try await write(&documents, of: peer.id, since: established, to: &list)
                        if list.isCut { return }
                    }
                }
            }
            try await write(&documents, of: peer.id, since: established, to: &list)
            if list.isCut { return }
        }
    }

    private func write(
        _ documents: inout [RouteDocument],
        of peer: PeerID,
        since established: Timestamp,
        to list: inout List
    ) async throws {
        let prefixes = documents.map(\.prefix)
        let times = await driver.read { $0.times(of: prefixes, to: peer) }
        for (document, time) in zip(documents, times) {
            var document = document
            document.since = time.map { max($0, established) } ?? established
            try await list.write(document)
        }
        documents.removeAll(keepingCapacity: true)
    }

    private func writeReceived(_ list: inout List) async throws {
        for peer in speaker.snapshot() where query.allows(peer.id) {
            for family in families {
                var last: IPPrefix?
                while let slice = await speaker.received(peer.id, family, after: last) {
                    // Where the query leaves out all of it nothing is written, which would tell.
                    try Task.checkCancellation()
                    for route in slice.decoded() {
                        last = route.prefix
                        guard query.allows(route.prefix) else { continue }
                        try await list.write(RouteDocument(route, from: peer))
                        if list.isCut { return }
                    }
                }
            }
        }
    }
}

/// Which routes are asked for; what is absent does not narrow.
struct RouteQuery: Sendable {
    private let instance: String?
    private let peer: String?
    private let family: RouteFamily?
    private let prefixes: [IPPrefix]?

    /// The most prefixes that one question may name.
    static let mostPrefixes = 64

    init(_ query: [String: String]) {
        instance = query["instance"]
        peer = query["peer"]
        family = query["family"].flatMap { RouteFamily($0) }
        prefixes = query["prefix"].map { $0.split(separator: ",").compactMap { IPPrefix(String($0)) } }
    }

    /// Whether it names more prefixes than every route can be compared with.
    var isTooLong: Bool { (prefixes?.count ?? 0) > Self.mostPrefixes }

    func allows(_ id: PeerID) -> Bool {
        (instance ?? id.instance) == id.instance && (peer ?? id.peer) == id.peer
    }

    func allows(_ family: RouteFamily) -> Bool { (self.family ?? family) == family }

    /// Routes inside the asked prefixes count, and those that cover them.
    func allows(_ prefix: IPPrefix) -> Bool {
        allows(prefix.family.routeFamily) && (prefixes?.contains { $0.overlaps(prefix) } ?? true)
    }
}

extension RouteDocument {
    /// A route as it was announced to a peer.
    fileprivate init(_ route: AdvertisedRoute, sources: [RouteSource], to peer: PeerSnapshot) {
        let decided = Route(prefix: route.prefix, attributes: route.attributes)
        self.init(SourcedRoute(route: decided, sources: sources), to: peer.id)
        peerAddress = peer.configuration.remote
        nextHop = route.nextHop
        asPath = route.asPath.segments.flatMap(\.numbers)
        localPreference = route.localPreference
    }

    /// A route as a peer announced it.
    fileprivate init(_ route: ReceivedRoute, from peer: PeerSnapshot) {
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
