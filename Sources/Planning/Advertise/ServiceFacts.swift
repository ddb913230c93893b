import Addressing
import BGPResources
import KubeModel

/// What announcing needs to know of one Service, read once.
struct ServiceFacts {
    /// Adds what no user can spoof: these two labels always tell the truth.
    static let nameLabel = "io.kubernetes.service.name"
    static let namespaceLabel = "io.kubernetes.service.namespace"
    /// The load balancer class that is ours.
    static let loadBalancerClass = "martlet.dev/bgp"

    let key: ObjectKey
    let labels: [String: String]
    let type: String
    let loadBalancerClass: String?
    let externalTrafficPolicy: Service.TrafficPolicy
    let internalTrafficPolicy: Service.TrafficPolicy
    /// Every address once per kind, sorted.
    let addresses: [ServiceAddress]
    /// What is wrong with the Service itself.
    let findings: [Reason]
    /// The endpoints by family, of all slices.
    var ipv4 = EndpointTally()
    var ipv6 = EndpointTally()

    init(_ service: Service) {
        key = service.key
        var labels = service.metadata.labels ?? [:]
        labels[Self.nameLabel] = service.metadata.name
        labels[Self.namespaceLabel] = service.metadata.namespace ?? ""
        self.labels = labels
        type = service.spec.type ?? "ClusterIP"
        loadBalancerClass = service.spec.loadBalancerClass
        externalTrafficPolicy = service.externalTrafficPolicy
        internalTrafficPolicy = service.internalTrafficPolicy
        var addresses: Set<ServiceAddress> = []
        var findings: [Reason] = []
        func add(_ text: String, _ kind: AddressKind) {
            if let address = IPAddress(text) {
                addresses.insert(ServiceAddress(kind: kind, address: address))
            } else {
                findings.append(.invalidAddress(service: service.key, kind, text))
            }
        }
        for ingress in service.status?.loadBalancer?.ingress ?? [] {
            if let ip = ingress.ip, !ip.isEmpty {
                add(ip, .loadBalancerIP)
            } else if let hostname = ingress.hostname {
                findings.append(.hostnameOnly(service: service.key, hostname))
            }
        }
        for ip in service.spec.externalIPs ?? [] { add(ip, .externalIP) }
        for ip in Self.clusterIPs(service.spec) { add(ip, .clusterIP) }
        if type == "LoadBalancer" && !addresses.contains(where: { $0.kind == .loadBalancerIP }) || addresses.isEmpty {
            findings.append(.noAddress(service: service.key, type: type))
        }
        self.addresses = addresses.sorted()
        self.findings = findings
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
