import BGPEngine
import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import PlainText
import Planning
import TestSupport
import Testing

/// One reason of every case, about the objects of a small cluster.
struct ReasonExamples {
    private let entry = EntryReference(advertisement: "public", index: 0)
    private let service = ObjectKey(namespace: "shop", name: "web")
    private let peer = PeerID(instance: "main", peer: "tor")
    private let selector = LabelSelector(matchLabels: ["expose": "bgp"])
    private let policy = FieldPath("spec.externalTrafficPolicy")
    private let until = Timestamp(secondsSinceEpoch: 1_700_000_000)
    private let tally = EndpointTally()
    private let address: IPAddress
    private let prefix: IPPrefix
    private let larger: IPPrefix
    private let routerID: RouterID

    init() throws {
        address = try #require(IPAddress("192.0.2.1"))
        prefix = try #require(IPPrefix("192.0.2.1/32"))
        larger = try #require(IPPrefix("192.0.2.0/24"))
        routerID = try #require(RouterID("10.0.0.1"))
    }

    /// By subject, in the order of the table.
    var subjects: [(title: String, reasons: [any Reasoned])] {
        [
            ("Selection", selection), ("Addresses", addresses), ("Pools", pools), ("Requests for addresses", failures),
            ("Limits", limits), ("Endpoints", endpoints), ("Nodes", nodes), ("Prefixes", prefixes),
            ("Sessions", sessions),
            ("Configuration", configurations),
        ]
    }

    private var selection: [Reason.Selection] {
        [
            .selected(entry), .noPeerConfig(peer, node: "n1"), .missingPeerConfig("fabric", peer, node: "n1"),
            .familyNotConfigured(.ipv4, peerConfig: "fabric"),
            .familySelectsNothing(.ipv4, peerConfig: "fabric", field: "spec.families[0].advertisements"),
            .noMatchingAdvertisement(
                .ipv4,
                peerConfig: "fabric",
                selector: selector,
                field: "spec.families[0].advertisements"
            ),
            .noServiceEntry(.ipv4, advertisements: ["public"]), .selectorAbsent(entry),
            .selectorMismatch(entry, selector, service: service),
            .optedOut(entry, label: "expose=no", service: service), .addressKindNotListed(entry, .externalIP),
            .externalIPNotAllowed(entry, address, service: service),
            .entryExcludesNode(entry, selector, node: "n1"),
        ]
    }

    private var addresses: [Reason.Address] {
        [
            .addressNotOwned(
                service: service,
                ServiceAddress(kind: .externalIP, address: address),
                .router("tor")
            ),
            .notProxied(service: service, type: "ExternalName"), .notLoadBalancer(service: service, type: "ClusterIP"),
            .foreignLoadBalancerClass(service: service, "example.com/other", ours: .standard),
            .noAddress(service: service, type: "LoadBalancer"), .familiesWithoutAddress([.ipv6], service: service),
            .addressRequestUnmet(service: service, reason: .outOfIPs, message: "no IPv4 address is free in public"),
            .hostnameOnly(service: service, "lb.example.com"), .invalidAddress(service: service, .externalIP, "web"),
            .invalidAddresses(service: service, .externalIP, 2),
            .announcedForOthers(address: address, services: [service]),
        ]
    }

    private var pools: [Reason.Pool] {
        let refusals: [PoolRefusal] = [
            .notNamed(other: "private"), .selectorMismatch(selector), .disabled, .deleted,
            .conflict("192.0.2.0/24 overlaps 192.0.2.0/28 of LoadBalancerIPPool/private"), .noUsableBlock,
            .noBlock(.ipv6),
            .outside(address), .reserved(address, .excluded), .exhausted(.ipv4), .none,
        ]
        return refusals.map { .passesOver($0, pool: "public", service: service) }
            + [.holds(prefix, pool: "public", detail: "assigned to Service/shop/web")]
    }

    private var failures: [AllocationFailure] {
        [
            .noPool(wish: .family(.ipv4), obstacles: []), .unknownPool("public"),
            .alreadyAllocated(address, by: service),
            .incompatible(address, with: service, obstacle: "both use port 80"), .crowded(address),
            .inConflict(address, with: service, obstacle: "both use port 80"),
            .withheld([address], by: service, obstacle: "both use port 80"),
            .poolDeleted([address], pool: "public", until: until), .servedByAnother(["192.0.2.1"]),
            .reserved(address, pool: "public", by: .excluded), .spared(address, pool: "public"),
            .tooMany(first: address, others: 1, most: 4, pool: "public"), .namespaceFull("shop", most: 100),
            .outOfIPs(.ipv4, pools: ["public"]), .unreadable("web"), .tooManyNamespaces(unread: 2),
        ]
    }

