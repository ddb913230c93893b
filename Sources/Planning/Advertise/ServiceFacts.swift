import BGPResources
import BGPTypes
import KubeModel

/// What announcing needs to know of one Service, read once.
struct ServiceFacts {
    /// Adds what no user can spoof: these two labels always tell the truth.
    static let nameLabel = "io.kubernetes.service.name"
    static let namespaceLabel = "io.kubernetes.service.namespace"

    let key: ObjectKey
    let labels: [String: String]
    let type: String
    let loadBalancerClass: String?
    /// The load balancer classes that are ours.
    let classes: LoadBalancerClasses
    let externalTrafficPolicy: Service.TrafficPolicy
    let internalTrafficPolicy: Service.TrafficPolicy
    /// Whether some proxy on the nodes serves the Service's addresses: none does for a name, or for pods without a cluster
    /// IP, as kube-proxy and all that replace it have it.
    let isProxied: Bool
    /// Whether the operator gave what is in the status.
    let isGiven: Bool
    /// With whom it shares its addresses.
    let sharing: AddressSharing?
    /// When the Service was created, in seconds since 1970; infinity where no server has created it.
    let created: Double
    /// Every address once per kind, sorted; of each kind and family as many as the Service may bring routes, the first ones.
    let addresses: [ServiceAddress]
    /// The same in the order of the object's lists when they are more than the Service may bring routes; else empty.
    private let listed: [ServiceAddress]
    /// How many further values of a kind the object lists.
    let unlisted: [AddressKind: Int]
    /// What is wrong with the Service itself.
    let findings: [Reason]
    /// The addresses that are another's, and whose; found by whoever knows all Services and nodes.
    var foreign: [ServiceAddress: AddressOwner] = [:]
    /// What the Service is to `AddressHoldings`.
    var number: Int32?
    /// The endpoints by family, of all slices.
    var ipv4 = EndpointTally()
    var ipv6 = EndpointTally()

    /// The most values that are no addresses which are told one by one.
    private static let shownFaults = 8

    init(_ service: Service, bounds: RouteBounds, classes: LoadBalancerClasses) {
        key = service.key
        var labels = service.metadata.labels ?? [:]
        labels[Self.nameLabel] = service.metadata.name
        labels[Self.namespaceLabel] = service.metadata.namespace ?? ""
        self.labels = labels
        type = service.spec.type ?? "ClusterIP"
        loadBalancerClass = service.spec.loadBalancerClass
        self.classes = classes
        externalTrafficPolicy = service.externalTrafficPolicy
        internalTrafficPolicy = service.internalTrafficPolicy
        isProxied = service.isProxied
        isGiven = AddressAllocation.isTold(on: service)
        sharing = AddressSharing(service)
        created = service.metadata.creationTimestamp?.secondsSinceEpoch ?? .infinity
        var reader = AddressReader(service: service.key, limit: bounds.mostOfService)
        for ingress in service.status?.loadBalancer?.ingress ?? [] {
            if let ip = ingress.ip, !ip.isEmpty {
                reader.read(ip, .loadBalancerIP)
            } else if let hostname = ingress.hostname {
                reader.refuse(.hostnameOnly(service: service.key, hostname), .loadBalancerIP)
            }
        }
        for ip in service.spec.externalIPs ?? [] { reader.read(ip, .externalIP) }
        for ip in Self.clusterIPs(service.spec) { reader.read(ip, .clusterIP) }
        let hasBalancer = reader.listed.contains { $0.kind == .loadBalancerIP }
        if type == "LoadBalancer", !hasBalancer, !classes.include(loadBalancerClass) {
            // No pool of ours will ever give it an address.
            reader.findings.append(
                .foreignLoadBalancerClass(service: service.key, loadBalancerClass, ours: classes)
            )
        } else if type == "LoadBalancer" && !hasBalancer || reader.listed.isEmpty {
            reader.findings.append(.noAddress(service: service.key, type: type))
        }
        addresses = reader.listed.sorted()
        listed = addresses.count > bounds.mostOfService ? reader.listed : []
        unlisted = reader.unlisted
        findings =
            reader.findings
            + reader.refused.sorted { $0.key < $1.key }.map {
                .invalidAddresses(service: service.key, $0.key, $0.value)
            }
            + reader.unlisted.sorted { $0.key < $1.key }.map {
                .addressesBeyondBound(service: service.key, $0.key, count: $0.value, bound: bounds.perService)
            }
    }

