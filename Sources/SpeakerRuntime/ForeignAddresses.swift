import BGPResources
import KubeClient
import KubeModel
import Planning

/// Follows which addresses are those of nodes, pods, routers and cluster IPs, so that none is announced for a Service.
struct ForeignAddresses {
    /// As they are known.
    private(set) var known = ClusterAddresses()
    private let nodes: StoreReader<Node>
    private var plugins: PodNetworkReader
    private let advertisements: StoreReader<BGPAdvertisement>
    /// Where the networks of pods are read, and the Advertisements that say where.
    private var sources: Set<BGPAdvertisement.PodCIDRSource> = [.auto]
    private var naming: [ObjectKey: Set<BGPAdvertisement.PodCIDRSource>] = [:]
    private let clusterConfigs: StoreReader<BGPClusterConfig>
    private let serviceCIDRs: StoreReader<ServiceCIDR>

    init(stores: SpeakerStores) {
        nodes = stores.nodes.makeReader()
        plugins = stores.podNetworks.makeReader()
        advertisements = stores.advertisements.makeReader()
        clusterConfigs = stores.clusterConfigs.makeReader()
        serviceCIDRs = stores.serviceCIDRs.makeReader()
    }

    /// Looks again, and says whether anything is another than at the last look; a node costs no look at the others.
    mutating func look() -> Bool {
        let before = known
        let areNodesSame = lookAtNodes()
        let (configs, configChanges) = clusterConfigs.read()
        for key in configChanges.changed.union(configChanges.removed) { known.take(configs[key], named: key.name) }
        let (networks, networkChanges) = serviceCIDRs.read()
        if !networkChanges.isEmpty { known.take(networks.objects) }
        let isQuiet = areNodesSame && configChanges.isEmpty && networkChanges.isEmpty
        return !isQuiet && known != before
    }

    /// Takes what nodes and their pods have now; says whether nothing was to be looked at.
    private mutating func lookAtNodes() -> Bool {
        let (allNodes, changes) = nodes.read()
        var concerned = Set(changes.changed.union(changes.removed).map(\.name))
        let former = sources
        lookAtAdvertisements()
        switch plugins.look() {
        case .some(let names) where sources == former: concerned.formUnion(names)
        case .some, .all: concerned.formUnion(allNodes.keys.map(\.name) + known.nodeNames + plugins.known.nodes)
        }
        for name in concerned {
            known.take(allNodes[ObjectKey(name: name)], named: name, podNetworks(of: name), from: sources)
        }
        return concerned.isEmpty
    }

    /// Takes where the networks of pods are read; an Advertisement costs no look at the others.
    private mutating func lookAtAdvertisements() {
        let (entries, changes) = advertisements.read()
        if changes.isResync { naming = [:] }
        for key in changes.changed.union(changes.removed) {
            let named = entries[key]?.podNetworkSources ?? []
            if !named.isEmpty || naming[key] != nil { naming[key] = named.isEmpty ? nil : named }
        }
        guard !changes.isEmpty else { return }
        let all = naming.values.reduce(into: Set()) { $0.formUnion($1) }
        sources = all.isEmpty ? [.auto] : all
    }

    /// What network plugins say of a node's pods.
    func podNetworks(of node: String) -> PodNetworks { plugins.known.networks(of: node) }
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
