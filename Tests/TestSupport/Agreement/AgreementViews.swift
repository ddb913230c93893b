import KubeJSON
import KubeModel

/// The document of `kubectl bgp routes advertised`.
struct AdvertisedView {
    struct Route {
        let session: SessionName
        let prefix: String
        let peerAddress: String
        let path: RouterPath

        func told(isInternal: Bool) -> ToldRoute {
            ToldRoute(session, prefix: prefix, path: path, isInternal: isInternal)
        }
    }

    /// Routes that come from devices alone.
    struct Devices {
        /// `session prefix`.
        fileprivate(set) var routes: Set<String> = []
        /// Where these come from.
        fileprivate(set) var sources: Set<String> = []
    }

    let routes: [Route]
    let sources: Set<String>
    let devices: Devices

    init(_ document: JSONValue) {
        var routes: [Route] = []
        var sources: Set<String> = []
        var devices = Devices()
        for item in document["items"]?.array ?? [] {
            let session = SessionName(
                node: item.text("node"),
                instance: item.text("instance"),
                peer: item.text("peer")
            )
            let prefix = item.text("prefix")
            let path = RouterPath(
                nextHop: item.text("nextHop"),
                asPath: (item["asPath"]?.array ?? []).compactMap(\.asNumber),
                origin: item.text("origin"),
                localPreference: item["localPreference"]?.asNumber,
                med: item["med"]?.asNumber,
                communities: item.texts("communities"),
                largeCommunities: item.texts("largeCommunities")
            )
            routes.append(
                Route(session: session, prefix: prefix, peerAddress: item.text("peerAddress"), path: path)
            )
            let lines = item.sourceLines("\(session) \(prefix)")
            sources.formUnion(lines)
            if (item["sources"]?.array ?? []).allSatisfy({ $0["type"] == "Interface" }) {
                devices.routes.insert("\(session) \(prefix)")
                devices.sources.formUnion(lines)
            }
        }
        self.routes = routes
        self.sources = sources
        self.devices = devices
    }

    /// Who tells a router routes with this next hop.
    func session(to router: String, nextHop: String) -> SessionName? {
        routes.first { $0.peerAddress == router && $0.path.nextHop == nextHop }?.session
    }
}

/// The document of `kubectl bgp plan`, with what the sessions make of the routes on the wire.
struct PlannedView {
    private(set) var routes: Set<ToldRoute> = []
    private(set) var sources: Set<String> = []
    /// `session prefix namespace/name` for every Service behind a route.
    private(set) var services: Set<String> = []
    private var internalSessions: Set<SessionName> = []

    init(_ document: JSONValue, asNumbers: [String: UInt32]) {
        for node in document["nodes"]?.array ?? [] {
            for instance in node["instances"]?.array ?? [] {
                let localASN = instance["localASN"]?.asNumber ?? 0
                for peer in instance["peers"]?.array ?? [] {
                    let session = SessionName(
                        node: node.text("name"),
                        instance: instance.text("name"),
                        peer: peer.text("name")
                    )
                    let isInternal = asNumbers[peer.text("peerAddress")] == localASN
                    if isInternal { internalSessions.insert(session) }
                    for route in peer["routes"]?.array ?? [] { add(route, session, localASN, isInternal) }
                }
            }
        }
    }

    func isInternal(_ session: SessionName) -> Bool { internalSessions.contains(session) }

    private mutating func add(_ route: JSONValue, _ session: SessionName, _ localASN: UInt32, _ isInternal: Bool) {
        let prefix = route.text("prefix")
        let copies = isInternal ? 0 : 1 + Int(route["asPathPrepend"]?.asNumber ?? 0)
        let path = RouterPath(
            nextHop: "",
            asPath: Array(repeating: localASN, count: copies),
            origin: route.text("origin"),
            localPreference: route["localPreference"]?.asNumber,
            med: route["med"]?.asNumber,
            communities: route.texts("communities"),
            largeCommunities: route.texts("largeCommunities")
        )
        routes.insert(ToldRoute(session, prefix: prefix, path: path, isInternal: isInternal))
        sources.formUnion(route.sourceLines("\(session) \(prefix)"))
        for source in route["sources"]?.array ?? [] where source.text("type") == "Service" {
            services.insert("\(session) \(prefix) \(source.text("object"))")
        }
    }
}

/// The documents of `kubectl bgp explain service`.
struct ExplainedServicesView {
    /// `session prefix namespace/name` for everything that is announced and on the wire.
    private(set) var announced: Set<String> = []
    /// Where an explanation says itself that decision and wire differ, though the session is established.
    private(set) var contradictions: [String] = []

    init(_ documents: [JSONValue]) {
        for document in documents.flatMap({ $0["items"]?.array ?? [$0] }) {
            let service = "\(document["service"]?.text("namespace") ?? "")/\(document["service"]?.text("name") ?? "")"
            for node in document["nodes"]?.array ?? [] {
                for peer in (node["addresses"]?.array ?? []).flatMap({ $0["peers"]?.array ?? [] }) {
                    let session = SessionName(
                        node: node.text("name"),
                        instance: peer.text("instance"),
                        peer: peer.text("peer")
                    )
                    let wire = peer["wire"]
                    if wire?["sessionState"] == "established", let difference = wire?["difference"] {
                        contradictions.append("explain \(service) \(session): \(difference.text("message"))")
                    }
                    guard peer["verdict"] == "Announce", wire?["announced"] == true else { continue }
                    announced.formUnion(peer.texts("prefixes").map { "\(session) \($0) \(service)" })
                }
            }
        }
    }
}

/// The documents of `kubectl bgp explain route`.
struct ExplainedRoutesView {
    /// `session prefix` for everything that is wanted and on the wire.
    private(set) var announced: Set<String> = []
    /// Where these come from, as the other views write it.
    private(set) var sources: Set<String> = []
    /// Where an explanation says itself that decision and wire differ, though the session is established.
    private(set) var contradictions: [String] = []

    init(_ documents: [JSONValue]) {
        for document in documents.flatMap({ $0["items"]?.array ?? [$0] }) {
            for node in document["nodes"]?.array ?? [] {
                for peer in node["peers"]?.array ?? [] {
                    let session = SessionName(
                        node: node.text("name"),
                        instance: peer.text("instance"),
                        peer: peer.text("peer")
                    )
                    let route = "\(session) \(document.text("prefix"))"
                    let wire = peer["wire"]
                    if wire?["sessionState"] == "established", let difference = wire?["difference"] {
                        contradictions.append("explain route \(route): \(difference.text("message"))")
                    }
                    guard peer["verdict"] == "Announce", wire?["announced"] == true else { continue }
                    announced.insert(route)
                    sources.formUnion(peer.sourceLines(route))
                }
            }
        }
    }
}

extension JSONValue {
    /// The text of a member; empty without one.
    fileprivate func text(_ name: String) -> String { self[name]?.string ?? "" }

    /// The texts of a list.
    fileprivate func texts(_ name: String) -> [String] { (self[name]?.array ?? []).compactMap(\.string) }

    fileprivate var asNumber: UInt32? {
        if case .integer(let number) = self { UInt32(exactly: number) } else { nil }
    }

    /// Where a route comes from, a line each.
    fileprivate func sourceLines(_ route: String) -> Set<String> {
        Set(
            (self["sources"]?.array ?? []).map { source in
                "\(route) \(source.text("advertisement")) \(source.text("type")) \(source.text("object")) "
                    + source.text("address")
            }
        )
    }
}
