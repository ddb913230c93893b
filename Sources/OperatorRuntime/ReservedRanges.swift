import BGPTypes
import KubeClient
import KubeModel
import Planning

/// Follows which addresses are the cluster's own, so that no pool may hand them out: those of nodes, pods and cluster IPs.
struct ReservedRanges {
    /// Those that stop a pool, in the order of their owners: networks and addresses of cluster IPs.
    private(set) var ranges: [ForeignRange] = []
    /// The families that nodes have addresses of; IPv4 while there are none.
    var families: [IPFamily] {
        let found = IPFamily.allCases.filter { counts[$0, default: 0] > 0 }
        return found.isEmpty ? [.ipv4] : found
    }

    private let stores: OperatorStores
    private let nodeReader: StoreReader<Node>
    private let networkReader: StoreReader<ServiceCIDR>
    private let pluginReaders: PluginReaders
    private var plugins = ClusterPodNetworks()
    private let told: [IPPrefix]
    private var ofNodes: [String: NodeFacts] = [:]
    /// How many nodes have internal addresses of a family.
    private var counts: [IPFamily: Int] = [:]
    private var ofServices: [ForeignRange]?

    private struct NodeFacts: Hashable {
        var ranges: [ForeignRange] = []
        var families: Set<IPFamily> = []
    }

    /// What is another than at the last look.
    struct Change {
        /// Whether what stops pools is.
        var isOfPools = false
        /// What every changed node and its pods have now; nothing when it is gone.
        var nodes: [String: [ForeignRange]] = [:]
    }

    /// `serviceNetworks` are the networks of cluster IPs that the operator was told of.
    init(stores: OperatorStores, serviceNetworks: [IPPrefix]) {
        self.stores = stores
        told = serviceNetworks
        nodeReader = stores.nodes.makeReader()
        networkReader = stores.serviceCIDRs.makeReader()
        pluginReaders = PluginReaders(stores)
    }

    /// Looks again; a node that changed costs no look at the others.
    mutating func look() -> Change {
        var change = Change()
        let (nodes, nodeChanges) = nodeReader.read()
        var concerned = nodeChanges.changed.union(nodeChanges.removed)
        if pluginReaders.haveChanged() {
            // A block that is gone no longer says whose it was, so all nodes are looked at.
            plugins = stores.podNetworks
            concerned.formUnion(nodes.keys)
        }
        for key in concerned {
            let facts = nodes[key].map { node in
                NodeFacts(
                    ranges: ForeignRange.of(node, plugins.networks(of: key.name)),
                    families: Set(node.internalIPs.compactMap { IPAddress($0)?.family })
                )
            }
            let known = ofNodes[key.name]
            guard facts != known else { continue }
            ofNodes[key.name] = facts
            for family in known?.families ?? [] { counts[family, default: 0] -= 1 }
            for family in facts?.families ?? [] { counts[family, default: 0] += 1 }
            if facts?.ranges ?? [] != known?.ranges ?? [] { change.nodes[key.name] = facts?.ranges ?? [] }
        }
        let (networks, networkChanges) = networkReader.read()
        if !networkChanges.isEmpty || ofServices == nil {
            ofServices = ForeignRange.serviceNetworks(told: told, found: networks.objects)
        }
        let now = (ofServices ?? []) + ForeignRange.clusterIPs(stores.services.snapshot[ForeignRange.apiServer])
        change.isOfPools = now != ranges
        ranges = now
        return change
    }
}

/// Tell whether network plugins say something else than before.
private struct PluginReaders {
    private let ciliumNodes: StoreReader<CiliumNode>
    private let blockAffinities: StoreReader<BlockAffinity>
    private let laterBlockAffinities: StoreReader<LaterBlockAffinity>

    init(_ stores: OperatorStores) {
        ciliumNodes = stores.ciliumNodes.store.makeReader()
        blockAffinities = stores.blockAffinities.store.makeReader()
        laterBlockAffinities = stores.laterBlockAffinities.store.makeReader()
    }

    func haveChanged() -> Bool {
        // All are asked, so that each has seen what there is.
        let changes = [
            ciliumNodes.read().changes, blockAffinities.read().changes, laterBlockAffinities.read().changes,
        ]
        return changes.contains { !$0.isEmpty }
    }
}
