package import BGPResources
package import BGPTypes
package import KubeModel

/// Everything that the nodes' configurations follow from, taken from synced stores at one moment.
package struct ClusterSnapshot: Sendable {
    package var nodes: [Node]
    package var clusterConfigs: [BGPClusterConfig]
    package var peerConfigs: [BGPPeerConfig]
    package var advertisements: [BGPAdvertisement]
    package var overrides: [BGPNodeConfigOverride]
    /// The NodeConfigs that exist, with what their speakers report.
    package var nodeConfigs: [BGPNodeConfig]
    /// Which password Secrets exist in the speakers' namespace.
    package var secrets: KnownSecrets
    /// What network plugins say of the nodes' pods.
    package var podNetworks: ClusterPodNetworks
    /// What the operator was started with.
    package var settings: ClusterSettings
    /// Which of the objects here are deleted and still count, since others may come in their place.
    package var deletions: [PendingDeletion]

    /// A snapshot; order of the lists does not matter.
    package init(
        nodes: [Node] = [],
        clusterConfigs: [BGPClusterConfig] = [],
        peerConfigs: [BGPPeerConfig] = [],
        advertisements: [BGPAdvertisement] = [],
        overrides: [BGPNodeConfigOverride] = [],
        nodeConfigs: [BGPNodeConfig] = [],
        secrets: KnownSecrets = KnownSecrets(),
        podNetworks: ClusterPodNetworks = ClusterPodNetworks(),
        settings: ClusterSettings = ClusterSettings(),
        deletions: [PendingDeletion] = []
    ) {
        self.nodes = nodes
        self.clusterConfigs = clusterConfigs
        self.peerConfigs = peerConfigs
        self.advertisements = advertisements
        self.overrides = overrides
        self.nodeConfigs = nodeConfigs
        self.secrets = secrets
        self.podNetworks = podNetworks
        self.settings = settings
        self.deletions = deletions
    }
}

/// The flags of the operator that bear on what it renders.
package struct ClusterSettings: Hashable, Sendable {
    /// Where router ids come from for nodes without an IPv4 address; nil leaves such nodes without.
    package var routerIDPool: IPPrefix?
    /// What the operator says of itself; nil where nothing runs, as for a plan.
    package var note: OperatorNote?

    /// 198.18.0.0/15, valid as router id and never a host's address in production (RFC 2544).
    package static let defaultRouterIDPool = IPPrefix(masking: .v4(IPv4Address(198, 18, 0, 0)), length: 15)

    /// The settings of an operator without flags.
    package init(
        routerIDPool: IPPrefix? = ClusterSettings.defaultRouterIDPool,
        note: OperatorNote? = nil
    ) {
        self.routerIDPool = routerIDPool
        self.note = note
    }
}
