import BGPEngine
import BGPResources
import FoundationEssentials
import KubeClient
import KubeModel
import Planning

/// Everything a speaker follows.
struct SpeakerStores: Sendable {
    private(set) var set = StoreSet()
    let nodes: ResourceStore<Node>
    let nodeConfigs: ResourceStore<BGPNodeConfig>
    let peerConfigs: ResourceStore<BGPPeerConfig>
    let advertisements: ResourceStore<BGPAdvertisement>
    let pools: ResourceStore<LoadBalancerIPPool>
    let services: ResourceStore<Service>
    let endpointSlices: ResourceStore<EndpointSlice>
    let secrets: ResourceStore<Secret>
    /// What the operator would render the node's configuration from; only without an API server.
    let wishes: Wishes?
    private let node: String
    private let namespace: String

    /// The resources from which one node's configuration is rendered.
    struct Wishes: Sendable {
        let clusterConfigs: ResourceStore<BGPClusterConfig>
        let overrides: ResourceStore<BGPNodeConfigOverride>
    }

    init(_ configuration: SpeakerConfiguration) {
        node = configuration.node
        namespace = configuration.namespace
        // A speaker watches its own Node and BGPNodeConfig alone: with a thousand nodes, all of them would be a
        // million watch events for one change of a ClusterConfig.
        nodes = set.register(Node.self, scope: .named(node))
        nodeConfigs = set.register(BGPNodeConfig.self, scope: .named(node))
        peerConfigs = set.register(BGPPeerConfig.self)
        advertisements = set.register(BGPAdvertisement.self)
        pools = set.register(LoadBalancerIPPool.self, isOptional: true)
        services = set.register(Service.self)
        endpointSlices = set.register(EndpointSlice.self)
        secrets = set.register(Secret.self, scope: ObjectScope(namespace: namespace))
        if case .directory = configuration.source {
            wishes = Wishes(
                clusterConfigs: set.register(BGPClusterConfig.self),
                overrides: set.register(BGPNodeConfigOverride.self)
            )
        } else {
            wishes = nil
        }
    }

    /// What the node is asked to do; only to be asked for once all stores are ready.
    func configuration(gates: NodeGates, network: NodeNetwork) -> NodeConfiguration {
        let key = ObjectKey(name: node)
        let node = nodes.snapshot[key] ?? wishes.map { _ in unknownNode }
        return NodeConfiguration(
            nodeName: self.node,
            node: node,
            nodeConfig: nodeConfigs.snapshot[key] ?? rendered(node),
            peerConfigs: peerConfigs.snapshot.objects,
            advertisements: advertisements.snapshot.objects,
            pools: pools.snapshot.objects.map(PoolNetworks.init),
            interfaces: network.interfaces,
            defaultGateways: network.defaultGateways,
            secrets: knownSecrets,
            gates: gates
        )
    }

    /// The passwords by name of their Secret.
    var passwords: [String: Password] {
        let usable = secrets.snapshot.objects.compactMap { secret in
            secret.text("password").flatMap { Password($0.value) }.map { (secret.metadata.name, $0) }
        }
        return Dictionary(usable, uniquingKeysWith: { first, _ in first })
    }

    private var knownSecrets: KnownSecrets { KnownSecrets(secrets.snapshot.objects, namespace: namespace) }

    /// A router without Kubernetes has no Node object; the label that kubelet would set is the one to select it by.
    private var unknownNode: Node {
        Node(metadata: ObjectMeta(name: node, labels: ["kubernetes.io/hostname": node]))
    }

    private func rendered(_ node: Node?) -> BGPNodeConfig? {
        guard let wishes, let node else { return nil }
        let snapshot = ClusterSnapshot(
            nodes: [node],
            clusterConfigs: wishes.clusterConfigs.snapshot.objects,
            peerConfigs: peerConfigs.snapshot.objects,
            advertisements: advertisements.snapshot.objects,
            overrides: wishes.overrides.snapshot.objects,
            secrets: knownSecrets
        )
        return render(snapshot, now: Timestamp(Date())).nodeConfig(self.node)
    }
}
