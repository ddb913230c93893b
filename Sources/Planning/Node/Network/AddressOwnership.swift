import BGPResources
import KubeModel

/// Follows which addresses are those of nodes, pods, routers and cluster IPs, so that none is announced for a Service.
///
/// A changed object costs no look at the others.
struct AddressOwnership: Sendable {
    /// As they are known.
    private(set) var known = ClusterAddresses()
    /// What network plugins say of pods.
    private var plugins = ClusterPodNetworks()
    private var presence = Presence()
    /// Where the networks of pods are read, and the Advertisements that say where.
    private var sources: Set<BGPAdvertisement.PodCIDRSource> = [.auto]
    private var naming: [ObjectKey: Set<BGPAdvertisement.PodCIDRSource>] = [:]
    /// The nodes as they were last listed, for when the networks of all pods are read elsewhere.
    private var nodes = ChangedObjects<Node>()

    /// Which kinds of network plugins can be read.
    private struct Presence: Hashable, Sendable {
        var ciliumNodes = ServedPresence.notServed
        var blockAffinities = ServedPresence.notServed
        var laterBlockAffinities = ServedPresence.notServed
    }

    /// What network plugins say of a node's pods.
    func podNetworks(of node: String) -> PodNetworks { plugins.networks(of: node) }

    /// Takes what changed; returns whether any address is somebody else's than before.
    mutating func take(_ changes: OwnerChanges?, advertisements: ChangedObjects<BGPAdvertisement>) -> Bool {
        let before = known
        let hasOtherSources = take(advertisements)
        var isQuiet = true
        if let changes {
            let others = take(changes, hasOtherSources: hasOtherSources)
            isQuiet = !others
        } else if hasOtherSources {
            takeNodes(Set(nodes.all.map(\.metadata.name) + known.nodeNames + plugins.nodes))
            isQuiet = false
        }
        return !isQuiet && known != before
    }

    private mutating func take(_ changes: OwnerChanges, hasOtherSources: Bool) -> Bool {
        if !changes.nodes.isEmpty { nodes = changes.nodes }
        var concerned = Set(changes.nodes.keys.map(\.name))
        switch take(plugins: changes) {
        case let names? where !hasOtherSources: concerned.formUnion(names)
        default: concerned.formUnion(nodes.all.map(\.metadata.name) + known.nodeNames + plugins.nodes)
        }
        takeNodes(concerned)
        for key in changes.clusterConfigs.keys { known.take(changes.clusterConfigs[key], named: key.name) }
        if !changes.serviceCIDRs.isEmpty { known.take(changes.serviceCIDRs.all) }
        return !concerned.isEmpty || !changes.clusterConfigs.isEmpty || !changes.serviceCIDRs.isEmpty
    }

    private mutating func takeNodes(_ names: Set<String>) {
        for name in names {
            known.take(nodes[ObjectKey(name: name)], named: name, podNetworks(of: name), from: sources)
        }
    }

    /// Takes where the networks of pods are read; an Advertisement costs no look at the others.
    private mutating func take(_ advertisements: ChangedObjects<BGPAdvertisement>) -> Bool {
        guard !advertisements.isEmpty else { return false }
        if advertisements.isResync { naming = [:] }
        for key in advertisements.keys {
            let named = advertisements[key]?.podNetworkSources ?? []
            if !named.isEmpty || naming[key] != nil { naming[key] = named.isEmpty ? nil : named }
        }
        let former = sources
        let all = naming.values.reduce(into: Set()) { $0.formUnion($1) }
        sources = all.isEmpty ? [.auto] : all
        return sources != former
    }

    /// Takes what network plugins say; returns the nodes of which something else is said, nil when it may be of any.
    private mutating func take(plugins changes: OwnerChanges) -> Set<String>? {
        let (cilium, calico, later) = (changes.ciliumNodes, changes.blockAffinities, changes.laterBlockAffinities)
        let former = presence
        presence = Presence(
            ciliumNodes: cilium.presence,
            blockAffinities: calico.presence,
            laterBlockAffinities: later.presence
        )
        guard presence == former, !cilium.objects.isResync, !calico.objects.isResync, !later.objects.isResync else {
            plugins = ClusterPodNetworks(
                ciliumNodes: cilium.served,
                blockAffinities: calico.served.orElse(later.served)
            )
            return nil
        }
        var concerned: Set<String> = []
        let before = plugins.general
        if presence.ciliumNodes == .served {
            for key in cilium.objects.keys { concerned.formUnion(plugins.take(cilium.objects[key], named: key.name)) }
        }
        if presence.blockAffinities == .served {
            for key in calico.objects.keys { concerned.formUnion(plugins.take(calico.objects[key], named: key.name)) }
        } else if presence.blockAffinities == .notServed, presence.laterBlockAffinities == .served {
            for key in later.objects.keys {
                concerned.formUnion(plugins.take(later.objects[key]?.block, named: key.name))
            }
        }
        return plugins.general == before ? concerned : nil
    }
}
