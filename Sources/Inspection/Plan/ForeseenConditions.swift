import BGPEngine
import BGPResources
import KubeModel
import Planning

extension RenderedCluster {
    /// Puts what the conditions of ClusterConfigs come to in the place of what they are before any speaker has followed.
    ///
    /// Rendering knows speakers by their reports, which a plan runs ahead of: `NotApplied` would be said of every change,
    /// and sessions would be called down that nobody has tried to open.
    ///
    /// Where nodes are only assumed, nobody knows which of them a selector matches.
    mutating func foreseeConditions(_ nodes: [String: PlannedCluster.NodePlan], assumed: AssumedNodes?) {
        if let assumed {
            overrides = overrides.map { named in
                guard assumed.unplaced.contains(named.name) else { return named }
                var named = named
                named.status.conditions = named.status.conditions.map {
                    $0.type == ConditionType.unmatchedEntries.rawValue ? $0.unknownWithoutNodes : $0
                }
                return named
            }
        }
        if assumed != nil {
            advertisements = advertisements.map { named in
                var named = named
                named.status.conditions = named.status.conditions.map {
                    $0.type == ConditionType.noPodCIDR.rawValue ? $0.unknownWithoutNodes : $0
                }
                return named
            }
        }
        clusterConfigs = clusterConfigs.map { named in
            let mine = nodeConfigs.filter { $0.metadata.controller?.name == named.name }
            var named = named
            named.status.conditions = named.status.conditions.map { condition in
                switch (ConditionType(rawValue: condition.type), condition.reason) {
                case (.ready, ReasonCode.applying), (.ready, ReasonCode.notApplied):
                    condition.foreseen(mine.compactMap { nodes[$0.metadata.name] })
                case (.sessionsEstablished, ReasonCode.notAllEstablished): condition.unknownUntilTried
                case (.noMatchingNode, _) where assumed != nil && condition.status == .false:
                    condition.unknownWithoutNodes
                case (.conflictingClusterConfig, _) where assumed != nil: condition.unknownWithoutNodes
                case (.noPodCIDR, _) where assumed != nil: condition.unknownWithoutNodes
                default: condition
                }
            }
            return named
        }
    }
}

extension Condition {
    /// Ready, unless a speaker would report something that keeps it from applying its configuration.
    fileprivate func foreseen(_ nodes: [PlannedCluster.NodePlan]) -> Condition {
        var condition = self
        let obstacles = nodes.flatMap { node in
            (node.instances.flatMap(\.obstacles) + node.instances.flatMap(\.peers).compactMap(\.obstacle)).prefix(1)
                .map { "\(node.nodeConfig.metadata.name): \($0.message)" }
        }
        condition.status = ConditionStatus(obstacles.isEmpty)
        condition.reason = obstacles.isEmpty ? .applied : .notApplied
        condition.message =
            obstacles.isEmpty
            ? "applies on \(nodes.count) node\(nodes.count == 1 ? "" : "s") as soon as the speakers have followed"
            : "not applied on \(obstacles.count) node\(obstacles.count == 1 ? "" : "s"): \(obstacles[0])"
        return condition
    }

    /// Neither True nor False, since only Nodes could say.
    fileprivate var unknownWithoutNodes: Condition {
        var condition = self
        condition.status = .unknown
        condition.reason = .noNodes
        condition.message = "no Node is among the manifests"
        return condition
    }

    /// Neither True nor False.
    fileprivate var unknownUntilTried: Condition {
        var condition = self
        condition.status = .unknown
        condition.reason = .notTried
        condition.message = "a plan opens no sessions"
        return condition
    }
}
