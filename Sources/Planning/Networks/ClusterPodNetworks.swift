package import BGPResources
package import KubeModel

/// What the network plugins of a cluster say of all nodes' pod networks, in objects of their own.
///
/// A change of one object costs what that object says, whatever else there is.
package struct ClusterPodNetworks: Hashable, Sendable {
    /// Whether there is nothing else in the cluster: manifests of a repository seldom have what plugins write.
    package var isWhole = true
    /// Whether Cilium's and Calico's objects can be read.
    private var ciliumNodes = ServedPresence.notServed
    private var blockAffinities = ServedPresence.notServed
    private var ofCilium: [String: PodNetworks.Finding] = [:]
    /// Every block that is about a node, by its own name.
    private var blocks: [String: Block] = [:]
    /// What every node has of confirmed blocks, in the order of their names; no node without.
    private var ofCalico: [String: [PodNetwork]] = [:]

    private struct Block: Hashable, Sendable {
        var node: String
        /// Nil while it is not confirmed.
        var network: PodNetwork?
    }

    /// Reads the objects of Cilium and Calico.
    ///
    /// Calico's count as absent while there is not one: with addresses from the Node (`host-local`) it has the kind and no
    /// objects.
    package init(
        ciliumNodes: ServedObjects<CiliumNode> = .notServed,
        blockAffinities: ServedObjects<BlockAffinity> = .notServed
    ) {
        self.ciliumNodes = ciliumNodes.presence
        self.blockAffinities = blockAffinities.presence
        for object in ciliumNodes.objects { _ = take(object, named: object.metadata.name) }
        for object in blockAffinities.objects { _ = take(object, named: object.metadata.name) }
    }

    /// Takes one CiliumNode as it is now, nil when it is gone; returns the nodes of which something else is said than before.
    package mutating func take(_ object: CiliumNode?, named name: String) -> Set<String> {
        let finding = object.map(Self.finding)
        guard ofCilium[name] != finding else { return [] }
        ofCilium[name] = finding
        return [name]
    }

    /// Takes one block of Calico as it is now, nil when it is gone; returns the nodes of which something else is said than
    /// before, but for those that have no block: for these see `general`.
    package mutating func take(_ object: BlockAffinity?, named name: String) -> Set<String> {
        let block = object.flatMap { object in
            object.isOfNode
                ? Block(
                    node: object.spec.node,
                    network: object.isConfirmed ? PodNetwork(object.spec.cidr, in: name) : nil
                ) : nil
        }
        let old = blocks[name]
        guard old != block else { return [] }
        blocks[name] = block
        if let old, let network = old.network {
            ofCalico[old.node]?.removeAll { $0 == network }
            if ofCalico[old.node]?.isEmpty ?? false { ofCalico[old.node] = nil }
        }
        if let block, let network = block.network {
            let place = ofCalico[block.node, default: []].insertionIndex { $0.object < name }
            ofCalico[block.node, default: []].insert(network, at: place)
        }
        return Set([old?.node, block?.node].compactMap(\.self))
    }

    /// What they say of nodes that no object names.
    package var general: PodNetworks {
        PodNetworks(ciliumNode: otherwiseOfCilium, calico: otherwiseOfCalico)
    }

    /// The nodes that some object names.
    package var nodes: Set<String> { Set(ofCilium.keys).union(ofCalico.keys) }

    private static func finding(_ object: CiliumNode) -> PodNetworks.Finding {
        if object.hasSingleAddresses { return .singleAddresses }
        return .networks(object.podCIDRs.map { PodNetwork($0, in: object.metadata.name) })
    }

    private var otherwiseOfCilium: PodNetworks.Finding {
        switch ciliumNodes {
        case .notServed: .absent
        case .unreadable(let why): .unreadable(why)
        case .served: .nothing
        }
    }

    private var otherwiseOfCalico: PodNetworks.Finding {
        switch blockAffinities {
        case .notServed: .absent
        case .unreadable(let why): .unreadable(why)
        case .served: blocks.isEmpty ? .absent : .nothing
        }
    }

    /// What they say of one node.
    package func networks(of node: String) -> PodNetworks {
        PodNetworks(
            ciliumNode: ofCilium[node] ?? otherwiseOfCilium,
            calico: ofCalico[node].map { .networks($0) } ?? otherwiseOfCalico
        )
    }
}

extension [BGPAdvertisement] {
    /// Where the networks of pods are read in a cluster with these: the sources that entries of type PodCIDR name, `Auto`
    /// where there is no such entry.
    package var podNetworkSources: Set<BGPAdvertisement.PodCIDRSource> {
        let found = reduce(into: Set()) { $0.formUnion($1.podNetworkSources) }
        return found.isEmpty ? [.auto] : found
    }
}

extension BGPAdvertisement {
    /// Where its entries of type PodCIDR read the networks of pods.
    package var podNetworkSources: Set<PodCIDRSource> {
        var sources: Set<PodCIDRSource> = []
        for entry in spec.advertisements where entry.advertisementType == .podCIDR {
            sources.insert(entry.podCIDRs?.effectiveSource ?? .auto)
        }
        return sources
    }
}
