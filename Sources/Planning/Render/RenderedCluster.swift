package import BGPResources
package import KubeModel

/// What the operator makes of a cluster: the configuration of every node, what to say to whom, and why.
package struct RenderedCluster: Hashable, Sendable {
    /// The wanted NodeConfigs by name, without status and without what the server adds.
    package var nodeConfigs: [BGPNodeConfig]
    /// The names of NodeConfigs of ours that nothing asks for any more, sorted.
    package var surplusNodeConfigs: [String]
    /// The nodes whose ClusterConfig is deleted and still counts: their NodeConfigs are left as they are.
    package var keptNodes: Set<String>
    /// The status of every ClusterConfig, by name.
    package var clusterConfigs: [NamedStatus<BGPClusterConfig.Status>]
    /// The status of every PeerConfig, by name.
    package var peerConfigs: [NamedStatus<BGPPeerConfig.Status>]
    /// The status of every Advertisement, by name.
    package var advertisements: [NamedStatus<BGPAdvertisement.Status>]
    /// The status of every override, by name.
    package var overrides: [NamedStatus<BGPNodeConfigOverride.Status>]
    /// For every Node which ClusterConfig it belongs to, and why, by node.
    package var assignments: [NodeAssignment]
    /// What a person should know about what they wrote, by object.
    package var diagnostics: [Diagnostic]

    /// The wanted NodeConfig of a node, if any.
    package func nodeConfig(_ node: String) -> BGPNodeConfig? {
        nodeConfigs.first { $0.metadata.name == node }
    }

    /// Which ClusterConfig a node belongs to.
    package func assignment(_ node: String) -> NodeAssignment? {
        assignments.first { $0.node == node }
    }
}

/// The status of one object.
package struct NamedStatus<Status: Hashable & Sendable>: Hashable, Sendable {
    /// The object's name.
    package let name: String
    /// Its status, whole.
    package var status: Status
}

/// Which ClusterConfig a node gets its configuration from, and why.
package struct NodeAssignment: Hashable, Sendable {
    package let node: String
    /// The ClusterConfig; nil when none selects the node.
    package let clusterConfig: String?
    /// Every reason: what selects, what conflicts, what is missing.
    package let reasons: [Reason]
}
