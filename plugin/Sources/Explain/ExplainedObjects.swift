import BGPResources
import BGPTypes
import KubeClient
import KubeModel
import Planning

/// The objects of a cluster that explanations follow from, at one moment.
struct ExplainedObjects: Sendable {
    var services: [Service] = []
    var endpointSlices: [EndpointSlice] = []
    var pools: [LoadBalancerIPPool] = []
    var nodes: [Node] = []
    var podNetworks = ClusterPodNetworks()
    var clusterConfigs: [BGPClusterConfig] = []
    var nodeConfigs: [BGPNodeConfig] = []
    var peerConfigs: [BGPPeerConfig] = []
    var advertisements: [BGPAdvertisement] = []
    var overrides: [BGPNodeConfigOverride] = []
    /// The networks of cluster IPs, which are announced for no Service.
    var serviceCIDRs: [ServiceCIDR] = []

    /// Whether it is known that there is no ClusterConfig at all; who may not list them does not know.
    var lacksClusterConfigs = false

    /// What is deleted and still counts; the objects are among the others, as they were.
    var deletions = Deletions()

    /// Objects that could not be read, and lists that were refused.
    var warnings: [String] = []

    /// Services that were asked for and are not there, with the namespaces that have one of the name.
    var missing: [MissingService] = []

    /// The namespace that Services may be listed in; nil when they may be everywhere.
    var onlyNamespace: String?

    /// Whether passwords exist is for the speakers to say, in their status; who explains need not see Secrets.
    var secrets: KnownSecrets { KnownSecrets(usable: Set(peerConfigs.compactMap { $0.spec.authSecretRef })) }

    /// The nodes that there are or that have a configuration, as their speakers would decide for them.
    func configurations(_ filter: NodeFilter) -> [NodeConfiguration] {
        let nodesByName = Dictionary(nodes.map { ($0.metadata.name, $0) }) { first, _ in first }
        let configsByName = Dictionary(nodeConfigs.map { ($0.metadata.name, $0) }) { first, _ in first }
        let networks = pools.map(PoolNetworks.init)
        let secrets = secrets
        var addresses = ClusterAddresses(
            nodes: nodes,
            podNetworks: podNetworks,
            sources: advertisements.podNetworkSources,
            clusterConfigs: clusterConfigs,
            serviceCIDRs: serviceCIDRs
        )
        addresses.take(ofStrangers: addressesOfStrangers)
        return Set(nodesByName.keys).union(configsByName.keys).filter(filter.includes).sorted().map { name in
            NodeConfiguration(
                nodeName: name,
                node: nodesByName[name],
                podNetworks: podNetworks.networks(of: name),
                nodeConfig: configsByName[name],
                peerConfigs: peerConfigs,
                advertisements: advertisements,
                pools: networks,
                clusterAddresses: addresses,
                defaultGateways: configsByName[name]?.foundGateways ?? [],
                secrets: secrets,
                // What a speaker that does not answer was told is what the operator was told, as far as anybody knows.
                gates: NodeGates(classes: configsByName[name]?.operatorNote?.classes ?? .standard)
            )
        }
    }

    /// What rendering looks at.
    var snapshot: ClusterSnapshot {
        ClusterSnapshot(
            nodes: nodes,
            clusterConfigs: clusterConfigs,
            peerConfigs: peerConfigs,
            advertisements: advertisements,
            overrides: overrides,
            nodeConfigs: nodeConfigs,
            secrets: secrets,
            deletions: deletions.pending
        )
    }

    /// Adds what is deleted and still counts, since operator and speakers decide with it.
    mutating func add(_ found: Deletions) {
        var found = found
        found.forget(
            clusterConfigs.map(\.reference) + peerConfigs.map(\.reference) + advertisements.map(\.reference)
                + overrides.map(\.reference) + nodeConfigs.map(\.reference) + pools.map(\.reference)
        )
        clusterConfigs += found.objects(BGPClusterConfig.self, besides: clusterConfigs)
        peerConfigs += found.objects(BGPPeerConfig.self, besides: peerConfigs)
        advertisements += found.objects(BGPAdvertisement.self, besides: advertisements)
        overrides += found.objects(BGPNodeConfigOverride.self, besides: overrides)
        nodeConfigs += found.objects(BGPNodeConfig.self, besides: nodeConfigs)
        pools += found.objects(LoadBalancerIPPool.self, besides: pools)
        deletions = found
    }
}

extension ExplainedObjects {
    /// Reads what the explanations of these services take; those that are not there are among `missing`.
    static func explaining(services keys: [ObjectKey], of cluster: Cluster) async throws -> ExplainedObjects {
        var objects = ExplainedObjects()
        for key in keys {
            guard let service = try await cluster.client.find(Service.self, key) else {
                objects.missing.append(MissingService(key: key))
                continue
            }
            objects.services.append(service)
            try await objects.takeEndpointSlices(of: key, from: cluster)
        }
        try await objects.takeSharing(with: keys, from: cluster)
        try await objects.takeResources(of: cluster)
        return objects
    }

    /// Reads what the explanations of routes and peers take: everything.
    static func explainingRoutes(of cluster: Cluster) async throws -> ExplainedObjects {
        var objects = ExplainedObjects()
        objects.services = objects.taking(try await cluster.list(Service.self))
        objects.endpointSlices = objects.taking(try await cluster.list(EndpointSlice.self))
        try await objects.takeResources(of: cluster)
        return objects
    }

