import BGPEngine
import BGPResources
import KubeJSON
import KubeModel
import Planning

/// Changes whose effect only Nodes, Services and EndpointSlices could tell, where no Node is known.
extension Planner {
    /// Every change of an object that shows neither in a session nor in a route, so that none is passed over in silence.
    func unseen(_ before: PlannedCluster) -> [Diagnostic] {
        let shown = shownChanges(before)
        return unseenSelectors(before) + unseenPeerConfigs(before, shown) + unseenAdvertisements(before, shown)
    }

    /// Whether the ClusterConfig of an assumed node selects other nodes than before.
    func selectsOthers(_ node: String) -> Bool {
        guard let before, let name = AssumedNodes.clusterConfig(of: node) else { return false }
        let old = before.world.clusterConfigs.first { $0.metadata.name == name }?.spec
        let new = after.world.clusterConfigs.first { $0.metadata.name == name }?.spec
        return old?.nodeSelector != new?.nodeSelector
    }

    private func unknownEffect(of object: ObjectReference, _ field: FieldPath?, _ message: String) -> Diagnostic {
        Diagnostic(severity: .warning, reason: Plan.unknownEffect, object: object, field: field, message: message)
    }

    private func unseenSelectors(_ before: PlannedCluster) -> [Diagnostic] {
        after.world.clusterConfigs.flatMap { config -> [Diagnostic] in
            let old = before.world.clusterConfigs.first { $0.metadata.name == config.metadata.name }
            guard let old else { return [] }
            var found: [Diagnostic] = []
            if old.spec.nodeSelector != config.spec.nodeSelector {
                let past = old.spec.nodeSelector?.description ?? "{}"
                let message =
                    "selected \(past) before: nodes that it does not select any more stop announcing anything, and which "
                    + "these are, only Nodes could say"
                found.append(unknownEffect(of: config.reference, "spec.nodeSelector", message))
            }
            if old.spec.effectiveNodeExclusion != config.spec.effectiveNodeExclusion {
                let message =
                    "is another for nodes with the label \(NodeMark.excludeLabel), and which these are, only Nodes could say"
                found.append(unknownEffect(of: config.reference, "spec.nodeExclusion", message))
            }
            return found
        }
    }

    private func unseenPeerConfigs(_ before: PlannedCluster, _ shown: Shown) -> [Diagnostic] {
        after.world.peerConfigs.compactMap { peerConfig in
            let name = peerConfig.metadata.name
            let old = before.world.peerConfigs.first { $0.metadata.name == name }
            guard let old, old.spec != peerConfig.spec, !shown.peerConfigs.contains(name),
                after.nodes.values.contains(where: { $0.peers.contains { $0.peerConfig == name } })
            else { return nil }
            return unknownEffect(
                of: peerConfig.reference,
                old.spec.families == peerConfig.spec.families ? "spec" : "spec.families",
                "changes without a session being reset, and what that does to routes, only Nodes, Services and "
                    + "EndpointSlices could say"
            )
        }
    }

    private func unseenAdvertisements(_ before: PlannedCluster, _ shown: Shown) -> [Diagnostic] {
        let names = Set((before.world.advertisements + after.world.advertisements).map(\.metadata.name))
        return names.subtracting(shown.advertisements).sorted().compactMap { name in
            let old = before.world.advertisements.first { $0.metadata.name == name }
            let new = after.world.advertisements.first { $0.metadata.name == name }
            guard old?.spec != new?.spec || old?.metadata.labels != new?.metadata.labels else { return nil }
            return unknownEffect(
                of: ObjectReference(kind: BGPAdvertisement.type.kind, name: name),
                old == nil || new == nil ? nil : "spec.advertisements",
                (old == nil ? "is new" : new == nil ? "is gone" : "changes")
                    + ", and what that does to routes, only Nodes, Services and EndpointSlices could say"
            )
        }
    }

    /// The objects that take part in a session or a route which is not as it was.
    private struct Shown {
        var advertisements: Set<String> = []
        var peerConfigs: Set<String> = []
    }

    private func shownChanges(_ before: PlannedCluster) -> Shown {
        var shown = Shown()
        for node in Set(before.nodes.keys).union(after.nodes.keys) {
            let plans = (before.nodes[node]?.peers ?? []) + (after.nodes[node]?.peers ?? [])
            for peer in Set(plans.map(\.id)) {
                let names = plans.filter { $0.id == peer }.compactMap(\.peerConfig)
                let settings = plans.filter { $0.id == peer }.map(\.configuration)
                if Set(settings).count > 1 { shown.peerConfigs.formUnion(names) }
                let old = Set(before.routes(node, peer))
                let new = Set(after.routes(node, peer))
                guard old != new else { continue }
                shown.peerConfigs.formUnion(names)
                let routes = old.symmetricDifference(new)
                shown.advertisements.formUnion(routes.flatMap(\.sources).map(\.entry.advertisement))
            }
        }
        return shown
    }
}
