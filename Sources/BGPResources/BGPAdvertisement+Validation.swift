package import KubeJSON
import KubeModel

extension BGPAdvertisement: ValidatableResource {
    /// The bounds and rules of `crds/bgpadvertisements.yaml`.
    package func validate() -> [FieldError] {
        var validation = Validation()
        validation.count(spec.advertisements, in: 1...64, at: "spec.advertisements")
        validation.each(spec.advertisements, at: "spec.advertisements") { validation, entry, path in
            validation.entry(entry, at: path)
        }
        return validation.errors
    }
}

extension Validation {
    fileprivate mutating func entry(_ entry: BGPAdvertisement.Entry, at path: FieldPath) {
        let type = entry.advertisementType
        rule(
            (type == .service) == (entry.service != nil),
            at: path,
            "service must be set with type Service and with no other"
        )
        rule(
            type == .podCIDR || entry.podCIDRs == nil,
            at: path,
            "podCIDRs can be set with type PodCIDR only"
        )
        rule(
            (type == .interface) == (entry.interface != nil),
            at: path,
            "interface must be set with type Interface and with no other"
        )
        rule(
            (type == .prefixes) == !entry.prefixes.isEmpty,
            at: path,
            "prefixes must be set with type Prefixes and with no other"
        )
        rule(
            type.takesSelector || entry.selector == nil,
            at: path,
            "selector can be set with types Service and LoadBalancerIPPool only"
        )
        if let service = entry.service { self.service(service, at: path.field("service")) }
        text(entry.interface?.name, length: Bound.interfaceName, at: path.field("interface").field("name"))
        count(entry.prefixes, in: 0...256, at: path.field("prefixes"))
        unique(entry.prefixes, at: path.field("prefixes"))
        selector(entry.selector, at: path.field("selector"))
        selector(entry.nodeSelector, at: path.field("nodeSelector"))
        if let attributes = entry.attributes { self.attributes(attributes, at: path.field("attributes")) }
    }

    private mutating func service(_ service: BGPAdvertisement.ServiceOptions, at path: FieldPath) {
        count(service.addresses, in: 1...3, at: path.field("addresses"))
        unique(service.addresses.map(\.rawValue), at: path.field("addresses"))
        if let networks = service.externalIPs {
            count(networks, in: 1...256, at: path.field("externalIPs"))
            unique(networks, at: path.field("externalIPs"))
            rule(
                service.addresses.contains(.externalIP),
                at: path,
                "externalIPs can be set with the address kind ExternalIP only"
            )
        }
        number(service.aggregationLengthIPv4, in: 0...31, at: path.field("aggregationLengthIPv4"))
        number(service.aggregationLengthIPv6, in: 0...127, at: path.field("aggregationLengthIPv6"))
    }

    private mutating func attributes(_ attributes: BGPAdvertisement.Attributes, at path: FieldPath) {
        if let communities = attributes.communities {
            let path = path.field("communities")
            count(communities.standard, in: 0...64, at: path.field("standard"))
            count(communities.wellKnown, in: 0...64, at: path.field("wellKnown"))
            count(communities.large, in: 0...64, at: path.field("large"))
        }
        number(attributes.localPreference, in: Bound.unsigned32, at: path.field("localPreference"))
        number(attributes.med, in: Bound.unsigned32, at: path.field("med"))
        number(attributes.asPathPrepend, in: 0...32, at: path.field("asPathPrepend"))
    }
}
