package import BGPTypes
package import KubeModel
import PlainText

/// What is announced, and with which attributes.
package struct BGPAdvertisement: KubeObject {
    package static let type = ResourceType.martlet(kind: "BGPAdvertisement", plural: "bgpadvertisements")

    /// Name, labels and the rest of the object's metadata; PeerConfigs choose advertisements by the labels.
    package var metadata: ObjectMeta
    /// What the user asks for.
    package var spec: Spec
    /// What the operator found; absent until its first look.
    package var status: Status?

    /// An object of this kind.
    package init(metadata: ObjectMeta, spec: Spec, status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

extension BGPAdvertisement {
    /// What the user asks for.
    package struct Spec: Codable, Hashable, Sendable {
        /// What is announced, 1 to 64 entries.
        package var advertisements: [Entry]

        /// Announces what the entries say.
        package init(advertisements: [Entry]) {
            self.advertisements = advertisements
        }
    }

    /// One thing that is announced.
    package struct Entry: Codable, Hashable, Sendable {
        /// Where the routes come from.
        package var advertisementType: EntryType
        /// Which addresses of services; required with type `Service`, excluded with others.
        package var service: ServiceOptions?
        /// Which networks of the node's pods; with type `PodCIDR` only.
        package var podCIDRs: PodCIDROptions?
        /// Which device's addresses; required with type `Interface`, excluded with others.
        package var interface: InterfaceOptions?
        /// Which networks; required with type `Prefixes`, excluded with others.
        @EmptyWhenAbsent package var prefixes: [IPPrefix]
        /// Which services or pools, with types `Service` and `LoadBalancerIPPool` only; absent is none, `{}` is all.
        package var selector: LabelSelector?
        /// On which nodes; absent and `{}` are all.
        package var nodeSelector: LabelSelector?
        /// What the routes carry.
        package var attributes: Attributes?

        /// An entry of type `advertisementType`.
        package init(
            advertisementType: EntryType,
            service: ServiceOptions? = nil,
            podCIDRs: PodCIDROptions? = nil,
            interface: InterfaceOptions? = nil,
            prefixes: [IPPrefix] = [],
            selector: LabelSelector? = nil,
            nodeSelector: LabelSelector? = nil,
            attributes: Attributes? = nil
        ) {
            self.advertisementType = advertisementType
            self.service = service
            self.podCIDRs = podCIDRs
            self.interface = interface
            self.prefixes = prefixes
            self.selector = selector
            self.nodeSelector = nodeSelector
            self.attributes = attributes
        }
    }

    /// Where routes come from.
    package enum EntryType: String, ListedValue {
        /// The networks of the node's pods.
        case podCIDR = "PodCIDR"
        /// Addresses of services.
        case service = "Service"
        /// Addresses of a device of the node.
        case interface = "Interface"
        /// A written list.
        case prefixes = "Prefixes"
        /// The blocks of `LoadBalancerIPPool` objects.
        case loadBalancerIPPool = "LoadBalancerIPPool"

        /// Whether entries of this type choose objects with `selector`.
        package var takesSelector: Bool { self == .service || self == .loadBalancerIPPool }
    }

    /// Which addresses of services are announced, and how.
    package struct ServiceOptions: Codable, Hashable, Sendable {
        /// The kinds of addresses, at least one.
        package var addresses: [AddressKind]
        /// The networks that addresses of kind `ExternalIP` must lie in, at most 256; absent is any address.
        package var externalIPs: [IPPrefix]?
        /// Announce the network of this length, 0 to 31, instead of the address; not with traffic policy Local.
        package var aggregationLengthIPv4: Int?
        /// Announce the network of this length, 0 to 127, instead of the address; not with traffic policy Local.
        package var aggregationLengthIPv6: Int?
        /// What happens to a service without usable endpoints under traffic policy Cluster; absent is `Withdraw`.
        package var whenNoEndpoints: WhenNoEndpoints?

        /// Announces the addresses of these kinds.
        package init(
            addresses: [AddressKind],
            externalIPs: [IPPrefix]? = nil,
            aggregationLengthIPv4: Int? = nil,
            aggregationLengthIPv6: Int? = nil,
            whenNoEndpoints: WhenNoEndpoints? = nil
        ) {
            self.addresses = addresses
            self.externalIPs = externalIPs
            self.aggregationLengthIPv4 = aggregationLengthIPv4
            self.aggregationLengthIPv6 = aggregationLengthIPv6
            self.whenNoEndpoints = whenNoEndpoints
        }

        /// `whenNoEndpoints` with its default.
        package var effectiveWhenNoEndpoints: WhenNoEndpoints { whenNoEndpoints ?? .withdraw }

        /// The length asked for in a family; `nil` is the address itself.
        package func aggregationLength(_ family: IPFamily) -> Int? {
            family == .ipv4 ? aggregationLengthIPv4 : aggregationLengthIPv6
        }
    }

    /// A kind of address that a service has.
    package enum AddressKind: String, ListedValue {
        /// From `status.loadBalancer.ingress`.
        case loadBalancerIP = "LoadBalancerIP"
        /// From `spec.clusterIPs`.
        case clusterIP = "ClusterIP"
        /// From `spec.externalIPs`.
        case externalIP = "ExternalIP"
    }

    /// What happens to the routes of a service with nothing behind it.
    package enum WhenNoEndpoints: String, ListedValue {
        /// They are withdrawn, so that the network can answer or use another site.
        case withdraw = "Withdraw"
        /// They stay.
        case advertise = "Advertise"
    }

    /// A device whose addresses are announced.
    package struct InterfaceOptions: Codable, Hashable, Sendable {
        /// Its name, 1 to 15 characters.
        package var name: String

        /// Announces the addresses of the device of this name.
        package init(name: String) {
            self.name = name
        }
    }

    /// What the operator found.
    package struct Status: Codable, Hashable, Sendable {
        /// Verdicts by type, sorted by type.
        @EmptyWhenAbsent package var conditions: [Condition]
        /// The types of the entries, such as `PodCIDR,Service`, for the printer column.
        package var types: String?
        /// How many peers of all ClusterConfigs get what this object announces.
        package var usedByPeers: Int?

        /// A status.
        package init(conditions: [Condition] = [], types: String? = nil, usedByPeers: Int? = nil) {
            self.conditions = conditions
            self.types = types
            self.usedByPeers = usedByPeers
        }
    }
}
