package import BGPEngine
package import BGPResources
package import BGPTypes
package import KubeModel

/// Everything that one node's announcements follow from, taken from synced stores at one moment.
package struct NodeSnapshot: Sendable {
    /// What the node is asked to do and what it is.
    package var configuration: NodeConfiguration
    /// All Services of the cluster.
    package var services: [Service]
    /// All EndpointSlices of the cluster.
    package var endpointSlices: [EndpointSlice]

    /// A snapshot; order of the lists does not matter.
    package init(
        configuration: NodeConfiguration,
        services: [Service] = [],
        endpointSlices: [EndpointSlice] = []
    ) {
        self.configuration = configuration
        self.services = services
        self.endpointSlices = endpointSlices
    }
}

/// The part of a node's snapshot that changes seldom: resources of ours, the node itself, its gates.
package struct NodeConfiguration: Hashable, Sendable {
    /// The node's name, which is the name of its Node and of its BGPNodeConfig.
    package var nodeName: String
    /// The Node; nil where there is none, as on a router without Kubernetes: no labels, no pod networks.
    package var node: Node?
    /// What network plugins say of the node's pods.
    package var podNetworks: PodNetworks
    /// What the operator rendered for the node; nil when no ClusterConfig selects it.
    package var nodeConfig: BGPNodeConfig?
    package var peerConfigs: [BGPPeerConfig]
    package var advertisements: [BGPAdvertisement]
    /// The pools whose own networks an entry of type LoadBalancerIPPool announces.
    package var pools: [PoolNetworks]
    /// Whose addresses are those of no Service.
    package var clusterAddresses: ClusterAddresses
    /// The addresses of the node's devices that are up.
    package var interfaces: [InterfaceAddresses]
    /// The gateways of the node's default routes, at most one per family, for peers found by auto-discovery.
    package var defaultGateways: [ScopedAddress]
    /// Which password Secrets there are.
    package var secrets: KnownSecrets
    /// What else keeps routes back.
    package var gates: NodeGates

    /// A node with this configuration; order of the lists does not matter.
    package init(
        nodeName: String,
        node: Node? = nil,
        podNetworks: PodNetworks = PodNetworks(),
        nodeConfig: BGPNodeConfig? = nil,
        peerConfigs: [BGPPeerConfig] = [],
        advertisements: [BGPAdvertisement] = [],
        pools: [PoolNetworks] = [],
        clusterAddresses: ClusterAddresses = ClusterAddresses(),
        interfaces: [InterfaceAddresses] = [],
        defaultGateways: [ScopedAddress] = [],
        secrets: KnownSecrets = KnownSecrets(),
        gates: NodeGates = NodeGates()
    ) {
        self.nodeName = nodeName
        self.node = node
        self.podNetworks = podNetworks
        self.nodeConfig = nodeConfig
        self.peerConfigs = peerConfigs
        self.advertisements = advertisements
        self.pools = pools
        self.clusterAddresses = clusterAddresses
        self.interfaces = interfaces
        self.defaultGateways = defaultGateways
        self.secrets = secrets
        self.gates = gates
    }

    /// The labels of the node; none without a Node.
    package var nodeLabels: [String: String] { node?.metadata.labels ?? [:] }
}

/// The networks of a pool of load balancer addresses, as an entry of type LoadBalancerIPPool announces them.
package struct PoolNetworks: Hashable, Sendable {
    /// The name of the pool.
    package var name: String
    /// Its labels, which the entry's selector matches.
    package var labels: [String: String]
    /// Its blocks as networks; a block given as first and last address is split into the fewest that cover it.
    package var networks: [IPPrefix]

    /// Describes a pool.
    package init(name: String, labels: [String: String] = [:], networks: [IPPrefix]) {
        self.name = name
        self.labels = labels
        self.networks = networks
    }
}

