import BGPResources
package import BGPTypes
package import KubeModel
import PlainText

/// A Service as far as announcements follow from it, in as little memory as can be: a speaker has all of a cluster's.
///
/// What changes ports, pod selector, annotations, conditions of others, or the version alone changes nothing here.
package struct AnnouncedService: KubeObject {
    /// That of Services.
    package static let type = Service.type

    struct Content: Hashable, Sendable {
        var key: ObjectKey
        /// Those of the object.
        let labels: PackedLabels
        /// `ClusterIP` where the object says nothing.
        let type: String
        let loadBalancerClass: String?
        /// With whom it shares its addresses.
        let sharing: AddressSharing?
        /// When the Service was created, in seconds since 1970; infinity where no server has created it.
        var created: Double
        /// The load balancer's addresses, then external ones, then the cluster's; none for a headless Service, and before
        /// they are given.
        let listed: ListedAddresses
        let externalTrafficPolicy: Service.TrafficPolicy
        let internalTrafficPolicy: Service.TrafficPolicy
        /// Whether some proxy on the nodes serves the Service's addresses: none does for a name, or for pods without a
        /// cluster IP, as kube-proxy and all that replace it have it.
        let isProxied: Bool
        /// Whether the operator gave what is in the status.
        let isGiven: Bool
    }

    private var box: Boxed<Content>

    /// Keeps of a Service what announcements follow from.
    package init(_ service: Service) {
        var listed = ListedAddresses()
        for ingress in service.status?.loadBalancer?.ingress ?? [] {
            if let ip = ingress.ip, !ip.isEmpty {
                listed.append(ip, .loadBalancerIP)
            } else if let hostname = ingress.hostname {
                listed.append(hostname: hostname)
            }
        }
        for ip in service.spec.externalIPs ?? [] { listed.append(ip, .externalIP) }
        for ip in service.spec.effectiveClusterIPs { listed.append(ip, .clusterIP) }
        box = Boxed(
            Content(
                key: service.key,
                labels: PackedLabels(service.metadata.labels ?? [:]),
                type: service.spec.type ?? "ClusterIP",
                loadBalancerClass: service.spec.loadBalancerClass,
                sharing: AddressSharing(service),
                created: service.metadata.creationTimestamp?.secondsSinceEpoch ?? .infinity,
                listed: listed,
                externalTrafficPolicy: service.externalTrafficPolicy,
                internalTrafficPolicy: service.internalTrafficPolicy,
                isProxied: service.isProxied,
                isGiven: AddressAllocation.isTold(on: service)
            )
        )
    }

    /// What is known of it.
    var content: Content { box.value }

    /// Namespace and name.
    package var key: ObjectKey { box.value.key }

    /// Every address that it lists, of any kind.
    package var addresses: [IPAddress] {
        content.listed.compactMap { if case .address(let address) = $0.value { address } else { nil } }
    }

    /// The same with texts that many Services have in common taken from `shared`, so that memory holds each once.
    package func sharing(_ shared: (String) -> String) -> AnnouncedService {
        var content = box.value
        guard let namespace = content.key.namespace else { return self }
        content.key = ObjectKey(namespace: shared(namespace), name: content.key.name)
        var service = self
        service.box = Boxed(content)
        return service
    }
}

extension AnnouncedService {
    /// The name and when it was created, which is what is left of it.
    package var metadata: ObjectMeta {
        get {
            let created = content.created
            return ObjectMeta(
                name: key.name,
                namespace: key.namespace,
                creationTimestamp: created.isFinite ? Timestamp(secondsSinceEpoch: created) : nil
            )
        }
        set {
            var content = box.value
            content.key = newValue.key
            content.created = newValue.creationTimestamp?.secondsSinceEpoch ?? .infinity
            if content != box.value { box = Boxed(content) }
        }
    }

    /// What is here is read.
    package var kept: AnnouncedService { self }

    /// Reads a Service, of which what is too long is cut.
    package init(from decoder: any Decoder) throws { self.init(try Service(from: decoder).kept) }

    /// What is left of the Service, without addresses.
    package func encode(to encoder: any Encoder) throws {
        try Service(metadata: metadata, spec: Service.Spec(type: content.type)).encode(to: encoder)
    }
}

extension Service.Spec {
    /// The cluster's addresses; none for headless Services and before they are given.
    fileprivate var effectiveClusterIPs: [String] {
        let all = clusterIPs ?? []
        return (all.isEmpty ? clusterIP.map { [$0] } ?? [] : all).filter { $0 != "None" && !$0.isEmpty }
    }
}

extension Service {
    /// Whether it is other than an ExternalName or headless Service; one that has no cluster IP yet is.
    fileprivate var isProxied: Bool {
        spec.type != "ExternalName" && spec.clusterIP != "None" && spec.clusterIPs?.first != "None"
    }
}
