import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import PlainText

extension ClusterRendering {
    /// The nodes that a ClusterConfig's selector matches, whoever keeps them.
    func matchingNodes(_ config: BGPClusterConfig) -> [Node] {
        snapshot.nodes.filter { config.spec.nodeSelector?.matches($0.metadata.labels ?? [:]) ?? true }
    }

    /// The NodeConfigs that a ClusterConfig gives.
    func nodeConfigs(of config: BGPClusterConfig) -> [BGPNodeConfig] {
        nodeConfigs.filter { $0.isControlled(by: config) }
    }

    /// PeerConfigs that peers refer to and that do not exist, sorted.
    func missingPeerConfigs(_ config: BGPClusterConfig) -> [String] {
        let names = config.spec.bgpInstances.flatMap(\.peers).compactMap(\.peerConfigRef?.name)
        return Set(names).filter { snapshot.peerConfig($0) == nil }.sorted()
    }

    func status(_ config: BGPClusterConfig) -> BGPClusterConfig.Status {
        let matching = matchingNodes(config)
        let mine = nodeConfigs(of: config)
        let progress = mine.map { NodeProgress($0, present: snapshot.nodeConfig($0.metadata.name)) }
        let applied = progress.filter { $0.obstacle == nil }.count
        let sessions = SessionProgress(progress)
        let missing = missingPeerConfigs(config)
        let conflicts = claims.conflicts(of: config)
        let excluded = excludedNodes(config, matching)
        var draft = ConditionDraft(generation: config.metadata.generation)
        draft.state(
            problem: .noMatchingNode,
            matching.isEmpty,
            otherwise: .nodesMatched,
            message: matching.isEmpty
                ? "no node matches the nodeSelector \(config.spec.nodeSelector?.description ?? "{}")"
                : "\(matching.count) node\(matching.count == 1 ? "" : "s") selected"
        )
        draft.state(
            problem: .missingPeerConfigs,
            !missing.isEmpty,
            otherwise: .peerConfigsFound,
            message: missing.isEmpty
                ? "every peerConfigRef exists"
                : "no BGPPeerConfig named \(missing.asSentence()); the peers that refer to it stay down"
        )
        draft.state(
            problem: .conflictingClusterConfig,
            !conflicts.isEmpty,
            otherwise: .noConflict,
            message: conflicts.isEmpty
                ? "no other BGPClusterConfig selects these nodes"
                : conflicts.map { describe($0, of: config) }.asFindings()
        )
        draft.state(
            problem: .allNodesExcluded,
            !excluded.isEmpty,
            otherwise: hasExcludedNodes(config, matching) ? .notAllExcluded : .noneExcluded,
            message: excluded.isEmpty
                ? "not every selected node is excluded from external load balancers"
                : "every selected node carries the label \(NodeMark.excludeLabel) and announces no LoadBalancerIP and "
                    + "no ExternalIP: \(excluded.asSentence()); set nodeExclusion to Ignore if they should"
        )
        stateRouterIDConflict(on: Set(mine.map(\.metadata.name)), in: &draft)
        let leaving = drainedNodes(mine)
        draft.state(
            problem: .nodesDrained,
            !leaving.isEmpty,
            otherwise: .noneDrained,
            message: leaving.isEmpty ? "no node is to be drained" : leaving.asSentence()
        )
        let gaps = podNetworkGaps(of: config).map(\.message)
        draft.state(
            problem: .noPodCIDR,
            !gaps.isEmpty,
            otherwise: .podCIDRsFound,
            message: gaps.isEmpty ? "every pod network that is to be announced is known" : gaps.asFindings()
        )
        draft.state(deletionsBehind(config))
        if let skew = skew(mine) { draft.state(skew) }
        draft.state(
            .sessionsEstablished,
            sessions.total > 0 && sessions.established == sessions.total,
            reason: sessions.total == 0
                ? .noSessions : sessions.established == sessions.total ? .allEstablished : .notAllEstablished,
            message: sessions.message
        )
        let ready = readiness(config, matching: matching, progress: progress, missing: missing, conflicts: conflicts)
        draft.state(.ready, ready.value, reason: ready.reason, message: ready.message)
        return BGPClusterConfig.Status(
            conditions: draft.settled(after: config.status?.conditions, now: moment),
            nodes: BGPClusterConfig.NodeCounts(matched: matching.count, applied: applied),
            sessions: SessionCounts(established: sessions.established, total: sessions.total)
        )
    }

    /// Whether the speakers of these nodes are of versions that work with this operator's; nil where no operator runs.
    private func skew(_ mine: [BGPNodeConfig]) -> Condition? {
        guard let own = snapshot.settings.note?.version else { return nil }
        let said = mine.compactMap { nodeConfig in
            snapshot.nodeConfig(nodeConfig.metadata.name)?.speakerVersion.map { (nodeConfig.metadata.name, $0) }
        }
        return VersionSkew.condition(operator: own, speakers: Dictionary(said, uniquingKeysWith: { first, _ in first }))
    }

