import BGPResources
import KubeClient
import KubeModel
import Planning

/// Everything the operator follows.
struct OperatorStores: Sendable {
    private(set) var set = StoreSet()
    let nodes: ResourceStore<Node>
    let clusterConfigs: ResourceStore<BGPClusterConfig>
    let peerConfigs: ResourceStore<BGPPeerConfig>
    let advertisements: ResourceStore<BGPAdvertisement>
    let overrides: ResourceStore<BGPNodeConfigOverride>
    let nodeConfigs: ResourceStore<BGPNodeConfig>
    let secrets: ResourceStore<Secret>
    let pools: ResourceStore<LoadBalancerIPPool>
    let services: ResourceStore<Service>
    private let namespace: String

    init(namespace: String) {
        nodes = set.register(Node.self)
        clusterConfigs = set.register(BGPClusterConfig.self)
        peerConfigs = set.register(BGPPeerConfig.self)
        advertisements = set.register(BGPAdvertisement.self)
        overrides = set.register(BGPNodeConfigOverride.self)
        nodeConfigs = set.register(BGPNodeConfig.self)
        secrets = set.register(Secret.self, scope: ObjectScope(namespace: namespace))
        pools = set.register(LoadBalancerIPPool.self, isOptional: true)
        services = set.register(Service.self)
        self.namespace = namespace
    }

    /// What the sessions of the cluster follow from; only to be asked for once all stores are ready.
    func snapshot(_ settings: ClusterSettings) -> ClusterSnapshot {
        ClusterSnapshot(
            nodes: nodes.snapshot.objects,
            clusterConfigs: clusterConfigs.snapshot.objects,
            peerConfigs: peerConfigs.snapshot.objects,
            advertisements: advertisements.snapshot.objects,
            overrides: overrides.snapshot.objects,
            nodeConfigs: nodeConfigs.snapshot.objects,
            secrets: KnownSecrets(secrets.snapshot.objects, namespace: namespace),
            settings: settings
        )
    }
}