    /// Reads what the explanations of nodes take.
    static func explainingNodes(of cluster: Cluster) async throws -> ExplainedObjects {
        var objects = ExplainedObjects()
        objects.nodes = objects.taking(try await cluster.list(Node.self))
        objects.clusterConfigs = objects.taking(try await cluster.list(BGPClusterConfig.self))
        objects.peerConfigs = objects.taking(try await cluster.list(BGPPeerConfig.self))
        objects.overrides = objects.taking(try await cluster.list(BGPNodeConfigOverride.self))
        objects.nodeConfigs = objects.taking(try await cluster.list(BGPNodeConfig.self))
        return objects
    }

    private mutating func takeResources(of cluster: Cluster) async throws {
        nodes = taking(try await cluster.list(Node.self))
        nodeConfigs = taking(try await cluster.list(BGPNodeConfig.self))
        peerConfigs = taking(try await cluster.list(BGPPeerConfig.self))
        advertisements = taking(try await cluster.list(BGPAdvertisement.self))
        do {
            serviceCIDRs = taking(try await cluster.list(ServiceCIDR.self))
        } catch let error as KubeError where error.code == .notFound {
            // Clusters before Kubernetes 1.31 have no such kind.
            serviceCIDRs = []
        } catch let error as KubeError where error.code == .forbidden {
            warnings.append("networks of cluster IPs are not considered: \(error.message)")
        }
        do {
            clusterConfigs = taking(try await cluster.list(BGPClusterConfig.self))
            lacksClusterConfigs = clusterConfigs.isEmpty
        } catch let error as KubeError where error.code == .forbidden {
            warnings.append("addresses of routers are not considered: \(error.message)")
        }
        podNetworks = try await PodNetworkObjects(of: cluster, for: advertisements, warnings: &warnings).networks
        do {
            pools = taking(try await cluster.list(LoadBalancerIPPool.self))
        } catch let error as KubeError where error.code == .notFound || error.code == .forbidden {
            warnings.append("pools are not considered: \(error.message)")
        }
    }

    private mutating func takeEndpointSlices(of service: ObjectKey, from cluster: Cluster) async throws {
        endpointSlices += taking(
            try await cluster.list(
                EndpointSlice.self,
                namespace: service.namespace,
                selector: "\(EndpointSlice.serviceNameLabel)=\(service.name)"
            )
        )
    }

    /// Adds the other services that have an address of these, and their endpoints.
    ///
    /// Who may not list all namespaces is told that this part is missing.
    private mutating func takeSharing(with keys: [ObjectKey], from cluster: Cluster) async throws {
        let all: ObjectList<Service>
        do {
            all = try await cluster.list(Service.self)
        } catch let error as KubeError where error.code == .forbidden {
            warnings.append(
                "services of other namespaces, which may share an address or have it first, are not considered: "
                    + error.message
            )
            onlyNamespace = keys.first?.namespace
            await takeRivals(of: keys, from: cluster)
            return
        }
        for index in missing.indices {
            let others = all.items.filter { $0.metadata.name == missing[index].key.name }
            missing[index].elsewhere = others.compactMap { $0.metadata.namespace }.sorted()
        }
        let addresses = Set(services.flatMap(\.addressTexts))
        let others = all.items.filter { !keys.contains($0.key) && !addresses.isDisjoint(with: $0.addressTexts) }
        for other in others { try await takeEndpointSlices(of: other.key, from: cluster) }
        services += others
        add(rivals: all.items)
    }

    /// Adds the other services of the namespaces, which take room from each other; their endpoints do not matter for that.
    private mutating func takeRivals(of keys: [ObjectKey], from cluster: Cluster) async {
        for namespace in Set(keys.compactMap(\.namespace)).sorted() {
            guard let list = try? await cluster.list(Service.self, namespace: namespace) else { continue }
            add(rivals: list.items)
        }
    }

    private mutating func add(rivals: [Service]) {
        let known = Set(services.map(\.key))
        let namespaces = Set(services.map(\.metadata.namespace))
        services += rivals.filter { namespaces.contains($0.metadata.namespace) && !known.contains($0.key) }
    }

    private mutating func taking<Object: KubeObject>(_ list: ObjectList<Object>) -> [Object] {
        warnings += list.diagnostics.map(\.description)
        return list.items
    }
}

extension BGPNodeConfig {
    /// The addresses of routers that the node had to find by itself, as its speaker reports them.
    fileprivate var foundGateways: [ScopedAddress] {
        let searched = Set(
            spec.bgpInstances.flatMap { instance in
                instance.peers.filter { $0.peerAddress == nil && $0.autoDiscovery != nil }.map {
                    [instance.name, $0.name]
                }
            }
        )
        guard !searched.isEmpty else { return [] }
        return (status?.bgpInstances ?? []).flatMap { instance in
            instance.peers.filter { searched.contains([instance.name, $0.name]) }.compactMap(\.peerAddress)
        }
    }
}

extension Service {
    /// Every address that the service has, of whatever kind.
    var addressTexts: [String] {
        let ingress = (status?.loadBalancer?.ingress ?? []).compactMap(\.ip)
        return ingress + (spec.externalIPs ?? []) + (spec.clusterIPs ?? []).filter { $0 != "None" }
    }
}
