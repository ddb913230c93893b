import BGPTypes
package import KubeModel
import PlainText

/// A Service as far as its addresses follow from it, in as little memory as can be: of one Service labels, ports and pod
/// selector can be 100 kB, and a tenant can have thousands.
///
/// What changes anything else, such as finalizers, annotations of others or their conditions, changes the version alone.
package struct AddressedService: KubeObject {
    /// That of Services.
    package static let type = Service.type

    private struct Content: Hashable, Sendable {
        var key: ObjectKey
        var uid: ObjectUID?
        var resourceVersion: String?
        var generation: Int64?
        /// Seconds since 1970, as what follows.
        var created: Double?
        var deleted: Double?
        let type: String
        let loadBalancerClass: String?
        let loadBalancerIP: String?
        /// The wish for families, as written.
        let families: [String]?
        let familyPolicy: String?
        let externalTrafficPolicy: Service.TrafficPolicy
        /// Of the API server's own Service alone.
        let clusterIPs: [String]?
        let labels: PackedLabels
        let selector: PackedLabels
        let ports: ServedPorts
        let annotations: [String: String]
        var ingress: [Service.Ingress]?
        /// Ours.
        var condition: Condition?
    }

    private var box: Boxed<Content>

    /// Keeps of a Service what its addresses follow from.
    package init(_ service: Service) {
        let (metadata, spec) = (service.metadata, service.spec)
        let isOurs = spec.type == "LoadBalancer"
        box = Boxed(
            Content(
                key: service.key,
                uid: metadata.uid.map(ObjectUID.init),
                resourceVersion: metadata.resourceVersion,
                generation: metadata.generation,
                created: metadata.creationTimestamp?.secondsSinceEpoch,
                deleted: metadata.deletionTimestamp?.secondsSinceEpoch,
                type: spec.type ?? "ClusterIP",
                loadBalancerClass: isOurs ? spec.loadBalancerClass : nil,
                loadBalancerIP: isOurs ? spec.loadBalancerIP : nil,
                families: isOurs ? spec.ipFamilies.map(Self.shared) : nil,
                familyPolicy: isOurs ? spec.ipFamilyPolicy : nil,
                externalTrafficPolicy: isOurs ? service.externalTrafficPolicy : .cluster,
                clusterIPs: service.key == ForeignRange.apiServer
                    ? spec.clusterIPs ?? spec.clusterIP.map { [$0] } : nil,
                labels: PackedLabels(isOurs ? metadata.labels ?? [:] : [:]),
                selector: PackedLabels(isOurs ? spec.selector ?? [:] : [:]),
                ports: ServedPorts(isOurs ? spec.ports ?? [] : []),
                annotations: isOurs ? AddressRequest.read(metadata.annotations ?? [:]) : [:],
                ingress: service.status?.loadBalancer?.ingress,
                condition: Self.own(service.status?.conditions)
            )
        )
    }

    /// The lists of families that nearly every Service has.
    private static let usualFamilies = [["IPv4"], ["IPv6"], ["IPv4", "IPv6"], ["IPv6", "IPv4"]]

    private static func shared(_ families: [String]) -> [String] {
        usualFamilies.first { $0 == families } ?? families
    }

    private static func own(_ conditions: [Condition]?) -> Condition? {
        guard var condition = conditions?.of(.addressRequestSatisfied) else { return nil }
        // One text for all of them.
        condition.type = ConditionType.addressRequestSatisfied.rawValue
        return condition
    }

    private mutating func change(_ body: (inout Content) -> Void) {
        var content = box.value
        body(&content)
        box = Boxed(content)
    }

    /// Namespace and name.
    package var key: ObjectKey { box.value.key }

    /// Its labels; of a Service of another type than LoadBalancer none, nor what follows here.
    var labels: PackedLabels { box.value.labels }
    /// The pods behind it.
    var selector: PackedLabels { box.value.selector }
    var ports: ServedPorts { box.value.ports }
    /// Those annotations that allocation reads.
    var annotations: [String: String] { box.value.annotations }
    /// The effective external traffic policy.
    var externalTrafficPolicy: Service.TrafficPolicy { box.value.externalTrafficPolicy }
}

extension AddressedService {
    /// Without labels and annotations.
    package var metadata: ObjectMeta {
        get {
            let content = box.value
            var metadata = ObjectMeta(
                name: content.key.name,
                namespace: content.key.namespace,
                uid: content.uid?.description,
                resourceVersion: content.resourceVersion,
                generation: content.generation,
                creationTimestamp: content.created.map { Timestamp(secondsSinceEpoch: $0) }
            )
            metadata.deletionTimestamp = content.deleted.map { Timestamp(secondsSinceEpoch: $0) }
            return metadata
        }
        set {
            change { content in
                content.key = newValue.key
                content.uid = newValue.uid.map(ObjectUID.init)
                content.resourceVersion = newValue.resourceVersion
                content.generation = newValue.generation
                content.created = newValue.creationTimestamp?.secondsSinceEpoch
                content.deleted = newValue.deletionTimestamp?.secondsSinceEpoch
            }
        }
    }

    /// Type, class, wish for addresses and families, and external traffic policy; of the API server's Service its cluster IPs.
    package var spec: Service.Spec {
        let content = box.value
        var spec = Service.Spec(type: content.type)
        spec.loadBalancerClass = content.loadBalancerClass
        spec.loadBalancerIP = content.loadBalancerIP
        spec.ipFamilies = content.families
        spec.ipFamilyPolicy = content.familyPolicy
        spec.externalTrafficPolicy = content.externalTrafficPolicy.rawValue
        spec.clusterIPs = content.clusterIPs
        return spec
    }

    /// What is, of the conditions ours alone.
    package var status: Service.Status? {
        get {
            let (ingress, condition) = (box.value.ingress, box.value.condition)
            guard ingress != nil || condition != nil else { return nil }
            return Service.Status(
                loadBalancer: ingress.map { Service.LoadBalancer(ingress: $0) },
                conditions: condition.map { [$0] }
            )
        }
        set {
            change { content in
                content.ingress = newValue?.loadBalancer?.ingress
                content.condition = Self.own(newValue?.conditions)
            }
        }
    }

    /// What is here is read.
    package var kept: AddressedService { self }

    /// Reads a Service, of which what is too long is cut.
    package init(from decoder: any Decoder) throws { self.init(try Service(from: decoder).kept) }

    /// What is left of the Service; what is packed is left out.
    package func encode(to encoder: any Encoder) throws {
        try Service(metadata: metadata, spec: spec, status: status).encode(to: encoder)
    }
}
