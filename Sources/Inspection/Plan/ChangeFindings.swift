import BGPEngine
import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import PlainText
import Planning

extension Planner {
    /// What a reviewer should see before the change is applied: sessions that end, nodes and prefixes that go.
    func changeFindings(_ planned: [PlannedNode]) -> [Diagnostic] {
        guard let before else { return [] }
        let disrupted = disrupted(before, planned)
        return deselected(before) + disrupted + everySession(before, disrupted, planned) + moved(before)
            + vanished(before) + interim(before) + (assumed == nil ? [] : unseen(before))
    }

    /// Nodes that lose all of BGP, told at the ClusterConfig that had them.
    private func deselected(_ before: PlannedCluster) -> [Diagnostic] {
        let lost = before.nodes.keys.filter { after.nodes[$0] == nil }.sorted()
        let owners = Dictionary(grouping: lost) { before.nodes[$0]?.nodeConfig.metadata.controller?.name ?? "" }
        return owners.map { owner, nodes in
            let all = nodes.count == before.nodes.count
            let names = nodes.map(AssumedNodes.words).asSentence()
            return Diagnostic(
                severity: .warning,
                reason: .nodesDeselected,
                object: ObjectReference(kind: BGPClusterConfig.type.kind, name: owner),
                field: "spec.nodeSelector",
                message: assumed != nil
                    ? "\(names) \(nodes.count == 1 ? "stops" : "stop") announcing anything"
                    : (all ? "all nodes stop" : nodes.count == 1 ? "1 node stops" : "\(nodes.count) nodes stop")
                        + " announcing anything: \(names)"
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
                    let words =
                        assumed == nil
                        ? "\(node.name) with \(peer.name)" : "\(peer.name) on \(AssumedNodes.words(for: node.name))"
                    sessions[cause, default: []].append(words)
                }
            }
        }
        let total = before.nodes.values.reduce(0) { $0 + $1.peers.count }
        return sessions.map { cause, sessions in
            if assumed != nil { return disruptedEverywhere(cause, sessions) }
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
                reason: cause.effect.code,
                object: cause.object,
                field: cause.field,
                message: "\(what) \(count)\(plural): \(sessions.sorted().asSentence())"
            )
        }
    }

    /// The same where it is not known how many nodes there are.
    private func disruptedEverywhere(_ cause: Cause, _ sessions: [String]) -> Diagnostic {
        let what =
            switch cause.effect {
            case .reset: "is reset"
            case .recreate: "ends and is replaced"
            default: "ends"
            }
        return Diagnostic(
            severity: .warning,
            reason: cause.effect.code,
            object: cause.object,
            field: cause.field,
            message: "every session that uses it \(what): \(sessions.sorted().asSentence())"
        )
    }

    /// Said once where several causes together end every session there is.
    private func everySession(
        _ before: PlannedCluster,
        _ disrupted: [Diagnostic],
        _ planned: [PlannedNode]
    ) -> [Diagnostic] {
        let effects = planned.flatMap(\.instances).flatMap(\.peers).compactMap(\.sessionEffect)
        let ended = effects.count { [.reset, .recreate].contains($0) }
        guard disrupted.count > 1, ended > 1, ended == before.nodes.values.reduce(0, { $0 + $1.peers.count }) else {
            return []
        }
        return [
            Diagnostic(
                severity: .warning,
                reason: .allSessionsEnd,
                message: assumed == nil
                    ? "together this ends all \(ended) sessions at once; apply it to a part of the nodes first"
                    : "together this ends every session at once; apply it to a part of the nodes first"
            )
        ]
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
        let field = differingField(of: peer, node, before) ?? "spec.bgpInstances"
        return cause(BGPClusterConfig.type.kind, owner, field, effect)
    }

    /// The first field of a peer or its instance that differs; a NodeConfig has both in its ClusterConfig's order.
    private func differingField(of peer: PeerID, _ node: String, _ before: PlannedCluster) -> FieldPath? {
        let old = before.nodes[node]?.nodeConfig.spec.bgpInstances.first { $0.name == peer.instance }
        let instances = after.nodes[node]?.nodeConfig.spec.bgpInstances ?? []
        guard let old, let place = instances.firstIndex(where: { $0.name == peer.instance }) else { return nil }
        let new = instances[place]
        let path = FieldPath("spec.bgpInstances").index(place)
        if old.localASN != new.localASN { return path.field("localASN") }
        if old.localPort != new.localPort { return path.field("localPort") }
        let past = old.peers.first { $0.name == peer.peer }
        guard let past, let index = new.peers.firstIndex(where: { $0.name == peer.peer }) else { return nil }
        let present = new.peers[index]
        let below = path.field("peers").index(index)
        if past.peerAddress != present.peerAddress { return below.field("peerAddress") }
        if past.peerASN != present.peerASN { return below.field("peerASN") }
        return past.peerConfigRef == present.peerConfigRef ? nil : below.field("peerConfigRef")
    }

    /// Services that lose addresses, told at the pool that had them if that is what changes.
    private func moved(_ before: PlannedCluster) -> [Diagnostic] {
        let pools = before.world.pools.map { (pool: $0, layout: PoolLayout($0)) }
        return lostAddresses(before).map { service, lost in
            let holder = pools.first { $0.layout.ranges.contains { $0.contains(lost.addresses[0]) } }?.pool
            let successor = after.world.pools.first { $0.key == holder?.key }
            let isByPool = holder != nil && successor != nil && successor?.spec != holder?.spec
            let isDeleted = holder != nil && successor == nil
            let reference = ObjectReference(kind: "Service", namespace: service.namespace, name: service.name)
            let gained = lost.gained.isEmpty ? "none" : lost.gained.map(\.description).asSentence()
            return Diagnostic(
                severity: .warning,
                reason: .addressLost,
                object: isByPool ? holder?.reference : reference,
                field: isByPool ? "spec.blocks" : nil,
                message: (isByPool ? "\(reference) loses " : "loses ")
                    + "\(lost.addresses.map(\.description).asSentence()) and gets \(gained)"
                    + (isDeleted ? ": pool \(holder?.metadata.name ?? "") is deleted" : "")
            )
        }
    }

    /// For every Service that loses addresses which ones, and what it gets instead.
    private func lostAddresses(
        _ before: PlannedCluster
    ) -> [ObjectKey: (addresses: [IPAddress], gained: [IPAddress])] {
        var found: [ObjectKey: (addresses: [IPAddress], gained: [IPAddress])] = [:]
        let present = Dictionary(
            after.services.map { ($0.key, $0.givenAddresses) },
            uniquingKeysWith: { first, _ in first }
        )
        for service in before.services {
            // One that is deleted gives its addresses up.
            guard let now = present[service.key] else { continue }
            let past = service.givenAddresses
            let lost = past.filter { !now.contains($0) }
            if !lost.isEmpty { found[service.key] = (lost, now.filter { !past.contains($0) }) }
        }
        return found
    }

    /// Prefixes that no node announces any more, told at what they came from.
    private func vanished(_ before: PlannedCluster) -> [Diagnostic] {
        let now = Set(after.announced.keys)
        let lost = lostAddresses(before)
        var prefixes: [ObjectReference: [IPPrefix]] = [:]
        for (prefix, sources) in before.announced where !now.contains(prefix) {
            for source in sources {
                // That is said already.
                let service = source.object.map { ObjectKey(namespace: $0.namespace, name: $0.name) }
                if let service, prefix.isHost, lost[service]?.addresses.contains(prefix.address) ?? false { continue }
                let entry = ObjectReference(kind: BGPAdvertisement.type.kind, name: source.entry.advertisement)
                prefixes[source.object ?? entry, default: []].append(prefix)
            }
        }
        return prefixes.map { object, prefixes in
            let sorted = Set(prefixes).sorted()
            return Diagnostic(
                severity: .warning,
                reason: .prefixWithdrawn,
                object: object,
                message: "no node announces \(sorted.map(\.description).asSentence()) any more"
            )
        }
    }
}

extension Service {
    fileprivate var givenAddresses: [IPAddress] {
        (status?.loadBalancer?.ingress ?? []).compactMap(\.ip).compactMap { IPAddress($0) }
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
