package import BGPResources
package import BGPTypes
package import KubeModel
package import Planning

/// Every object that a plan is made from: the content of manifests, of a cluster, or of both.
package struct PlanWorld: Sendable {
    package var nodes: [Node] = []
    /// What Cilium says of nodes.
    package var ciliumNodes: [CiliumNode] = []
    /// Whether the cluster is known to have that kind; it is in any case where there is an object.
    package var servesCiliumNodes = false
    /// Whether a network plugin has no other objects than these, as is known of a cluster.
    package var hasAllPodNetworks = false
    /// The blocks that Calico gave to nodes.
    package var blockAffinities: [BlockAffinity] = []
    /// The same of later versions of Calico, which count where there are none of the others.
    package var laterBlockAffinities: [LaterBlockAffinity] = []
    package var clusterConfigs: [BGPClusterConfig] = []
    package var peerConfigs: [BGPPeerConfig] = []
    package var advertisements: [BGPAdvertisement] = []
    package var overrides: [BGPNodeConfigOverride] = []
    /// NodeConfigs that exist already, which decide who keeps a node and which router ids stay.
    package var nodeConfigs: [BGPNodeConfig] = []
    /// All address pools.
    package var pools: [LoadBalancerIPPool] = []
    /// All Services; addresses in their status stay.
    package var services: [Service] = []
    /// The networks of cluster IPs, which no pool may hand out.
    package var serviceCIDRs: [ServiceCIDR] = []
    package var endpointSlices: [EndpointSlice] = []
    /// The Secrets in sight; those of the speakers' namespace hold passwords.
    package var secrets: [Secret] = []
    /// Which addresses the operator gave to which Service, as its ledger says; nil when that is not known, and is taken from
    /// what the Services' conditions say.
    package var claims: [ObjectKey: [IPAddress]]?
    /// Whether a Secret that is not in sight is taken to exist, for those who may not read Secrets.
    package var assumesSecrets = false
    /// Whether these are all objects of a cluster, so that what is not here does not exist.
    package var isWholeCluster = false
    /// Which of the objects are deleted and still count, since others may come in their place.
    package var deletions: [PendingDeletion] = []

    /// Nothing.
    package init() {}

    /// These objects with those of `changes` in the place of objects of the same name.
    ///
    /// What a server added to an object and a manifest does not say (uid, age, status) stays.
    package func overlaid(with changes: PlanWorld) -> PlanWorld {
        var world = self
        world.nodes = Self.merge(nodes, changes.nodes) { $0.status = $0.status ?? $1.status }
        world.ciliumNodes = Self.merge(ciliumNodes, changes.ciliumNodes) { _, _ in }
        world.hasAllPodNetworks = hasAllPodNetworks || changes.hasAllPodNetworks
        world.servesCiliumNodes = servesCiliumNodes || changes.servesCiliumNodes
        world.blockAffinities = Self.merge(blockAffinities, changes.blockAffinities) { _, _ in }
        world.laterBlockAffinities = Self.merge(laterBlockAffinities, changes.laterBlockAffinities) { _, _ in }
        world.clusterConfigs = Self.merge(clusterConfigs, changes.clusterConfigs) { $0.status = $0.status ?? $1.status }
        world.peerConfigs = Self.merge(peerConfigs, changes.peerConfigs) { $0.status = $0.status ?? $1.status }
        world.advertisements = Self.merge(advertisements, changes.advertisements) { $0.status = $0.status ?? $1.status }
        world.overrides = Self.merge(overrides, changes.overrides) { $0.status = $0.status ?? $1.status }
        world.nodeConfigs = Self.merge(nodeConfigs, changes.nodeConfigs) { $0.status = $0.status ?? $1.status }
        world.pools = Self.merge(pools, changes.pools) { $0.status = $0.status ?? $1.status }
        world.services = Self.merge(services, changes.services) { new, old in
            new.status = new.status ?? old.status
            // The cluster's addresses are given by the API server, and manifests rarely say them.
            new.spec.clusterIP = new.spec.clusterIP ?? old.spec.clusterIP
            new.spec.clusterIPs = new.spec.clusterIPs ?? old.spec.clusterIPs
            new.spec.ipFamilies = new.spec.ipFamilies ?? old.spec.ipFamilies
        }
        world.serviceCIDRs = Self.merge(serviceCIDRs, changes.serviceCIDRs) { _, _ in }
        world.endpointSlices = Self.merge(endpointSlices, changes.endpointSlices) { _, _ in }
        world.secrets = Self.merge(secrets, changes.secrets) { _, _ in }
        // What the manifests have is there again as soon as they are applied.
        let again = Set(changes.references)
        world.deletions.removeAll { again.contains($0.object) }
        return world
    }

    /// What network plugins say of the nodes' pods.
    package var podNetworks: ClusterPodNetworks {
        var networks = ClusterPodNetworks(
            ciliumNodes: servesCiliumNodes || !ciliumNodes.isEmpty ? .served(ciliumNodes) : .notServed,
            blockAffinities: .served(
                blockAffinities.isEmpty ? laterBlockAffinities.map(\.block) : blockAffinities
            )
        )
        networks.isWhole = hasAllPodNetworks
        return networks
    }

    /// The objects of ours, and the Secrets.
    private var references: [ObjectReference] {
        clusterConfigs.map(\.reference) + peerConfigs.map(\.reference) + advertisements.map(\.reference)
            + overrides.map(\.reference) + nodeConfigs.map(\.reference) + pools.map(\.reference)
            + secrets.map(\.reference)
    }

    private static func merge<Object: KubeObject>(
        _ present: [Object],
        _ changes: [Object],
        _ keep: (inout Object, Object) -> Void
    ) -> [Object] {
        var old = Dictionary(present.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        for var object in changes {
            if let before = old[object.key] {
                object.metadata.uid = before.metadata.uid
                object.metadata.creationTimestamp = before.metadata.creationTimestamp
                keep(&object, before)
            }
            old[object.key] = object
        }
        return old.sorted { $0.key < $1.key }.map(\.value)
    }
}