    private var limits: [Reason.Limit] {
        [
            .addressesBeyondBound(service: service, .externalIP, count: 2, bound: 32),
            .tooManyServiceRoutes(service: service, bound: 32),
            .tooManyNamespaceRoutes(namespace: "shop", bound: 1000), .flapping(prefix, node: "n1", until: until),
            .announceLimitReached(.ipv4, peer, peerConfig: "fabric", limit: 100),
        ]
    }

    private var endpoints: [Reason.Endpoints] {
        [
            .usable(service: service, .ipv4, tally), .local(service: service, .ipv4, tally, node: "n1"),
            .servedByPlugin(service: service), .lastServing(service: service, .ipv4, tally, node: nil),
            .waived(entry, service: service, .ipv4), .noneUsable(service: service, .ipv4, tally),
            .noneLocal(service: service, .ipv4, tally, node: "n1", policyField: policy),
            .withoutNode(service: service, .ipv4, tally, node: "n1", policyField: policy),
        ]
    }

    private var nodes: [Reason.Node] {
        [
            .excluded(node: "n1", value: ""), .exclusionIgnored(node: "n1", value: ""), .networkUnavailable(node: "n1"),
            .drained(node: "n1"), .draining(node: "n1"), .lastAnnouncer(node: "n1", prefix),
            .invalidDrain(node: "n1", FieldError("metadata.annotations", "expected a date"), isDrained: false),
            .dataPathNotReady(node: "n1", detail: "kube-proxy: 503"),
        ]
    }

    private var prefixes: [Reason.Prefix] {
        [
            .aggregated(entry, larger), .aggregationIgnored(entry, policyField: policy),
            .noPodCIDR(
                entry,
                node: "n1",
                .ipv4,
                PodNetworkAnswer(source: .node, isChosen: true, finding: .nothing)
            ),
            .otherPodCIDR(entry, node: "n1", larger, .ciliumNode), .invalidPodCIDR(.node, object: "n1", "10.0.0.0/33"),
            .noInterfaceAddress(entry, node: "n1", interface: "lo", .ipv4), .noPrefix(entry, .ipv4),
            .noPool(entry, .ipv4),
            .noSource(prefix), .noMatchingAdvertisement(prefix, node: "n1"),
            .covered(prefix, by: larger, nodes: ["n2"]),
        ]
    }

    private var sessions: [Reason.Session] {
        [
            .notEstablished(peer, node: "n1", state: "Active", detail: nil),
            .authSecretMissing(peerConfig: "fabric", secret: "bgp", namespace: "martlet-system"),
            .authSecretKeyMissing(peerConfig: "fabric", secret: "bgp", namespace: "martlet-system"),
            .authSecretUnusable(peerConfig: "fabric", secret: "bgp", namespace: "martlet-system", .empty),
            .routerIDMissing(instance: "main", node: "n1"), .localASNMissing(instance: "main", node: "n1"),
            .peerAddressMissing(peer, node: "n1"), .familyNotNegotiated(.ipv4, peer, node: "n1"),
            .noNextHop(.ipv4, peer, node: "n1"), .loopbackNextHop(.ipv4, peer, node: "n1"),
            .announcementPending(peer, node: "n1"), .attributesDiffer(peer, node: "n1", detail: "MED 10, not 20"),
            .olderConfiguration(node: "n1"),
        ]
    }

    private var configurations: [Reason.Configuration] {
        [
            .nodeSelected(node: "n1", clusterConfig: "rack"), .noClusterConfig(node: "n1"),
            .noClusterConfigs(node: "n1"),
            .noPeers(node: "n1"), .conflictingClusterConfig(node: "n1", winner: "rack", loser: "edge"),
            .noRouterID(node: "n1", instance: "main", pool: nil), .duplicateRouterID(routerID, nodes: ["n1", "n2"]),
            .routerIDConflict(routerID, node: "n1", instance: "main", holder: "n2"),
            .unmatchedOverride(override: "n1", field: "metadata.name", detail: "there is no node n1"),
            .foreignNodeConfig(node: "n1", owner: "Robot/r"),
            .objectDeleted(
                PendingDeletion(ObjectReference(kind: "BGPPeerConfig", name: "fabric"), until: until, isOverdue: true)
            ),
        ]
    }
}
