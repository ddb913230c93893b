import BGPEngine
import BGPResources
import BGPTypes
import KubeModel
package import PlainText
package import Planning

/// Explains which configuration a node has, as rendering decides it; nil when there is no such node.
package func explainNode(_ name: String, in snapshot: ClusterSnapshot, now: Timestamp) -> NodeExplanation? {
    guard let assignment = assignment(of: name, in: snapshot, now: now) else { return nil }
    let node = snapshot.nodes.first { $0.metadata.name == name }
    let nodeConfig = snapshot.nodeConfigs.first { $0.metadata.name == name }
    let status = nodeConfig?.status
    let sessions = nodeConfig.map { SessionsOfNode($0, node: node, snapshot: snapshot) }
    return NodeExplanation(
        node: name,
        clusterConfig: assignment.clusterConfig,
        reasons: assignment.reasons.map(ExplainedReason.init) + (sessions?.reasons ?? [])
            + (drainReasons(node, status) + dataPathReasons(name, status)).map(ExplainedReason.init),
        sessions: status.map { status in
            status.bgpInstances.flatMap { instance in
                instance.peers.map { peer in
                    ExplainedSession(
                        instance: instance.name,
                        peer: peer.name,
                        state: peer.peeringState ?? .unknown,
                        since: peer.establishedTime ?? peer.stateSince
                    )
                }
            }
        },
        drain: DrainRequest(node).map { wish in
            let condition = status?.conditions.of(.drained)
            return ExplainedDrain(
                reason: condition?.reason ?? .notReported,
                message: condition?.message ?? "the node's speaker has not begun",
                forced: wish.isForced,
                since: condition?.lastTransitionTime
            )
        }
    )
}

private func drainReasons(_ node: Node?, _ status: BGPNodeConfig.Status?) -> [Reason] {
    guard let node else { return [] }
    let name = node.metadata.name
    let isDrained = DrainRequest(node) != nil
    let faults =
        DrainRequest.fault(in: node).map { [Reason.node(.invalidDrain(node: name, $0, isDrained: isDrained))] } ?? []
    guard isDrained else { return faults }
    return faults
        + (DrainCondition.isWithdrawn(status?.conditions ?? [])
            ? [.node(.drained(node: name))] : [.node(.draining(node: name))])
}

private func dataPathReasons(_ node: String, _ status: BGPNodeConfig.Status?) -> [Reason] {
    DataPathCondition.obstacle(in: status?.conditions ?? []).map { [.node(.dataPathNotReady(node: node, detail: $0))] }
        ?? []
}

/// Why sessions that a node is to have are down.
private struct SessionsOfNode {
    let nodeConfig: BGPNodeConfig
    let plans: [InstancePlan]

    init(_ nodeConfig: BGPNodeConfig, node: Node?, snapshot: ClusterSnapshot) {
        self.nodeConfig = nodeConfig
        plans = planSessions(
            NodeConfiguration(
                nodeName: nodeConfig.metadata.name,
                node: node,
                nodeConfig: nodeConfig,
                peerConfigs: snapshot.peerConfigs,
                secrets: snapshot.secrets
            )
        )
    }

    /// By instance and peer, in the user's order.
    var reasons: [ExplainedReason] {
        nodeConfig.spec.bgpInstances.flatMap { instance in
            let statuses = nodeConfig.status?.bgpInstances.first { $0.name == instance.name }?.peers ?? []
            return instance.peers.compactMap { peer in
                reason(of: PeerID(instance: instance.name, peer: peer.name), statuses.first { $0.name == peer.name })
            }
        }
    }

    private func reason(of peer: PeerID, _ status: PeerStatus?) -> ExplainedReason? {
        guard status?.peeringState != .established else { return nil }
        var reason = ExplainedReason(
            obstacle(of: peer, status)
                ?? .session(
                    .notEstablished(
                        peer,
                        node: nodeConfig.metadata.name,
                        state: (status?.peeringState ?? .unknown).rawValue,
                        detail: status == nil ? "the node's speaker has not reported it" : status?.lastError?.message
                    )
                )
        )
        reason.fix = reason.fix ?? status?.lastError?.fix
        return reason
    }

    /// What keeps the session down on purpose; of an address that only the node can find its speaker knows more.
    private func obstacle(of peer: PeerID, _ status: PeerStatus?) -> Reason? {
        guard let instance = plans.first(where: { $0.name == peer.instance }) else { return nil }
        let obstacle = instance.obstacles.first ?? instance.peers.first { $0.id == peer }?.obstacle
        if case .session(.peerAddressMissing)? = obstacle, status?.peerAddress != nil || status?.lastError != nil {
            return nil
        }
        return obstacle
    }
}