    /// Reads the addresses of one Service; what it costs is bounded, however many there are.
    private struct AddressReader {
        let service: ObjectKey
        let limit: Int
        /// The addresses in the order of the object's lists, each once per kind.
        private(set) var listed: [ServiceAddress] = []
        var findings: [Reason] = []
        /// Values that are no addresses and were not told one by one.
        private(set) var refused: [AddressKind: Int] = [:]
        private(set) var unlisted: [AddressKind: Int] = [:]
        private var known: Set<ServiceAddress> = []
        private var counts: [AddressKind: (ipv4: Int, ipv6: Int)] = [:]

        init(service: ObjectKey, limit: Int) {
            self.service = service
            self.limit = limit
        }

        mutating func read(_ text: String, _ kind: AddressKind) {
            let count = counts[kind] ?? (0, 0)
            // Only IPv6 addresses have colons; the rest of a long list is counted and not read.
            let isIPv6 = (count.ipv4 >= limit || count.ipv6 >= limit) && text.utf8.contains(UInt8(ascii: ":"))
            guard (isIPv6 ? count.ipv6 : count.ipv4) < limit else {
                unlisted[kind, default: 0] += 1
                return
            }
            guard let value = IPAddress(text) else {
                return refuse(.invalidAddress(service: service, kind, text), kind)
            }
            let address = ServiceAddress(kind: kind, address: value)
            guard known.insert(address).inserted else { return }
            listed.append(address)
            counts[kind] =
                value.family == .ipv4 ? (count.ipv4 + 1, count.ipv6) : (count.ipv4, count.ipv6 + 1)
        }

        mutating func refuse(_ reason: Reason, _ kind: AddressKind) {
            if findings.count < ServiceFacts.shownFaults {
                findings.append(reason)
            } else {
                refused[kind, default: 0] += 1
            }
        }
    }

    /// The addresses in the order in which they get room among the routes that the Service may bring.
    var precedence: [ServiceAddress] { listed.isEmpty ? addresses : listed }

    /// Whether addresses of the kind may be announced at all: load balancer addresses of load balancers of ours alone, and
    /// nothing that no proxy serves.
    func mayAnnounce(_ kind: AddressKind) -> Bool {
        guard isProxied else { return false }
        return kind != .loadBalancerIP
            || type == "LoadBalancer" && classes.include(loadBalancerClass)
    }

    /// Whether all endpoints of the Service are the proxy that the network plugin runs on every node.
    var isServedByPlugin: Bool {
        let proxies = ipv4.proxies + ipv6.proxies
        return proxies > 0 && proxies == ipv4.everywhere.total + ipv6.everywhere.total
    }

    /// The cluster's addresses; none for headless Services and before they are given.
    private static func clusterIPs(_ spec: Service.Spec) -> [String] {
        let all = spec.clusterIPs ?? []
        return (all.isEmpty ? spec.clusterIP.map { [$0] } ?? [] : all).filter { $0 != "None" && !$0.isEmpty }
    }

    /// The endpoints of a family.
    func endpoints(_ family: IPFamily) -> EndpointTally {
        family == .ipv4 ? ipv4 : ipv6
    }

    /// Replaces the endpoints by the sum of the slices' tallies.
    mutating func setEndpoints(_ tallies: some Sequence<(family: IPFamily, tally: EndpointTally)>) {
        ipv4 = EndpointTally()
        ipv6 = EndpointTally()
        for (family, tally) in tallies {
            switch family {
            case .ipv4: ipv4 += tally
            case .ipv6: ipv6 += tally
            }
        }
    }

    /// The policy that governs a kind of address.
    func policy(_ kind: AddressKind) -> Service.TrafficPolicy {
        kind == .clusterIP ? internalTrafficPolicy : externalTrafficPolicy
    }
}

extension Service {
    /// Whether it is other than an ExternalName or headless Service; one that has no cluster IP yet is.
    fileprivate var isProxied: Bool {
        spec.type != "ExternalName" && spec.clusterIP != "None" && spec.clusterIPs?.first != "None"
    }
}
