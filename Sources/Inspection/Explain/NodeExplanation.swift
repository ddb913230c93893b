import BGPResources
package import BGPTypes
package import KubeModel
package import PlainText
import Planning
import SpeakerAPI

/// Which BGPClusterConfig configures a node, and why this one or none (`kubectl bgp explain node`).
package struct NodeExplanation: Codable, Hashable, Sendable {
    package var apiVersion = DocumentVersion.current
    package var kind = "NodeExplanation"
    /// The node's name.
    package var node: String
    /// The BGPClusterConfig that the node belongs to; absent when it belongs to none.
    package var clusterConfig: String?
    /// What selects the node, what conflicts, what is missing, which sessions are down, whether it is drained, and what its
    /// service routes wait for.
    package var reasons: [ExplainedReason]
    /// Its sessions as its speaker reported them, in the order of the configuration; absent without a report.
    package var sessions: [ExplainedSession]?
    /// How far the node is on its way out of service, as its speaker reported; absent while nobody asked for a drain.
    package var drain: ExplainedDrain?

    /// The explanation of a node.
    package init(
        node: String,
        clusterConfig: String?,
        reasons: [ExplainedReason],
        sessions: [ExplainedSession]? = nil,
        drain: ExplainedDrain? = nil
    ) {
        self.node = node
        self.clusterConfig = clusterConfig
        self.reasons = reasons
        self.sessions = sessions
        self.drain = drain
    }

    /// Whether something keeps the node from being configured as the objects say, or a session from being up.
    package var hasFindings: Bool { reasons.contains { $0.effect == .prevents } }
}

/// One session of a node.
package struct ExplainedSession: Codable, Hashable, Sendable {
    package var instance: String
    package var peer: String
    /// The session's state.
    package var state: SessionState
    /// Since when.
    package var since: Timestamp?
}

/// How far a node is on its way out of service.
package struct ExplainedDrain: Codable, Hashable, Sendable {
    /// The reason of the condition `Drained`, or `NotReported` before the speaker has followed.
    package var reason: ReasonCode
    /// The condition's message.
    package var message: String
    /// Whether even what no other node announces is to be withdrawn.
    package var forced: Bool
    /// Since when it is so.
    package var since: Timestamp?
}
