import BGPResources
import KubeClient
import KubeModel
import Planning
import Signals

/// What says whose addresses are whose: those of nodes, pods, routers and cluster IPs are announced for no Service.
struct OwnerStores: Sendable {
    /// The node's own Node, and of all others the addresses alone.
    ///
    /// What they report every few minutes changes nothing here, and is not kept.
    let nodes: ResourceStore<Node>
    /// Their routers.
    let clusterConfigs: ResourceStore<BGPClusterConfig>
    let serviceCIDRs: ResourceStore<ServiceCIDR>
    /// What network plugins say of pod networks, where the cluster has them.
    let podNetworks: PodNetworkStores

    /// Names the kinds to follow for a node; from manifests its BGPNodeConfig is rendered, which takes all of a ClusterConfig.
    init(
        in set: inout StoreSet,
        of node: String,
        isOfManifests: Bool,
        signal: ChangeSignal,
        patience: DeletionPatience
    ) {
        nodes = set.register(
            Node.self,
            signal: signal,
            trim: { if $0.metadata.name == node { $0.keepSettings() } else { $0.keepAddresses() } }
        )
        podNetworks = PodNetworkStores(in: &set, signal: signal)
        clusterConfigs = set.register(
            BGPClusterConfig.self,
            signal: signal,
            patience: patience,
            validate: { isOfManifests ? $0.validate() : [] },
            trim: { if !isOfManifests { $0.keepRouters() } }
        )
        // Clusters before Kubernetes 1.31 have no such kind, and rights that were granted to an older speaker lack it.
        serviceCIDRs = set.register(ServiceCIDR.self, isOptional: true, needsRight: false, signal: signal)
    }
}

extension Node {
    /// Leaves out all but the addresses of the node and its pods.
    fileprivate mutating func keepAddresses() {
        metadata = ObjectMeta(name: metadata.name)
        spec = spec.map { Spec(podCIDR: $0.podCIDR, podCIDRs: $0.podCIDRs) }
        status = Status(addresses: status?.addresses)
    }
}

extension BGPClusterConfig {
    /// Leaves out all but the routers: who renders nothing from it needs no more, and its status changes often.
    fileprivate mutating func keepRouters() {
        metadata = ObjectMeta(name: metadata.name)
        status = nil
    }
}
