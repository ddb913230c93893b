import BGPResources
import KubeClient
import KubeModel
import Planning

/// The same objects kept up to date, for watching.
struct ExplainedStores: Sendable {
    private(set) var set = StoreSet()
    private let services: ResourceStore<Service>?
    private let endpointSlices: ResourceStore<EndpointSlice>?
    private let pools: ResourceStore<LoadBalancerIPPool>
    private let nodes: ResourceStore<Node>
    private let ciliumNodes: ServedKind<CiliumNode>
    private let blockAffinities: ServedKind<BlockAffinity>
    private let laterBlockAffinities: ServedKind<LaterBlockAffinity>
    private let clusterConfigs: ResourceStore<BGPClusterConfig>
    private let nodeConfigs: ResourceStore<BGPNodeConfig>
    private let peerConfigs: ResourceStore<BGPPeerConfig>
    private let advertisements: ResourceStore<BGPAdvertisement>
    private let overrides: ResourceStore<BGPNodeConfigOverride>
    private let serviceCIDRs: ResourceStore<ServiceCIDR>

    /// Stores for what explanations follow from; Services only where they matter, and where they may be listed.
    init(services followsServices: Bool, namespace: String?) {
        let scope = ObjectScope(namespace: namespace)
        services = followsServices ? set.register(Service.self, scope: scope) : nil
        endpointSlices = followsServices ? set.register(EndpointSlice.self, scope: scope) : nil
        pools = set.register(LoadBalancerIPPool.self, isOptional: true)
        nodes = set.register(Node.self)
        ciliumNodes = set.registerServed(CiliumNode.self)
        blockAffinities = set.registerServed(BlockAffinity.self)
        laterBlockAffinities = set.registerServed(LaterBlockAffinity.self)
        clusterConfigs = set.register(BGPClusterConfig.self)
        nodeConfigs = set.register(BGPNodeConfig.self)
        peerConfigs = set.register(BGPPeerConfig.self)
        advertisements = set.register(BGPAdvertisement.self)
        overrides = set.register(BGPNodeConfigOverride.self)
        serviceCIDRs = set.register(ServiceCIDR.self, isOptional: true, needsRight: false)
    }

    /// What they hold at this moment.
    var objects: ExplainedObjects {
        ExplainedObjects(
            services: services?.snapshot.objects ?? [],
            endpointSlices: endpointSlices?.snapshot.objects ?? [],
            pools: pools.snapshot.objects,
            nodes: nodes.snapshot.objects,
            podNetworks: ClusterPodNetworks(
                ciliumNodes: ciliumNodes.objects,
                blockAffinities: blockAffinities.objects.orElse(laterBlockAffinities.objects)
            ),
            clusterConfigs: clusterConfigs.snapshot.objects,
            nodeConfigs: nodeConfigs.snapshot.objects,
            peerConfigs: peerConfigs.snapshot.objects,
            advertisements: advertisements.snapshot.objects,
            overrides: overrides.snapshot.objects,
            serviceCIDRs: serviceCIDRs.snapshot.objects,
            lacksClusterConfigs: clusterConfigs.snapshot.objects.isEmpty
        )
    }
}
