package import BGPTypes
package import KubeJSON
package import KubeModel
import PlainText

extension Reason {
    /// What gives a node its configuration, and what is wrong with it.
    package enum Configuration: Hashable, Sendable {
        /// A ClusterConfig selects the node and gives it its BGPNodeConfig.
        case nodeSelected(node: String, clusterConfig: String)
        /// No ClusterConfig selects the node.
        case noClusterConfig(node: String)
        /// There is no ClusterConfig at all, so that none selects the node.
        case noClusterConfigs(node: String)
        /// The node's configuration names no peer.
        case noPeers(node: String)
        /// Two ClusterConfigs select the node; one keeps it.
        case conflictingClusterConfig(node: String, winner: String, loser: String)
        /// The router id cannot be given: no override, no IPv4 InternalIP, and the pool is empty or absent.
        case noRouterID(node: String, instance: String, pool: IPPrefix?)
        /// Two instances would use one router id in one AS.
        case duplicateRouterID(RouterID, nodes: [String])
        /// An override asks for a router id that another node holds, which keeps it.
        case routerIDConflict(RouterID, node: String, instance: String, holder: String)
        /// An override names an instance or peer that does not exist on the node, or a node that does not exist.
        case unmatchedOverride(override: String, field: FieldPath, detail: String)
        /// The node's BGPNodeConfig is controlled by another object, and is left alone.
        case foreignNodeConfig(node: String, owner: String)
        /// Something that this follows from is deleted and still counts, since one of its name may come in its place.
        case objectDeleted(PendingDeletion)
    }

    static let setRouterID =
        "set routerID in a BGPNodeConfigOverride, or start the operator with a larger --router-id-pool"
}

extension Reason.Configuration: Reasoned {
    package func row(_ row: ReasonRow.Builder) -> ReasonRow {
        switch self {
        case .nodeSelected(let node, let clusterConfig):
            row(
                .nodeSelected,
                .supports,
                object: .clusterConfig(clusterConfig),
                field: "spec.nodeSelector",
                message: "BGPClusterConfig/\(clusterConfig) selects \(node)",
                fix: nil
            )
        case .noClusterConfig(let node):
            row(
                .noClusterConfig,
                .prevents,
                object: .node(node),
                field: "metadata.labels",
                message: "no BGPClusterConfig selects \(node)",
                fix: "label \(node) so that a nodeSelector matches it"
            )
        case .noClusterConfigs:
            row(
                .noClusterConfig,
                .prevents,
                object: nil,
                field: nil,
                message: "there is no BGPClusterConfig",
                fix: "create a BGPClusterConfig; config/samples has one to begin with"
            )
        case .noPeers(let node):
            row(
                .noPeers,
                .prevents,
                object: .nodeConfig(node),
                field: "spec.bgpInstances",
                message: "BGPNodeConfig/\(node) has no peers",
                fix: "add peers to the BGPClusterConfig"
            )
        case .conflictingClusterConfig(let node, let winner, let loser):
            row(
                .conflictingClusterConfig,
                .prevents,
                object: .clusterConfig(loser),
                field: "spec.nodeSelector",
                message:
                    "BGPClusterConfig/\(winner) and BGPClusterConfig/\(loser) both select \(node); \(winner) keeps it",
                fix: "make the nodeSelectors disjoint; several instances belong in one BGPClusterConfig"
            )
        case .noRouterID(let node, let instance, let pool):
            row(
                .noRouterID,
                .prevents,
                object: .nodeConfig(node),
                field: "spec.bgpInstances",
                message:
                    "instance \(instance) on \(node) has no router id: the node has no IPv4 InternalIP, no override "
                    + "gives one, and "
                    + (pool.map { "the pool \($0) is used up" } ?? "there is no pool to take one from"),
                fix: Reason.setRouterID
            )
        case .duplicateRouterID(let routerID, let nodes):
            row(
                .duplicateRouterID,
                .informs,
                object: nodes.first.map(ObjectReference.nodeConfig),
                field: "spec.bgpInstances",
                message: "router id \(routerID) is used by more than one node: \(nodes.asSentence())",
                fix: "give each node its own routerID"
            )
        case .routerIDConflict(let routerID, let node, let instance, let holder):
            row(
                .routerIDConflict,
                .informs,
                object: .override(node),
                field: "spec.bgpInstances",
                message:
                    "router id \(routerID), which BGPNodeConfigOverride/\(node) asks for instance \(instance), is held "
                    + "by \(holder), which keeps it",
                fix: "give \(holder) another router id first, or ask for another than \(routerID) in "
                    + "BGPNodeConfigOverride/\(node)"
            )
        case .unmatchedOverride(let override, let field, let detail):
            row(
                .unmatchedEntries,
                .prevents,
                object: .override(override),
                field: field,
                message: detail,
                fix: "correct the name, or remove the entry"
            )
        case .foreignNodeConfig(let node, let owner):
            row(
                .foreignNodeConfig,
                .prevents,
                object: .nodeConfig(node),
                field: nil,
                message: "BGPNodeConfig/\(node) is controlled by \(owner) and left alone",
                fix: "remove BGPNodeConfig/\(node) or its controller"
            )
        case .objectDeleted(let deletion):
            row(
                .objectDeleted,
                .informs,
                object: deletion.object,
                field: nil,
                message: deletion.message,
                fix: "create \(deletion.object) again to keep what it asks for"
            )
        }
    }
}

extension ReasonCode {
    package static let nodeSelected = ReasonCode("NodeSelected")
    package static let noClusterConfig = ReasonCode("NoClusterConfig")
    package static let noPeers = ReasonCode("NoPeers")
    package static let conflictingClusterConfig = ReasonCode("ConflictingClusterConfig")
    package static let noRouterID = ReasonCode("NoRouterID")
    package static let duplicateRouterID = ReasonCode("DuplicateRouterID")
    package static let routerIDConflict = ReasonCode("RouterIDConflict")
    package static let unmatchedEntries = ReasonCode("UnmatchedEntries")
    package static let foreignNodeConfig = ReasonCode("ForeignNodeConfig")
    package static let objectDeleted = ReasonCode("ObjectDeleted")
}
