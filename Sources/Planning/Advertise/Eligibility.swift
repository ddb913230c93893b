import BGPResources
import BGPTypes
import KubeModel

/// What of the node itself bears on service routes.
struct NodeEligibility {
    let name: String
    /// The value of the exclude label unless it is absent or `false`.
    let excludeValue: String?
    let ignoresExclusion: Bool
    let isNetworkUnavailable: Bool
    let gates: NodeGates

    init(_ configuration: NodeConfiguration) {
        name = configuration.nodeName
        let value = configuration.nodeLabels[NodeMark.excludeLabel]
        excludeValue = value == "false" ? nil : value
        ignoresExclusion = configuration.nodeConfig?.spec.effectiveNodeExclusion == .ignore
        isNetworkUnavailable = configuration.node?.status?.conditions?.holds("NetworkUnavailable") ?? false
        gates = configuration.gates
    }

    /// What the node says about attracting traffic to addresses of a kind.
    func reasons(_ kind: AddressKind) -> [Reason] {
        var reasons: [Reason] = []
        if let excludeValue, kind != .clusterIP {
            reasons.append(
                ignoresExclusion
                    ? .node(.exclusionIgnored(node: name, value: excludeValue))
                    : .node(.excluded(node: name, value: excludeValue))
            )
        }
        if isNetworkUnavailable { reasons.append(.node(.networkUnavailable(node: name))) }
        if let detail = gates.dataPath.obstacle {
            reasons.append(.node(.dataPathNotReady(node: name, detail: detail)))
        }
        return reasons
    }

    /// What draining says about a service prefix.
    func drainReason(_ prefix: IPPrefix) -> Reason? {
        switch gates.drain {
        case .none: nil
        case .shuttingDown: .node(.draining(node: name))
        case .drained(let keeping):
            keeping.contains(prefix) ? .node(.lastAnnouncer(node: name, prefix)) : .node(.drained(node: name))
        }
    }
}

extension ServiceFacts {
    /// What makes an address eligible on a node or not, as far as neither the entry nor the prefix matters:
    /// the address's gate, then the node.
    func eligibilityReasons(_ address: ServiceAddress, on node: NodeEligibility) -> [Reason] {
        var reasons: [Reason] = []
        // Whose it is comes first.
        if let owner = foreign[address] { reasons.append(.address(.addressNotOwned(service: key, address, owner))) }
        if !isProxied { reasons.append(.address(.notProxied(service: key, type: type))) }
        if address.kind == .loadBalancerIP {
            if type != "LoadBalancer" {
                reasons.append(.address(.notLoadBalancer(service: key, type: type)))
            } else if !classes.include(loadBalancerClass) {
                reasons.append(.address(.foreignLoadBalancerClass(service: key, loadBalancerClass, ours: classes)))
            }
        }
        return reasons + node.reasons(address.kind)
    }

    /// What the endpoints say under a policy; the one place where the table of traffic policies stands.
    func endpointReason(
        _ address: ServiceAddress,
        policy: Service.TrafficPolicy,
        on node: NodeEligibility,
        unlessWaivedBy waiver: EntryReference?
    ) -> Reason {
        let family = address.address.family
        let tally = endpoints(family)
        if isServedByPlugin { return .endpoints(.servedByPlugin(service: key)) }
        switch policy {
        case .cluster:
            if tally.everywhere.ready > 0 { return .endpoints(.usable(service: key, family, tally)) }
            if tally.isUsable { return .endpoints(.lastServing(service: key, family, tally, node: nil)) }
            if let waiver { return .endpoints(.waived(waiver, service: key, family)) }
            return .endpoints(.noneUsable(service: key, family, tally))
        case .local:
            if tally.local.ready > 0 { return .endpoints(.local(service: key, family, tally, node: node.name)) }
            if tally.isUsableLocally {
                return .endpoints(.lastServing(service: key, family, tally, node: node.name))
            }
            guard tally.withoutNode == 0 else {
                return .endpoints(
                    .withoutNode(
                        service: key,
                        family,
                        tally,
                        node: node.name,
                        policyField: address.kind.policyField
                    )
                )
            }
            return .endpoints(
                .noneLocal(
                    service: key,
                    family,
                    tally,
                    node: node.name,
                    policyField: address.kind.policyField
                )
            )
        }
    }
}

extension [Reason] {
    /// Whether nothing in the list keeps the route back.
    var allowsAnnouncing: Bool { !contains { $0.effect == .prevents } }
}