    private func describe(_ conflict: (other: String, nodes: [String]), of config: BGPClusterConfig) -> String {
        let kept = conflict.nodes.filter { claims.winner($0)?.key == config.key }
        let lost = conflict.nodes.filter { claims.winner($0)?.metadata.name == conflict.other }
        var parts: [String] = []
        if !kept.isEmpty { parts.append("keeps \(kept.asSentence())") }
        if !lost.isEmpty { parts.append("loses \(lost.asSentence())") }
        let outcome = parts.isEmpty ? "a third one keeps \(conflict.nodes.asSentence())" : parts.joined(separator: ", ")
        return "BGPClusterConfig/\(conflict.other) also selects \(conflict.nodes.asSentence()): this one \(outcome)"
    }

    /// The nodes that are to be drained, each with how far its speaker is.
    private func drainedNodes(_ mine: [BGPNodeConfig]) -> [String] {
        let asked = snapshot.nodes.filter { DrainRequest($0) != nil || DrainRequest.fault(in: $0) != nil }
        let names = Set(mine.map(\.metadata.name)).intersection(asked.map(\.metadata.name))
        return asked.filter { names.contains($0.metadata.name) }.map { node in
            let name = node.metadata.name
            if let fault = DrainRequest.fault(in: node), DrainRequest(node) == nil { return "\(name) (\(fault))" }
            let reported = DrainCondition.reason(in: snapshot.nodeConfig(name)?.status?.conditions ?? [])
            switch reported {
            case .shuttingDown: return "\(name) (shutting down)"
            case .lastAnnouncer: return "\(name) (keeps what no other node announces)"
            case .drained: return "\(name) (drained)"
            case .inService, .invalidAnnotation, nil: return "\(name) (its speaker has not begun)"
            }
        }
    }

    /// The selected nodes when all of them are excluded; otherwise none.
    private func excludedNodes(_ config: BGPClusterConfig, _ matching: [Node]) -> [String] {
        guard config.spec.effectiveNodeExclusion == .honor, matching.allSatisfy(\.isExcluded) else { return [] }
        return matching.map(\.metadata.name)
    }

    private func hasExcludedNodes(_ config: BGPClusterConfig, _ matching: [Node]) -> Bool {
        config.spec.effectiveNodeExclusion == .honor && matching.contains(where: \.isExcluded)
    }

    private func readiness(
        _ config: BGPClusterConfig,
        matching: [Node],
        progress: [NodeProgress],
        missing: [String],
        conflicts: [(other: String, nodes: [String])]
    ) -> (value: Bool, reason: ReasonCode, message: String) {
        let faults = snapshot.faults(config)
        if !faults.isEmpty { return (false, .invalidSpec, faults.map(\.description).asFindings()) }
        if matching.isEmpty { return (false, ConditionType.noMatchingNode.code, "no node matches the nodeSelector") }
        if !missing.isEmpty {
            return (false, ConditionType.missingPeerConfigs.code, "no BGPPeerConfig named \(missing.asSentence())")
        }
        let lost = conflicts.flatMap(\.nodes).filter { claims.winner($0)?.key != config.key }
        if !lost.isEmpty {
            let nodes = Set(lost).sorted()
            let keepers = Set(nodes.compactMap { claims.winner($0)?.metadata.name }).sorted()
            let names = keepers.map { "BGPClusterConfig/\($0)" }
            return (
                false, .conflictingClusterConfig,
                "not applied on \(nodes.asSentence()), which \(names.asSentence()) \(names.count == 1 ? "keeps" : "keep")"
            )
        }
        // A node that is to be this one's and whose BGPNodeConfig is somebody else's has made no progress.
        let kept = matching.map(\.metadata.name).filter { claims.winner($0)?.key == config.key }
        let mine = Set(progress.map(\.node) + kept)
        let reasons = assignments.filter { mine.contains($0.node) }.flatMap(\.reasons)
        if let obstacle = reasons.first(where: { $0.effect == .prevents && !$0.isConflict }) {
            return (false, obstacle.code, obstacle.message)
        }
        let waiting = progress.filter { $0.obstacle != nil }
        guard let first = waiting.first else {
            let applied = "applied on \(progress.count) node\(progress.count == 1 ? "" : "s")"
            return (true, .applied, applied + closedGates(progress))
        }
        // What takes its time after every change is no trouble yet, and nothing to be warned of.
        return (
            false, waiting.allSatisfy(\.isUnderWay) ? .applying : .notApplied,
            "not applied yet on \(waiting.map(\.node).asSentence()) (\(first.node): \(first.obstacle ?? ""))"
                + closedGates(progress)
        )
    }

    /// The nodes whose service routes wait for the data path, to be added to a sentence; empty when none do.
    ///
    /// It is said beside Ready and does not make it False: the configuration is applied, and a node that starts is no fault.
    private func closedGates(_ progress: [NodeProgress]) -> String {
        let closed = progress.filter { $0.dataPathObstacle != nil }
        guard let first = closed.first else { return "" }
        return "; no service route is announced yet by \(closed.map(\.node).asSentence()) "
            + "(\(first.node): \(first.dataPathObstacle ?? ""))"
    }
}

extension Node {
    /// Whether the node says that no load balancer should send it traffic.
    fileprivate var isExcluded: Bool { metadata.labels?[NodeMark.excludeLabel].map { $0 != "false" } ?? false }
}

extension Reason {
    /// Whether this is about two ClusterConfigs on one node.
    var isConflict: Bool {
        if case .configuration(.conflictingClusterConfig) = self { true } else { false }
    }
}
