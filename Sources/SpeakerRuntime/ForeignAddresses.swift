import BGPResources
import KubeClient
import KubeModel
import Planning

/// Follows which addresses are those of nodes, pods, routers and cluster IPs, so that none is announced for a Service.
struct ForeignAddresses {
    /// As they are known.
    private(set) var known = ClusterAddresses()
    private let nodes: StoreReader<Node>
    private let clusterConfigs: StoreReader<BGPClusterConfig>
    private let serviceCIDRs: StoreReader<ServiceCIDR>

    init(stores: SpeakerStores) {
        nodes = stores.nodes.makeReader()
        clusterConfigs = stores.clusterConfigs.makeReader()
        serviceCIDRs = stores.serviceCIDRs.makeReader()
    }

    /// Looks again, and says whether anything is another than at the last look; a node costs no look at the others.
    mutating func look() -> Bool {
        let before = known
        let (allNodes, nodeChanges) = nodes.read()
        for key in nodeChanges.changed.union(nodeChanges.removed) { known.take(allNodes[key], named: key.name) }
        let (configs, configChanges) = clusterConfigs.read()
        for key in configChanges.changed.union(configChanges.removed) { known.take(configs[key], named: key.name) }
        let (networks, networkChanges) = serviceCIDRs.read()
        if !networkChanges.isEmpty { known.take(networks.objects) }
        let isQuiet = nodeChanges.isEmpty && configChanges.isEmpty && networkChanges.isEmpty
        return !isQuiet && known != before
    }
}

extension Node {
    /// Leaves out all but the addresses of the node and its pods.
    mutating func keepAddresses() {
        metadata = ObjectMeta(name: metadata.name)
        spec = spec.map { Spec(podCIDR: $0.podCIDR, podCIDRs: $0.podCIDRs) }
        status = Status(addresses: status?.addresses)
    }
}

extension BGPClusterConfig {
    /// Leaves out all but the routers: who renders nothing from it needs no more, and its status changes often.
    mutating func keepRouters() {
        metadata = ObjectMeta(name: metadata.name)
        status = nil
    }
}