/// The addresses of one device of the node that exists and is up.
package struct InterfaceAddresses: Hashable, Sendable {
    /// The device's name.
    package var name: String
    /// Its addresses, with what the kernel says of them.
    package var details: [NodeAddress]

    package var addresses: [IPAddress] { details.map(\.address) }

    /// Describes a device of whose addresses nothing else is known.
    package init(name: String, addresses: [IPAddress]) {
        self.init(name: name, details: addresses.map { NodeAddress(device: name, address: $0, length: $0.family.bits) })
    }

    /// Describes a device.
    package init(name: String, details: [NodeAddress]) {
        self.name = name
        self.details = details
    }
}

/// Which Secrets with passwords exist in the speakers' namespace; the passwords themselves are not here.
package struct KnownSecrets: Hashable, Sendable {
    /// What is known of a Secret.
    package enum State: Hashable, Sendable {
        /// There is one, with a usable key `password`.
        case present
        /// There is one without a key `password`.
        case keyMissing
        /// There is one, but what its key `password` holds cannot be used.
        case unusable(PasswordFault)
        /// There is none.
        case missing
    }

    package var namespace: String
    /// Secrets that have a usable key `password`.
    package var usable: Set<String>
    /// Secrets that exist without one.
    package var unusable: Set<String>
    /// What is wrong with the key of those of them that have one.
    package var faults: [String: PasswordFault]

    /// Lists what exists.
    package init(
        namespace: String = "martlet-system",
        usable: Set<String> = [],
        unusable: Set<String> = [],
        faults: [String: PasswordFault] = [:]
    ) {
        self.namespace = namespace
        self.usable = usable
        self.unusable = unusable
        self.faults = faults
    }

    /// What is known of the Secret of a name.
    package func state(_ name: String) -> State {
        if usable.contains(name) { return .present }
        guard unusable.contains(name) else { return .missing }
        return faults[name].map { .unusable($0) } ?? .keyMissing
    }
}

/// What keeps a node's routes back besides what resources and services say.
package struct NodeGates: Hashable, Sendable {
    /// Whether the node can forward what it attracts.
    package enum DataPath: Hashable, Sendable {
        /// Nobody is asked.
        case ready
        /// It answered that it can; the text names who did.
        case answered(by: String)
        /// Nothing on the node could answer for it, so it is not waited for.
        case unknown
        /// It has not answered; the text says what was seen.
        case notReady(String)

        /// Whether service routes may be announced.
        package var isOpen: Bool { obstacle == nil }

        /// What was seen where service routes wait; nil where they do not.
        package var obstacle: String? {
            switch self {
            case .ready, .answered, .unknown: nil
            case .notReady(let seen): seen
            }
        }
    }

    /// How far a node is on its way out of service.
    package enum Drain: Hashable, Sendable {
        /// In service.
        case none
        /// Routes stay with GRACEFUL_SHUTDOWN and local preference 0 (RFC 8326), so that traffic moves before they go.
        case shuttingDown
        /// Service routes are withdrawn, but not those that no other node announces.
        case drained(keeping: Set<IPPrefix>)
    }

    /// Whether the node forwards service traffic, and who says so.
    package var dataPath: DataPath
    /// Whether the node is drained.
    package var drain: Drain
    /// How many routes one tenant may bring to a peer.
    package var bounds: RouteBounds
    /// The networks of cluster IPs, as the speaker's flags name them.
    package var serviceNetworks: [IPPrefix]
    /// The load balancers that the speaker announces.
    package var classes: LoadBalancerClasses

    /// Gates, open by default, with the bounds of a default installation.
    package init(
        dataPath: DataPath = .ready,
        drain: Drain = .none,
        bounds: RouteBounds = RouteBounds(),
        serviceNetworks: [IPPrefix] = [],
        classes: LoadBalancerClasses = .standard
    ) {
        self.dataPath = dataPath
        self.drain = drain
        self.bounds = bounds
        self.serviceNetworks = serviceNetworks
        self.classes = classes
    }

    /// The same with open gates.
    package var opened: NodeGates { NodeGates(bounds: bounds, serviceNetworks: serviceNetworks, classes: classes) }
}
