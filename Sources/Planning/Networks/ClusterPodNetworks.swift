package import KubeModel

/// What the network plugins of a cluster say of all nodes' pod networks, in objects of their own.
package struct ClusterPodNetworks: Sendable {
    /// Whether there is nothing else in the cluster: manifests of a repository seldom have what plugins write.
    package var isWhole = true
    private var ofCilium: [String: PodNetworks.Finding] = [:]
    private var otherwiseOfCilium = PodNetworks.Finding.absent
    private var ofCalico: [String: PodNetworks.Finding] = [:]
    private var otherwiseOfCalico = PodNetworks.Finding.absent

    /// Reads the objects of Cilium and Calico.
    ///
    /// Calico's count as absent while there is not one: with addresses from the Node (`host-local`) it has the kind and no
    /// objects.
    package init(
        ciliumNodes: ServedObjects<CiliumNode> = .notServed,
        blockAffinities: ServedObjects<BlockAffinity> = .notServed
    ) {
        switch ciliumNodes {
        case .notServed: break
        case .unreadable(let why): otherwiseOfCilium = .unreadable(why)
        case .served(let objects):
            otherwiseOfCilium = .nothing
            for object in objects { ofCilium[object.metadata.name] = Self.finding(object) }
        }
        switch blockAffinities {
        case .notServed: break
        case .unreadable(let why): otherwiseOfCalico = .unreadable(why)
        case .served(let objects):
            let blocks = objects.filter(\.isOfNode)
            otherwiseOfCalico = blocks.isEmpty ? .absent : .nothing
            for (node, blocks) in Dictionary(grouping: blocks.filter(\.isConfirmed), by: \.spec.node) {
                let networks = blocks.sorted { $0.metadata.name < $1.metadata.name }
                    .map { PodNetwork($0.spec.cidr, in: $0.metadata.name) }
                ofCalico[node] = .networks(networks)
            }
        }
    }

    private static func finding(_ object: CiliumNode) -> PodNetworks.Finding {
        if object.hasSingleAddresses { return .singleAddresses }
        return .networks(object.podCIDRs.map { PodNetwork($0, in: object.metadata.name) })
    }

    /// What they say of one node.
    package func networks(of node: String) -> PodNetworks {
        PodNetworks(
            ciliumNode: ofCilium[node] ?? otherwiseOfCilium,
            calico: ofCalico[node] ?? otherwiseOfCalico
        )
    }
}
