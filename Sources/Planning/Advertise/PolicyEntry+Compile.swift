import Addressing
import BGPResources
import KubeModel

/// One entry of an Advertisement, ready to be asked about services on one node.
struct CompiledEntry {
    /// What the entry announces.
    enum Source {
        case service(ServiceRule)
        case podCIDR
        case interface(String)
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
            case .podCIDR: .podCIDR
            case .interface: .interface(entry.interface?.name ?? "")
            case .prefixes: .prefixes(entry.prefixes)
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

    /// Whether the routes draw traffic to addresses of services, so that draining concerns them.
    var concernsServices: Bool {
        switch source {
        case .service, .pools: true
        case .podCIDR, .interface, .prefixes: false
        }
    }
}

/// Which addresses of which services an entry announces, and as what prefix.
struct ServiceRule {
    let selector: LabelSelector?
    let kinds: Set<AddressKind>
    let announcesWithoutEndpoints: Bool
    private let lengthIPv4: UInt8?
    private let lengthIPv6: UInt8?

    init(_ entry: BGPAdvertisement.Entry) {
        selector = entry.selector
        kinds = Set(entry.service?.addresses ?? [])
        announcesWithoutEndpoints = entry.service?.effectiveWhenNoEndpoints == .advertise
        lengthIPv4 = Self.length(entry.service?.aggregationLength(.ipv4), .ipv4)
        lengthIPv6 = Self.length(entry.service?.aggregationLength(.ipv6), .ipv6)
    }

    /// A length that shortens nothing is none.
    private static func length(_ value: Int?, _ family: IPFamily) -> UInt8? {
        value.flatMap(UInt8.init(exactly:)).flatMap { $0 < family.bits ? $0 : nil }
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
