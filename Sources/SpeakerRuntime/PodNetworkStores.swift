import KubeClient
import KubeModel
import Planning

/// What network plugins say of a node's pod networks, in kinds that the cluster need not know.
struct PodNetworkStores: Sendable {
    private let node: String
    private let ciliumNodes: ServedKind<CiliumNode>
    private let blockAffinities: ServedKind<BlockAffinity>

    /// Follows the node's own CiliumNode, and all of Calico's blocks: these have no field that a server selects by.
    init(node: String, in set: inout StoreSet) {
        self.node = node
        ciliumNodes = set.registerServed(CiliumNode.self, scope: .named(node), trim: { $0.keepNetworks() })
        blockAffinities = set.registerServed(BlockAffinity.self, trim: { $0.keepNetworks() })
    }

    /// What they say now.
    var present: PodNetworks {
        ClusterPodNetworks(ciliumNodes: ciliumNodes.objects, blockAffinities: blockAffinities.objects)
            .networks(of: node)
    }

    /// Each tells whether anything changed since its last call.
    var changeTellers: [@Sendable () -> Bool] {
        [
            ciliumNodes.store.changeTeller(), ciliumNodes.definition.changeTeller(),
            blockAffinities.store.changeTeller(), blockAffinities.definition.changeTeller(),
        ]
    }
}
