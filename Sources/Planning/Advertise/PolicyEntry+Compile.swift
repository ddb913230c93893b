import BGPResources
import BGPTypes
import KubeModel

/// One entry of an Advertisement, ready to be asked about services on one node.
struct PolicyRule {
    /// What the entry announces.
    enum Source: Equatable {
        case service(ServiceRule)
        case podCIDR(BGPAdvertisement.PodCIDRSource)
        case interface(String)
        /// Sorted, each once.
        case prefixes([IPPrefix])
        case pools(LabelSelector?)
    }

    let reference: EntryReference
    let source: Source
    let nodeSelector: LabelSelector?
    let matchesNode: Bool
    let attributes: EntryAttributes

    init(_ entry: BGPAdvertisement.Entry, reference: EntryReference, nodeLabels: [String: String]) {
        self.reference = reference
        source =
            switch entry.advertisementType {
            case .service: .service(ServiceRule(entry))
            case .podCIDR: .podCIDR(entry.podCIDRs?.effectiveSource ?? .auto)
            case .interface: .interface(entry.interface?.name ?? "")
            case .prefixes: .prefixes(entry.prefixes.sortedOnce)
            case .loadBalancerIPPool: .pools(entry.selector)
            }
        nodeSelector = entry.nodeSelector
        matchesNode = entry.nodeSelector?.matches(nodeLabels) ?? true
        attributes = EntryAttributes(entry.attributes)
    }

    /// The rule of an entry of type Service.
    var serviceRule: ServiceRule? {
        guard case .service(let rule) = source else { return nil }
        return rule
    }

    /// Whether another entry differs in its written prefixes at most.
    func isLike(_ other: PolicyRule) -> Bool {
        let sourcesMatch: Bool
        if case .prefixes = source, case .prefixes = other.source {
            sourcesMatch = true
        } else {
            sourcesMatch = source == other.source
        }
        return sourcesMatch && nodeSelector == other.nodeSelector && attributes == other.attributes
    }

    /// Whether the routes draw traffic to addresses of services, so that draining concerns them.
    var concernsServices: Bool {
        switch source {
        case .service, .pools: true
        case .podCIDR, .interface, .prefixes: false
        }
    }
}

/// Which addresses of which services an entry announces, and as what prefix.
struct ServiceRule: Equatable {
    let selector: LabelSelector?
    let kinds: Set<AddressKind>
    let announcesWithoutEndpoints: Bool
    /// The networks that external addresses have to lie in; nil for any.
    let externalNetworks: [IPPrefix]?
    private let lengthIPv4: UInt8?
    private let lengthIPv6: UInt8?

    init(_ entry: BGPAdvertisement.Entry) {
        selector = entry.selector
        kinds = Set(entry.service?.addresses ?? [])
        announcesWithoutEndpoints = entry.service?.effectiveWhenNoEndpoints == .advertise
        externalNetworks = entry.service?.externalIPs
        lengthIPv4 = Self.length(entry.service?.aggregationLength(.ipv4), .ipv4)
        lengthIPv6 = Self.length(entry.service?.aggregationLength(.ipv6), .ipv6)
    }

    /// A length that shortens nothing is none.
    private static func length(_ value: Int?, _ family: IPFamily) -> UInt8? {
        value.flatMap(UInt8.init(exactly:)).flatMap { $0 < family.bits ? $0 : nil }
    }

    /// Whether the rule lists addresses of this kind, and the network of an external one.
    func takes(_ address: ServiceAddress) -> Bool { kinds.contains(address.kind) && isInNetworks(address) }

    /// Whether an address is not external, or lies in one of the networks that external ones have to lie in.
    func isInNetworks(_ address: ServiceAddress) -> Bool {
        guard address.kind == .externalIP, let externalNetworks else { return true }
        return externalNetworks.contains { $0.contains(address.address) }
    }

    /// The length to aggregate to in a family, if any.
    func aggregationLength(_ family: IPFamily) -> UInt8? {
        family == .ipv4 ? lengthIPv4 : lengthIPv6
    }

    /// The prefix an address is announced as: the aggregate, or the host route when the policy is Local.
    func prefix(_ address: IPAddress, policy: Service.TrafficPolicy) -> IPPrefix {
        guard policy == .cluster, let length = aggregationLength(address.family) else { return IPPrefix(host: address) }
        return IPPrefix(masking: address, length: length) ?? IPPrefix(host: address)
    }
}

extension [IPPrefix] {
    /// Sorted and each once; the list itself when it is so.
    fileprivate var sortedOnce: [IPPrefix] {
        zip(self, dropFirst()).allSatisfy { $0 < $1 } ? self : Set(self).sorted()
    }
}
