package import KubeModel

extension BGPClusterConfig {
    /// What the operator found.
    package struct Status: Codable, Hashable, Sendable {
        /// Verdicts by type, sorted by type.
        @EmptyWhenAbsent package var conditions: [Condition]
        /// How far the wish has come, in nodes.
        package var nodes: NodeCounts?
        /// How many of the sessions are up.
        package var sessions: SessionCounts?

        /// A status.
        package init(conditions: [Condition] = [], nodes: NodeCounts? = nil, sessions: SessionCounts? = nil) {
            self.conditions = conditions
            self.nodes = nodes
            self.sessions = sessions
        }
    }

    /// The nodes of a ClusterConfig, counted.
    package struct NodeCounts: Codable, Hashable, Sendable {
        /// Nodes that the selector matches.
        package var matched: Int
        /// Nodes whose configuration is in place as asked, at most `matched`.
        package var applied: Int
        /// `applied/matched`, for the printer column.
        package private(set) var summary: String

        /// Counts nodes.
        package init(matched: Int, applied: Int) {
            self.matched = matched
            self.applied = applied
            summary = "\(applied)/\(matched)"
        }
    }
}

/// The sessions of an object, counted.
package struct SessionCounts: Codable, Hashable, Sendable {
    /// Sessions that are established, at most `total`.
    package var established: Int
    /// Sessions that the configuration asks for.
    package var total: Int
    /// `established/total`, for the printer column.
    package private(set) var summary: String

    /// Counts sessions.
    package init(established: Int, total: Int) {
        self.established = established
        self.total = total
        summary = "\(established)/\(total)"
    }
}
