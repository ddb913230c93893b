package import BGPTypes
package import KubeJSON
package import KubeModel

extension Reason {
    /// What the node says.
    package enum Node: Hashable, Sendable {
        /// The node carries `node.kubernetes.io/exclude-from-external-load-balancers`.
        case excluded(node: String, value: String)
        /// The same label, switched off by `nodeExclusion: Ignore`.
        case exclusionIgnored(node: String, value: String)
        /// The node's condition NetworkUnavailable is True.
        case networkUnavailable(node: String)
        case drained(node: String)
        /// The node is being drained: announced with GRACEFUL_SHUTDOWN and the lowest preference.
        case draining(node: String)
        /// The node is drained, but no other node announces the prefix.
        case lastAnnouncer(node: String, IPPrefix)
        /// The annotations that ask for a drain cannot be read, so the node stays in service, or is drained with the default
        /// grace period.
        case invalidDrain(node: String, FieldError, isDrained: Bool)
        /// The node's data path has not answered yet.
        case dataPathNotReady(node: String, detail: String)
    }
}

extension Reason.Node: Reasoned {
    package func row(_ row: ReasonRow.Builder) -> ReasonRow {
        switch self {
        case .excluded(let node, let value):
            row(
                .nodeExcluded,
                .prevents,
                object: .node(node),
                field: Self.excludeLabel,
                message: "\(node) carries the label \(NodeMark.excludeLabel)\(value.isEmpty ? "" : "=\(value)")",
                fix: "remove the label from \(node), or set nodeExclusion to Ignore in the BGPClusterConfig"
            )
        case .exclusionIgnored(let node, _):
            row(
                .nodeExclusionIgnored,
                .informs,
                object: .node(node),
                field: Self.excludeLabel,
                message: "the label \(NodeMark.excludeLabel) of \(node) is ignored (nodeExclusion: Ignore)",
                fix: nil
            )
        case .networkUnavailable(let node):
            row(
                .networkUnavailable,
                .prevents,
                object: .node(node),
                field: "status.conditions",
                message: "the condition NetworkUnavailable of \(node) is True",
                fix: "wait for the network plugin to clear the condition"
            )
        case .drained(let node):
            row(
                .nodeDrained,
                .prevents,
                object: .node(node),
                field: nil,
                message: "\(node) is drained",
                fix: "kubectl bgp undrain \(node)"
            )
        case .draining(let node):
            row(
                .nodeDraining,
                .informs,
                object: .node(node),
                field: nil,
                message: "\(node) is being drained: announced with GRACEFUL_SHUTDOWN and local preference 0",
                fix: "kubectl bgp undrain \(node)"
            )
        case .lastAnnouncer(let node, let prefix):
            row(
                .lastAnnouncer,
                .informs,
                object: .node(node),
                field: nil,
                message: "\(node) is drained, but no other node announces \(prefix)",
                fix: "let another node announce it, or kubectl bgp drain \(node) --force"
            )
        case .invalidDrain(let node, let fault, let isDrained):
            row(
                .invalidAnnotation,
                .prevents,
                object: .node(node),
                field: fault.path,
                message: isDrained
                    ? "the node is drained with a grace period of \(DrainRequest.defaultGracePeriodSeconds) seconds: \(fault)"
                    : "the node stays in service: \(fault)",
                fix: "kubectl bgp drain \(node), or remove the annotation"
            )
        case .dataPathNotReady(let node, let detail):
            row(
                .dataPathNotReady,
                .prevents,
                object: .node(node),
                field: nil,
                message: "the data path of \(node) is not ready\(detail.isEmpty ? "" : ": \(detail)")",
                fix: "find out why it does not answer, or start the speakers with another --datapath-probe"
            )
        }
    }

    private static let excludeLabel = FieldPath("metadata.labels").field(NodeMark.excludeLabel)
}

extension ReasonCode {
    package static let nodeExcluded = ReasonCode("NodeExcluded")
    package static let nodeExclusionIgnored = ReasonCode("NodeExclusionIgnored")
    package static let networkUnavailable = ReasonCode("NetworkUnavailable")
    package static let nodeDrained = ReasonCode("NodeDrained")
    package static let nodeDraining = ReasonCode("NodeDraining")
    package static let lastAnnouncer = ReasonCode("LastAnnouncer")
    package static let invalidAnnotation = ReasonCode("InvalidAnnotation")
    package static let dataPathNotReady = ReasonCode("DataPathNotReady")
}
