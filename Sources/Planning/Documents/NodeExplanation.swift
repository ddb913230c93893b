import BGPResources
package import KubeModel

/// Which BGPClusterConfig configures a node, and why this one or none (`kubectl bgp explain node`).
package struct NodeExplanation: Codable, Hashable, Sendable {
    /// The version of this document.
    package var apiVersion = DocumentVersion.current
    /// `NodeExplanation`.
    package var kind = "NodeExplanation"
    /// The node's name.
    package var node: String
    /// The BGPClusterConfig that the node belongs to; absent when it belongs to none.
    package var clusterConfig: String?
    /// What selects the node, what conflicts and what is missing.
    package var reasons: [ExplainedReason]

    /// The explanation of a node.
    package init(node: String, clusterConfig: String?, reasons: [ExplainedReason]) {
        self.node = node
        self.clusterConfig = clusterConfig
        self.reasons = reasons
    }

    /// Whether something keeps the node from being configured as the objects say.
    package var hasFindings: Bool { reasons.contains { $0.effect == .prevents } }
}

/// Explains which configuration a node has, as rendering decides it; nil when there is no such node.
package func explainNode(_ name: String, in snapshot: ClusterSnapshot, now: Timestamp) -> NodeExplanation? {
    render(snapshot, now: now).assignment(name).map { assignment in
        NodeExplanation(
            node: name,
            clusterConfig: assignment.clusterConfig,
            reasons: assignment.reasons.map { ExplainedReason($0) }
        )
    }
}
