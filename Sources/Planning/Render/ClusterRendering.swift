import BGPResources
import BGPTypes
import KubeModel
package import PlainText

/// Renders the configuration of every node, the status of every resource, and why.
///
/// Total: a broken object is reported on itself, keeps what it had applied, and changes nothing else.
/// The same objects in any order give the same result. `now` stands only in the times of conditions that changed.
package func render(_ snapshot: ClusterSnapshot, now: Timestamp) -> RenderedCluster {
    ClusterRendering(SortedSnapshot(snapshot), now: now).rendered
}

/// The steps of rendering: claims, router ids, NodeConfigs, then what to say about it.
struct ClusterRendering {
    let snapshot: SortedSnapshot
    let moment: Timestamp
    let claims: NodeClaims
    let nodeConfigs: [BGPNodeConfig]
    /// Nodes whose ClusterConfig is deleted and still counts: nothing is written about them.
    let keptNodes: Set<String>
    let assignments: [NodeAssignment]
    /// Where entries of type PodCIDR have nothing to announce.
    let podNetworkGaps: [PodNetworkGap]
    /// Overrides that ask for a router id which another node holds.
    let routerIDRefusals: [RouterIDAllocation.Refusal]

    init(_ snapshot: SortedSnapshot, now: Timestamp) {
        self.snapshot = snapshot
        moment = now
        let claims = NodeClaims(snapshot)
        self.claims = claims
        let owned = snapshot.nodes.compactMap { node in
            claims.winner(node.metadata.name).map { (name: node.metadata.name, config: $0) }
        }
        let instances = owned.flatMap { node, config in
            let changes = snapshot.override(node)?.spec.bgpInstances ?? []
            return config.spec.bgpInstances.map { instance in
                (
                    key: RouterIDAllocation.Key(node: node, instance: instance.name),
                    asn: changes.first { $0.name == instance.name }?.localASN ?? instance.localASN
                )
            }
        }
        let routerIDs = RouterIDAllocation(instances, snapshot: snapshot)
        routerIDRefusals = routerIDs.refusals
        var nodeConfigs: [BGPNodeConfig] = []
        var keptNodes: Set<String> = []
        for (node, config) in owned {
            let present = snapshot.nodeConfig(node)
            let override = snapshot.override(node)
            if snapshot.isDeleted(config) {
                keptNodes.insert(node)
                if let present { nodeConfigs.append(config.kept(present, note: snapshot.settings.note)) }
                continue
            }
            let isBroken = !snapshot.faults(config).isEmpty || !(override.map(snapshot.faults) ?? []).isEmpty
            if isBroken, let present, present.isControlled(by: config) {
                nodeConfigs.append(config.kept(present, note: snapshot.settings.note))
                continue
            }
            // Another controller's object is not ours to write.
            if let present, present.metadata.controller != nil, !present.isControlledByClusterConfig { continue }
            nodeConfigs.append(
                config.nodeConfig(
                    node: node,
                    override: isBroken ? nil : override,
                    note: snapshot.settings.note
                ) { instance in
                    routerIDs.given[RouterIDAllocation.Key(node: node, instance: instance)]
                }
            )
        }
        self.nodeConfigs = nodeConfigs
        self.keptNodes = keptNodes
        assignments = Self.assignments(snapshot, claims, nodeConfigs)
        podNetworkGaps = PodNetworkGap.all(snapshot, nodeConfigs)
    }

    /// Everything, as the operator takes it.
    var rendered: RenderedCluster {
        let clusterConfigs = statuses(snapshot.clusterConfigs, status)
        return RenderedCluster(
            nodeConfigs: nodeConfigs,
            surplusNodeConfigs: surplus,
            keptNodes: keptNodes,
            clusterConfigs: clusterConfigs,
            peerConfigs: statuses(snapshot.peerConfigs, status),
            advertisements: statuses(snapshot.advertisements, status),
            overrides: statuses(snapshot.overrides, status),
            assignments: assignments,
            diagnostics: diagnostics(clusterConfigs)
        )
    }

    /// What is deleted has no status any more.
    private func statuses<Object: KubeObject, Status: Hashable & Sendable>(
        _ objects: [Object],
        _ status: (Object) -> Status
    ) -> [NamedStatus<Status>] {
        objects.filter { !snapshot.isDeleted($0) }.map { NamedStatus(name: $0.metadata.name, status: status($0)) }
    }

    /// NodeConfigs of ours whose node is gone or belongs to no ClusterConfig any more.
    private var surplus: [String] {
        let wanted = Set(nodeConfigs.map(\.metadata.name))
        return snapshot.nodeConfigs.filter { nodeConfig in
            nodeConfig.isControlledByClusterConfig && !wanted.contains(nodeConfig.metadata.name)
                && !snapshot.isDeleted(nodeConfig)
        }
        .map(\.metadata.name)
    }

    private static func assignments(
        _ snapshot: SortedSnapshot,
        _ claims: NodeClaims,
        _ nodeConfigs: [BGPNodeConfig]
    ) -> [NodeAssignment] {
        let rendered = Dictionary(nodeConfigs.map { ($0.metadata.name, $0) }, uniquingKeysWith: { first, _ in first })
        return snapshot.nodes.map { node in
            let name = node.metadata.name
            guard let claimants = claims.claims[name], let winner = claimants.first?.metadata.name else {
                let reason: Reason =
                    snapshot.clusterConfigs.isEmpty
                    ? .configuration(.noClusterConfigs(node: name)) : .configuration(.noClusterConfig(node: name))
                return NodeAssignment(node: name, clusterConfig: nil, reasons: [reason])
            }
            var reasons: [Reason] = [.configuration(.nodeSelected(node: name, clusterConfig: winner))]
            let objects = [claimants.first?.reference, snapshot.nodeConfig(name)?.reference].compactMap(\.self)
            reasons += objects.compactMap { snapshot.deletions[$0].map { .configuration(.objectDeleted($0)) } }
            for loser in claimants.dropFirst() {
                reasons.append(
                    .configuration(.conflictingClusterConfig(node: name, winner: winner, loser: loser.metadata.name))
                )
            }
            guard let nodeConfig = rendered[name] else {
                let owner = snapshot.nodeConfig(name)?.metadata.controller
                let description = owner.map { "\($0.kind)/\($0.name)" } ?? "somebody else"
                return NodeAssignment(
                    node: name,
                    clusterConfig: nil,
                    reasons: reasons + [.configuration(.foreignNodeConfig(node: name, owner: description))]
                )
            }
            for instance in nodeConfig.spec.bgpInstances where instance.routerID == nil {
                reasons.append(
                    .configuration(
                        .noRouterID(node: name, instance: instance.name, pool: snapshot.settings.routerIDPool)
                    )
                )
            }
            for instance in nodeConfig.spec.bgpInstances where instance.localASN == nil {
                reasons.append(.session(.localASNMissing(instance: instance.name, node: name)))
            }
            return NodeAssignment(node: name, clusterConfig: winner, reasons: reasons)
        }
    }
}
