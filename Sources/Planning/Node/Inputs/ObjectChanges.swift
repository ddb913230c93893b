package import BGPResources
package import KubeModel

/// What the stores have that they did not have at the last time, said by kind: an endpoint costs no look at settings.
package struct ObjectChanges: Sendable {
    /// The kinds whose first list is still missing; while there are any nothing is decided.
    package var missing: [String] = []
    /// What the node is asked to do; nil where nothing of it changed.
    package var settings: NodeInputs?
    /// Which objects have been refused since the start, so that no good version is known; nil where that is as before.
    package var unseen: UnseenObjects?
    /// Whose addresses are whose; nil where no setting changed.
    package var owners: OwnerChanges?
    package var advertisements = ChangedObjects<BGPAdvertisement>()
    package var services = ChangedObjects<AnnouncedService>()
    package var endpointSlices = ChangedObjects<ServiceEndpoints>()

    package init() {}
}

/// The objects that are refused and of which this run has seen no good version: those of an earlier run stand in.
package struct UnseenObjects: Hashable, Sendable {
    /// Whether the node's BGPNodeConfig is one.
    package var nodeConfig = false
    /// Their names.
    package var peerConfigs: Set<String> = []
    /// Their names.
    package var advertisements: Set<String> = []

    package init() {}

    package var isEmpty: Bool { self == UnseenObjects() }
}

/// What changed about the addresses of nodes, pods, routers and cluster IPs.
package struct OwnerChanges: Sendable {
    package var nodes = ChangedObjects<Node>()
    package var clusterConfigs = ChangedObjects<BGPClusterConfig>()
    package var serviceCIDRs = ChangedObjects<ServiceCIDR>()
    package var ciliumNodes = ServedChanges<CiliumNode>()
    package var blockAffinities = ServedChanges<BlockAffinity>()
    package var laterBlockAffinities = ServedChanges<LaterBlockAffinity>()

    package init() {}
}
