import Addressing
import BGPEngine
import BGPResources
import KubeModel

extension Planner {
    /// What a reviewer should see before the change is applied: sessions that end, nodes and prefixes that go.
    func changeFindings(_ planned: [PlannedNode]) -> [Diagnostic] {
        guard let before else { return [] }
        return deselected(before) + disrupted(before, planned) + vanished(before)
    }

    /// Nodes that lose all of BGP, told at the ClusterConfig that had them.
    private func deselected(_ before: PlannedCluster) -> [Diagnostic] {
        let lost = before.nodes.keys.filter { after.nodes[$0] == nil }.sorted()
        let owners = Dictionary(grouping: lost) { before.nodes[$0]?.nodeConfig.metadata.controller?.name ?? "" }
        return owners.map { owner, nodes in
            let all = nodes.count == before.nodes.count
            return Diagnostic(
                severity: .warning,
                reason: "NodesDeselected",
                object: ObjectReference(kind: BGPClusterConfig.type.kind, name: owner),
                field: "spec.nodeSelector",
                message: (all ? "all nodes stop" : nodes.count == 1 ? "1 node stops" : "\(nodes.count) nodes stop")
                    + " announcing anything: \(list(nodes))"
            )
        }
    }

    private struct Cause: Hashable {
        let effect: SessionEffect
        let object: ObjectReference
        let field: FieldPath
    }

    /// Sessions that end for a moment or for good on nodes that stay, told at what causes it.
    private func disrupted(_ before: PlannedCluster, _ planned: [PlannedNode]) -> [Diagnostic] {
        var sessions: [Cause: [String]] = [:]
        for node in planned where after.nodes[node.name] != nil {
            for instance in node.instances {
                for peer in instance.peers {
                    guard let effect = peer.sessionEffect, effect.isDisruptive else { continue }
                    let id = PeerID(instance: instance.name, peer: peer.name)
                    let cause = cause(of: effect, id, node.name, before)
                    sessions[cause, default: []].append("\(node.name) with \(peer.name)")
                }
            }
        }
        let total = before.nodes.values.reduce(0) { $0 + $1.peers.count }
        return sessions.map { cause, sessions in
            let what =
                switch cause.effect {
                case .reset: "resets"
                case .recreate: "ends and replaces"
                default: "ends"
                }
            let count =
                sessions.count == total && total > 1 ? "all \(total) sessions at once" : "\(sessions.count) session"
            let plural = sessions.count == 1 || sessions.count == total ? "" : "s"
            return Diagnostic(
                severity: .warning,
                reason: "Session\(cause.effect.rawValue)",
                object: cause.object,
                field: cause.field,
                message: "\(what) \(count)\(plural): \(list(sessions.sorted()))"
            )
        }
    }

    /// The object whose change is behind an effect, as far as it can be told.
    private func cause(_ kind: String, _ name: String, _ field: FieldPath, _ effect: SessionEffect) -> Cause {
        Cause(effect: effect, object: ObjectReference(kind: kind, name: name), field: field)
    }

    private func cause(of effect: SessionEffect, _ peer: PeerID, _ node: String, _ before: PlannedCluster) -> Cause {
        let plan = after.nodes[node]?.peers.first { $0.id == peer }
        if effect != .recreate, let name = plan?.peerConfig {
            let old = before.world.peerConfigs.first { $0.metadata.name == name }?.spec
            let new = after.world.peerConfigs.first { $0.metadata.name == name }?.spec
            if let old, let new, let field = old.sessionField(differingFrom: new) {
                return cause(BGPPeerConfig.type.kind, name, FieldPath("spec").field(field), effect)
            }
        }
        let override = after.world.overrides.first { $0.metadata.name == node }
        if override?.spec != before.world.overrides.first(where: { $0.metadata.name == node })?.spec {
            return cause(BGPNodeConfigOverride.type.kind, node, "spec.bgpInstances", effect)
        }
        let owner = after.nodes[node]?.nodeConfig.metadata.controller?.name ?? ""
        return cause(BGPClusterConfig.type.kind, owner, "spec.bgpInstances", effect)
    }

    /// Prefixes that no node announces any more, told at what they came from.
    private func vanished(_ before: PlannedCluster) -> [Diagnostic] {
        let now = Set(after.announced.keys)
        var prefixes: [ObjectReference: [IPPrefix]] = [:]
        for (prefix, sources) in before.announced where !now.contains(prefix) {
            for source in sources {
                let entry = ObjectReference(kind: BGPAdvertisement.type.kind, name: source.entry.advertisement)
                prefixes[source.object ?? entry, default: []].append(prefix)
            }
        }
        return prefixes.map { object, prefixes in
            let sorted = Set(prefixes).sorted()
            return Diagnostic(
                severity: .warning,
                reason: "PrefixWithdrawn",
                object: object,
                message: "no node announces \(list(sorted.map(\.description))) any more"
            )
        }
    }
}

extension PlannedCluster {
    /// Every prefix that some node announces, and where it comes from.
    fileprivate var announced: [IPPrefix: Set<RouteSource>] {
        var announced: [IPPrefix: Set<RouteSource>] = [:]
        for (node, plan) in nodes {
            for peer in plan.peers {
                for route in routes(node, peer.id) {
                    announced[route.route.prefix, default: []].formUnion(route.sources)
                }
            }
        }
        return announced
    }
}

extension BGPPeerConfig.Spec {
    /// The first field whose change resets sessions and that differs.
    fileprivate func sessionField(differingFrom other: BGPPeerConfig.Spec) -> String? {
        if timers != other.timers { return "timers" }
        if authSecretRef != other.authSecretRef { return "authSecretRef" }
        if transport != other.transport { return "transport" }
        if gracefulRestart != other.gracefulRestart { return "gracefulRestart" }
        if ebgpMultihop != other.ebgpMultihop { return "ebgpMultihop" }
        if ttlSecurity != other.ttlSecurity { return "ttlSecurity" }
        if prefixLimit != other.prefixLimit { return "prefixLimit" }
        return families.map(\.family) != other.families.map(\.family) ? "families" : nil
    }
}
