import BGPResources
package import BGPTypes
package import KubeModel

/// What announcing needs to know of one Service, read out of what is kept of it.
package struct ServiceFacts {
    /// Adds what no user can spoof: these two labels are always true.
    static let nameLabel = "io.kubernetes.service.name"
    static let namespaceLabel = "io.kubernetes.service.namespace"

    /// The Service itself.
    let service: AnnouncedService
    /// The load balancer classes that are ours.
    package let classes: LoadBalancerClasses
    /// Every address once per kind, sorted; of each kind and family as many as the Service may bring routes, the first ones.
    package let addresses: [ServiceAddress]
    /// The same in the order of the object's lists when they are more than the Service may bring routes; else empty.
    private let listed: [ServiceAddress]
    /// How many further values of a kind the object lists.
    package let unlisted: [AddressKind: Int]
    /// What is wrong with the Service itself.
    package let findings: [Reason]
    /// The addresses that are another's, and whose; found by whoever knows all Services and nodes.
    var foreign: [ServiceAddress: AddressOwner] = [:]
    /// What the Service is to `AddressHoldings`.
    var number: Int32?
    /// The endpoints by family, of all slices.
    var ipv4 = EndpointTally()
    var ipv6 = EndpointTally()

    /// The most values that are not addresses and are reported one by one.
    private static let shownFaults = 8

    package init(_ service: Service, bounds: RouteBounds, classes: LoadBalancerClasses) {
        self.init(AnnouncedService(service), bounds: bounds, classes: classes)
    }

    init(_ service: AnnouncedService, bounds: RouteBounds, classes: LoadBalancerClasses) {
        self.service = service
        self.classes = classes
        let content = service.content
        let key = content.key
        var reader = AddressReader(service: key, limit: bounds.mostOfService)
        for (kind, value) in content.listed { reader.read(value, kind) }
        let hasBalancer = reader.listed.contains { $0.kind == .loadBalancerIP }
        if content.type == "LoadBalancer", !hasBalancer, !classes.include(content.loadBalancerClass) {
            // No pool of ours will ever give it an address.
            reader.findings.append(
                .address(.foreignLoadBalancerClass(service: key, content.loadBalancerClass, ours: classes))
            )
        } else if content.type == "LoadBalancer" && !hasBalancer || reader.listed.isEmpty {
            reader.findings.append(.address(.noAddress(service: key, type: content.type)))
        }
        addresses = reader.listed.count < 2 ? reader.listed : reader.listed.sorted()
        listed = addresses.count > bounds.mostOfService ? reader.listed : []
        unlisted = reader.unlisted
        findings =
            reader.findings
            + reader.refused.sorted { $0.key < $1.key }.map {
                .address(.invalidAddresses(service: key, $0.key, $0.value))
            }
            + reader.unlisted.sorted { $0.key < $1.key }.map {
                .limit(.addressesBeyondBound(service: key, $0.key, count: $0.value, bound: bounds.perService))
            }
    }

    package var key: ObjectKey { service.key }
    /// `ClusterIP` where the object says nothing.
    package var type: String { service.content.type }
    package var loadBalancerClass: String? { service.content.loadBalancerClass }
    package var externalTrafficPolicy: Service.TrafficPolicy { service.content.externalTrafficPolicy }
    package var internalTrafficPolicy: Service.TrafficPolicy { service.content.internalTrafficPolicy }
    /// Whether some proxy on the nodes serves the Service's addresses.
    var isProxied: Bool { service.content.isProxied }
    /// Whether the operator gave what is in the status.
    var isGiven: Bool { service.content.isGiven }
    /// With whom it shares its addresses.
    var sharing: AddressSharing? { service.content.sharing }
    /// When the Service was created, in seconds since 1970; infinity where no server has created it.
    var created: Double { service.content.created }

    /// A label as selectors of Advertisements see it, with the two that no user can spoof.
    package func label(_ name: String) -> String? {
        switch name {
        case Self.nameLabel: key.name
        case Self.namespaceLabel: key.namespace ?? ""
        default: service.content.labels[name]
        }
    }

    /// Reads the addresses of one Service; what it costs is bounded, however many there are.
    private struct AddressReader {
        let service: ObjectKey
        let limit: Int
        /// The addresses in the order of the object's lists, each once per kind.
        private(set) var listed: [ServiceAddress] = []
        var findings: [Reason] = []
        /// Values that are not addresses and were not reported one by one.
        private(set) var refused: [AddressKind: Int] = [:]
        private(set) var unlisted: [AddressKind: Int] = [:]
        /// The same to be asked when they are many.
        private var known: Set<ServiceAddress> = []
        /// How many of each kind and family are listed, IPv4 first.
        private var counts = [0, 0, 0, 0, 0, 0]

        /// So many are looked through one by one.
        private static let few = 16

        init(service: ObjectKey, limit: Int) {
            self.service = service
            self.limit = limit
        }

        mutating func read(_ value: ListedAddresses.Value, _ kind: AddressKind) {
            if case .hostname(let name) = value { return refuse(.address(.hostnameOnly(service: service, name)), kind) }
            let place = kind == .loadBalancerIP ? 0 : kind == .externalIP ? 2 : 4
            // Only IPv6 addresses have colons; the rest of a long list is counted and not looked at.
            let isIPv6 =
                switch value {
                case .address(let address): address.family == .ipv6
                case .text(let text), .hostname(let text): text.utf8.contains(UInt8(ascii: ":"))
                }
            let isBeyond = counts[place] >= limit || counts[place + 1] >= limit
            guard counts[isBeyond && isIPv6 ? place + 1 : place] < limit else {
                unlisted[kind, default: 0] += 1
                return
            }
            switch value {
            case .address(let value):
                let address = ServiceAddress(kind: kind, address: value)
                guard isNew(address) else { return }
                listed.append(address)
                counts[value.family == .ipv4 ? place : place + 1] += 1
            case .text(let text), .hostname(let text):
                refuse(.address(.invalidAddress(service: service, kind, text)), kind)
            }
        }

        private mutating func isNew(_ address: ServiceAddress) -> Bool {
            if listed.count < Self.few { return !listed.contains(address) }
            if known.isEmpty { known = Set(listed) }
            return known.insert(address).inserted
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

    package func endpoints(_ family: IPFamily) -> EndpointTally {
        family == .ipv4 ? ipv4 : ipv6
    }

    /// Replaces the endpoints by those of slices, as `node` sees them.
    mutating func setEndpoints(_ slices: some Sequence<ServiceEndpoints>, on node: String) {
        ipv4 = EndpointTally()
        ipv6 = EndpointTally()
        for slice in slices {
            switch slice.family {
            case .ipv4?: ipv4 += slice.tally(node: node)
            case .ipv6?: ipv6 += slice.tally(node: node)
            case nil: break
            }
        }
    }

    /// The policy that governs a kind of address.
    package func policy(_ kind: AddressKind) -> Service.TrafficPolicy {
        kind == .clusterIP ? internalTrafficPolicy : externalTrafficPolicy
    }
}
