import BGPResources
import KubeJSON
import KubeModel
package import PlainText

/// Which ClusterConfig a node belongs to, as rendering decides it; nil when there is no such node.
///
/// The reasons include what the node's override says in vain.
package func assignment(of node: String, in snapshot: ClusterSnapshot, now: Timestamp) -> NodeAssignment? {
    let rendering = ClusterRendering(SortedSnapshot(snapshot), now: now)
    guard let found = rendering.assignments.first(where: { $0.node == node }) else { return nil }
    let unmatched = snapshot.overrides.first { $0.metadata.name == node }.map(rendering.unmatchedEntries) ?? []
    return NodeAssignment(node: node, clusterConfig: found.clusterConfig, reasons: found.reasons + unmatched)
}

extension ClusterRendering {
    /// Entries of an override that match nothing on its node.
    func unmatchedEntries(_ override: BGPNodeConfigOverride) -> [Reason] {
        let name = override.metadata.name
        func unmatched(_ field: FieldPath, _ detail: String) -> Reason {
            .configuration(.unmatchedOverride(override: name, field: field, detail: detail))
        }
        guard let config = claims.winner(name) else {
            let isKnown = snapshot.nodes.contains { $0.metadata.name == name }
            return [
                unmatched(
                    "metadata.name",
                    isKnown ? "no BGPClusterConfig selects \(name)" : "there is no node \(name)"
                )
            ]
        }
        var reasons: [Reason] = []
        for (index, entry) in override.spec.bgpInstances.enumerated() {
            let path = FieldPath("spec.bgpInstances").index(index)
            guard let instance = config.spec.bgpInstances.first(where: { $0.name == entry.name }) else {
                reasons.append(
                    unmatched(
                        path.field("name"),
                        "BGPClusterConfig/\(config.metadata.name) has no instance \(entry.name)"
                    )
                )
                continue
            }
            for (place, peer) in entry.peers.enumerated()
            where !instance.peers.contains(where: { $0.name == peer.name }) {
                reasons.append(
                    unmatched(
                        path.field("peers").index(place).field("name"),
                        "instance \(entry.name) of BGPClusterConfig/\(config.metadata.name) has no peer \(peer.name)"
                    )
                )
            }
        }
        return reasons
    }

    func status(_ override: BGPNodeConfigOverride) -> BGPNodeConfigOverride.Status {
        let faults = snapshot.faults(override)
        let unmatched = unmatchedEntries(override).map(\.message)
        var draft = ConditionDraft(generation: override.metadata.generation)
        draft.state(
            problem: .unmatchedEntries,
            !unmatched.isEmpty,
            otherwise: .entriesMatched,
            message: unmatched.isEmpty ? "every entry is used" : unmatched.asFindings()
        )
        draft.state(deletionsBehind(override))
        stateRouterIDConflict(on: [override.metadata.name], in: &draft)
        let refused = routerIDRefusals.contains { $0.key.node == override.metadata.name }
        if faults.isEmpty, refused {
            draft.state(
                .ready,
                false,
                reason: ConditionType.routerIDConflict.code,
                message: routerIDConflicts(on: [override.metadata.name]).map(\.message).asFindings()
            )
        } else if faults.isEmpty {
            let message = unmatched.isEmpty ? "accepted" : "accepted, but \(unmatched.asFindings())"
            draft.state(.ready, true, reason: .accepted, message: message)
        } else {
            draft.state(
                .ready,
                false,
                reason: .invalidSpec,
                message: faults.map(\.description).asFindings()
            )
        }
        return BGPNodeConfigOverride.Status(
            conditions: draft.settled(after: override.status?.conditions, now: moment)
        )
    }
}
