package import KubeModel

/// A Service as far as its addresses follow from it, in as little memory as can be: of one Service labels, ports and pod
/// selector can be 100 kB, and a tenant can have thousands.
package struct AddressedService: KubeObject {
    /// That of Services.
    package static let type = Service.type

    /// Without labels and annotations.
    package var metadata: ObjectMeta
    /// Without ports and pod selector.
    package let spec: Service.Spec
    /// What is.
    package var status: Service.Status?
    /// Its labels; of a Service of another type than LoadBalancer none, nor what follows here.
    let labels: PackedLabels
    /// The pods behind it.
    let selector: PackedLabels
    /// What it serves.
    let ports: ServedPorts
    /// Those annotations that allocation reads.
    let annotations: [String: String]

    /// Keeps of a Service what its addresses follow from.
    package init(_ service: Service) {
        let isOurs = service.spec.type == "LoadBalancer"
        annotations = isOurs ? AddressRequest.read(service.metadata.annotations ?? [:]) : [:]
        labels = PackedLabels(isOurs ? service.metadata.labels ?? [:] : [:])
        selector = PackedLabels(isOurs ? service.spec.selector ?? [:] : [:])
        ports = ServedPorts(isOurs ? service.spec.ports ?? [] : [])
        metadata = service.metadata
        metadata.labels = nil
        metadata.annotations = nil
        var spec = service.spec
        spec.selector = nil
        spec.ports = nil
        spec.externalIPs = nil
        self.spec = spec
        status = service.status
    }

    /// Reads a Service, of which what is too long is cut.
    package init(from decoder: any Decoder) throws { self.init(try Service(from: decoder).kept) }

    /// What is left of the Service; what is packed is left out.
    package func encode(to encoder: any Encoder) throws {
        try Service(metadata: metadata, spec: spec, status: status).encode(to: encoder)
    }

    /// The effective external traffic policy.
    var externalTrafficPolicy: Service.TrafficPolicy {
        spec.externalTrafficPolicy.flatMap(Service.TrafficPolicy.init) ?? .cluster
    }
}
