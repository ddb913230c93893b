import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import PlainText

extension ClusterRendering {
    /// What keeps overrides of some nodes from the router id they ask for, and those that hold it from being asked.
    func routerIDConflicts(on nodes: Set<String>) -> [Reason] {
        routerIDRefusals.filter { nodes.contains($0.key.node) || nodes.contains($0.holder) }.map(\.reason)
    }

    /// The condition of a ClusterConfig with these nodes, or of the override of one; told at both ends.
    func stateRouterIDConflict(on nodes: Set<String>, in draft: inout ConditionDraft) {
        let found = routerIDConflicts(on: nodes).map(\.message)
        draft.state(
            problem: .routerIDConflict,
            !found.isEmpty,
            otherwise: .noRouterIDConflict,
            message: found.isEmpty ? "no router id is asked for that another node holds" : found.asFindings()
        )
    }

    /// Told at the overrides that ask.
    var routerIDDiagnostics: [Diagnostic] {
        routerIDRefusals.map { refusal in
            var diagnostic = refusal.reason.diagnostic(.error)
            let instances = snapshot.override(refusal.key.node)?.spec.bgpInstances ?? []
            if let index = instances.firstIndex(where: { $0.name == refusal.key.instance }) {
                diagnostic.field = FieldPath("spec.bgpInstances").index(index).field("routerID")
            }
            return diagnostic
        }
    }
}

extension RouterIDAllocation.Refusal {
    fileprivate var reason: Reason {
        .configuration(.routerIDConflict(id, node: key.node, instance: key.instance, holder: holder))
    }
}
