import Planning

/// One way to keep a node silent: the site, and where it says so.
struct Silence: Sendable {
    /// A command of `kubectl bgp` and what it prints.
    struct Answer: Sendable {
        var words: [String]
        var says: String
    }

    /// A condition of an object of ours: its type, and how its status, reason and message begin or go on.
    struct Told: Sendable {
        var kind: String
        var name: String
        var type: String
        var status: String
        var says: String
    }

    var site: SilentSite
    var answers: [Answer]
    var condition: Told
    /// The parts of a line of the speaker's or the operator's log.
    var log: [String]
    /// What is done once everything runs.
    var step: @Sendable (SilentCluster) async throws -> Void = { _ in }

    static let service = ["explain", "service", "web", "-n", "shop"]
    static let peer = ["explain", "peer", "tor"]
    static let node = ["explain", "node", "n1"]

    /// An address that this node keeps back, which `explain service`, the condition NotAnnounced and the log tell.
    static func address(_ code: String, _ site: SilentSite) -> Silence {
        Silence(
            site: site,
            answers: [Answer(words: service, says: code)],
            condition: ofNode("NotAnnounced", "True", "\(code): Service/shop/web"),
            log: ["selected and not announced by this node", "\(code): Service/shop/web"]
        )
    }

    /// An address that no node announces, which `explain service`, the condition AddressesWithheld and the log tell.
    static func withheld(_ way: Way, _ site: SilentSite) -> Silence {
        Silence(
            site: site,
            answers: [Answer(words: service, says: way.rawValue)],
            condition: ofNode("AddressesWithheld", "True", "\(way.rawValue) "),
            log: ["addresses of Services are announced by no node", "Service/shop/web"]
        )
    }

    /// An entry that has nothing to announce, which `explain peer`, the condition NotAnnounced and the log tell.
    static func entry(_ code: String, _ site: SilentSite) -> Silence {
        Silence(
            site: site,
            answers: [Answer(words: peer, says: code)],
            condition: ofNode("NotAnnounced", "True", "\(code): BGPAdvertisement/all entry 1"),
            log: ["selected and not announced by this node", "\(code): BGPAdvertisement/all entry 1"]
        )
    }

    /// A session that does not come up, which `peers` and `explain service` tell.
    static func session(
        _ site: SilentSite,
        peers: String,
        explain: String,
        _ condition: Told,
        log: String...
    ) -> Silence {
        Silence(
            site: site,
            answers: [Answer(words: ["peers"], says: peers), Answer(words: service, says: explain)],
            condition: condition,
            log: log
        )
    }

    static func ofCluster(_ type: String, _ status: String, _ says: String) -> Told {
        Told(kind: "bgpclusterconfigs", name: "rack", type: type, status: status, says: says)
    }

    static func ofNode(_ type: String, _ status: String, _ says: String) -> Told {
        Told(kind: "bgpnodeconfigs", name: "n1", type: type, status: status, says: says)
    }

    static func ofPeerConfig(_ type: String, _ status: String, _ says: String) -> Told {
        Told(kind: "bgppeerconfigs", name: "tor", type: type, status: status, says: says)
    }

    static let secret = SilentSite().with(\.peerConfig, "spec:\n", "spec:\n  authSecretRef: tor\n")

    static func secretNamed(_ data: String) -> String {
        "apiVersion: v1\nkind: Secret\nmetadata: {name: tor, namespace: martlet-system}\ndata: {\(data)}"
    }

    static let second = """
        apiVersion: v1
        kind: Service
        metadata: {name: api, namespace: shop, creationTimestamp: "2026-01-01T00:00:00Z"}
        spec: {type: ClusterIP, clusterIP: 10.96.0.8, clusterIPs: [10.96.0.8], externalIPs: [192.0.2.0], ports: [{port: 80}]}
        """
    static let secondEndpoints = SilentSite().endpoints.replacing("web", with: "api")

    init(
        site: SilentSite,
        answers: [Answer],
        condition: Told,
        log: [String],
        step: @escaping @Sendable (SilentCluster) async throws -> Void = { _ in }
    ) {
        self.site = site
        self.answers = answers
        self.condition = condition
        self.log = log
        self.step = step
    }

    /// The case of a way.
    init(_ way: Way) {
        self =
            switch way {
            case .addressNotOwned: Self.addressNotOwned
            case .notProxied: Self.notProxied
            case .endpointsWithoutNode: Self.endpointsWithoutNode
            case .notLoadBalancer: Self.notLoadBalancer
            case .foreignLoadBalancerClass: Self.foreignLoadBalancerClass
            case .hostnameOnly: Self.hostnameOnly
            case .invalidAddress: Self.invalidAddress
            case .tooManyRoutesOfService: Self.tooManyRoutesOfService
            case .tooManyRoutesOfNamespace: Self.tooManyRoutesOfNamespace
            case .flapping: Self.flapping
            case .noUsableEndpoints: Self.noUsableEndpoints
            case .noLocalEndpoints: Self.noLocalEndpoints
            case .nodeExcluded: Self.nodeExcluded
            case .networkUnavailable: Self.networkUnavailable
            case .nodeDrained: Self.nodeDrained
            case .dataPathNotReady: Self.dataPathNotReady
            case .noPodCIDR: Self.noPodCIDR
            case .invalidPodCIDR: Self.invalidPodCIDR
            case .noInterfaceAddress: Self.noInterfaceAddress
            case .noPool: Self.noPool
            case .sessionNotEstablished: Self.sessionNotEstablished
            case .authSecretMissing: Self.authSecretMissing
            case .authSecretKeyMissing: Self.authSecretKeyMissing
            case .authSecretUnusable: Self.authSecretUnusable
            case .missingPeerConfig: Self.missingPeerConfig
            case .noRouterID: Self.noRouterID
            case .localASNMissing: Self.localASNMissing
            case .peerAddressMissing: Self.peerAddressMissing
            case .familyNotNegotiated: Self.familyNotNegotiated
            case .announceLimitReached: Self.announceLimitReached
            case .noClusterConfig: Self.noClusterConfig
            case .noPeers: Self.noPeers
            case .conflictingClusterConfig: Self.conflictingClusterConfig
            case .foreignNodeConfig: Self.foreignNodeConfig
            }
    }
}
