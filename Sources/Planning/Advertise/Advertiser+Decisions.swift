import BGPEngine
import BGPResources
import BGPTypes
package import KubeModel

extension Advertiser {
    /// The decisions on all addresses of a Service to all peers, by peer (in the user's order), then address.
    ///
    /// With `asPolicy` the verdict is that of a Service whose governing policies were this one; everything else stays.
    package func decisions(of service: ObjectKey, asPolicy: Service.TrafficPolicy? = nil) -> [Decision] {
        decisions(of: service, asPolicy: asPolicy, others: servicesByAddress(like: service))
    }

    /// The decisions on every Service, by service, peer and address.
    package func decisions() -> [Decision] {
        let others = servicesByAddress(like: nil)
        return services.keys.sorted().flatMap { decisions(of: $0, asPolicy: nil, others: others) }
    }

    /// What is wrong with a Service itself, whatever the peer.
    package func findings(of service: ObjectKey) -> [Reason] {
        services[service]?.findings ?? []
    }

    /// What the entries of all types but Service lead to, by entry.
    package func entryDecisions() -> [EntryDecision] { entryDecisions { _, _ in true } }

    /// The same of the entries that are asked for, by their number in the policy: there can be ten thousand prefixes in others.
    func entryDecisions(where isAskedFor: (Int, PolicyRule) -> Bool) -> [EntryDecision] {
        policy.orderedRules.flatMap { index -> [EntryDecision] in
            let entry = policy.rules[index]
            guard entry.serviceRule == nil, isAskedFor(index, entry) else { return [] }
            let candidates = policy.prefixes(of: entry, configuration)
            return [IPFamily.ipv4, .ipv6].compactMap { family in
                let peers = policy.groups(of: index, family).flatMap { policy.groups[$0].peers }
                guard !peers.isEmpty else { return nil }
                let prefixes = candidates.map(\.prefix).filter { $0.family == family }
                return entryDecision(entry, family, peers: peers, candidates: prefixes)
            }
        }
    }

    private func entryDecision(
        _ entry: PolicyRule,
        _ family: IPFamily,
        peers: [PeerID],
        candidates: [IPPrefix]
    ) -> EntryDecision {
        let node = configuration.nodeName
        var reasons: [Reason] = [.selection(.selected(entry.reference))]
        if !entry.matchesNode, let selector = entry.nodeSelector {
            reasons = [.selection(.entryExcludesNode(entry.reference, selector, node: node))]
        }
        if candidates.isEmpty {
            switch entry.source {
            case .service: break
            case .podCIDR(let source):
                reasons.append(
                    .prefix(.noPodCIDR(entry.reference, node: node, family, configuration.podNetworkAnswer(source)))
                )
            case .interface(let name):
                reasons.append(.prefix(.noInterfaceAddress(entry.reference, node: node, interface: name, family)))
            case .prefixes: reasons.append(.prefix(.noPrefix(entry.reference, family)))
            case .pools(nil): reasons.append(.selection(.selectorAbsent(entry.reference)))
            case .pools: reasons.append(.prefix(.noPool(entry.reference, family)))
            }
        }
        if case .podCIDR(let source) = entry.source {
            let answer = configuration.podNetworkAnswer(source)
            for network in answer.networks where IPPrefix(podCIDR: network.text) == nil {
                reasons.append(.prefix(.invalidPodCIDR(answer.source, object: network.object, network.text)))
            }
        }
        var announced: Set<IPPrefix> = []
        for prefix in candidates where entry.matchesNode {
            let obstacles = policy.poolReasons(entry, prefix)
            for reason in obstacles where !reasons.contains(reason) { reasons.append(reason) }
            if obstacles.allowsAnnouncing { announced.insert(prefix) }
        }
        return EntryDecision(
            node: node,
            entry: entry.reference,
            peers: policy.peers.map(\.id).filter(peers.contains),
            candidates: candidates.sorted(),
            prefixes: announced.sorted(),
            reasons: reasons
        )
    }

    /// Services by the addresses they share; limited to those of one Service when it is named.
    private func servicesByAddress(like key: ObjectKey?) -> [IPAddress: [ObjectKey]] {
        let wanted = key.map { Set((services[$0]?.addresses ?? []).map(\.address)) }
        var found: [IPAddress: [ObjectKey]] = [:]
        for (service, facts) in services {
            for address in Set(facts.addresses.map(\.address)) where wanted?.contains(address) ?? true {
                found[address, default: []].append(service)
            }
        }
        return found
    }

    private func decisions(
        of key: ObjectKey,
        asPolicy: Service.TrafficPolicy?,
        others: [IPAddress: [ObjectKey]]
    ) -> [Decision] {
        guard let facts = services[key] else { return [] }
        let held = asPolicy == nil ? tenants.held[key] : tenants.heldRoutes(of: facts, under: policy, as: asPolicy)
        return policy.peers.flatMap { peer in
            facts.addresses.map { address in
                decision(
                    address,
                    of: facts,
                    to: peer,
                    asPolicy: asPolicy,
                    held: held?[peer.group],
                    others: others[address.address] ?? []
                )
            }
        }
    }

    private func decision(
        _ address: ServiceAddress,
        of facts: ServiceFacts,
        to peer: PeerPolicy,
        asPolicy: Service.TrafficPolicy?,
        held: HeldRoutes?,
        others: [ObjectKey]
    ) -> Decision {
        let trafficPolicy = asPolicy ?? facts.policy(address.kind)
        let selection = policy.selection(address, of: facts, peer: peer, node: configuration.nodeName)
        var reasons = selection.reasons
        var announced: Set<IPPrefix> = []
        var possible: Set<IPPrefix> = []
        func take(_ found: [Reason]) {
            for reason in found where !reasons.contains(reason) { reasons.append(reason) }
        }
        for index in selection.entries {
            let entry = policy.rules[index]
            let rule = entry.serviceRule
            let verdict = policy.eligibility(address, of: facts, policy: trafficPolicy, entry: entry, rule: rule)
            take(verdict.reasons)
            take(rule?.aggregationReason(address, policy: trafficPolicy, entry: entry.reference) ?? [])
            possible.insert(verdict.prefix)
            if let bound = held?.reason(verdict.prefix, of: facts.key, bounds: tenants.bounds) {
                take([bound])
            } else if verdict.reasons.allowsAnnouncing {
                announced.insert(verdict.prefix)
            }
        }
        var isEligible = !announced.isEmpty
        if selection.entries.isEmpty {
            let verdict = policy.eligibility(address, of: facts, policy: trafficPolicy, entry: nil, rule: nil)
            take(verdict.reasons)
            isEligible = verdict.reasons.allowsAnnouncing
        }
        let isWanted = isEligible && !selection.entries.isEmpty
        if !isWanted {
            let justifying = others.filter { other in
                other != facts.key && contributes(other, address.address, to: peer)
            }
            if !justifying.isEmpty {
                reasons.append(.address(.announcedForOthers(address: address.address, services: justifying.sorted())))
            }
        }
        return Decision(
            node: configuration.nodeName,
            peer: peer.id,
            service: facts.key,
            address: address,
            policy: trafficPolicy,
            isSelected: !selection.entries.isEmpty,
            isEligible: isEligible,
            prefixes: (isWanted ? announced : possible).sorted(),
            reasons: reasons
        )
    }

    /// Whether another Service makes the same address known to the peer.
    private func contributes(_ service: ObjectKey, _ address: IPAddress, to peer: PeerPolicy) -> Bool {
        services.candidates(of: service).contains { candidate in
            candidate.prefix.contains(address) && isAnnounced(candidate, of: service, to: peer.group)
        }
    }
}

extension ServiceRule {
    /// What became of the entry's aggregation.
    func aggregationReason(
        _ address: ServiceAddress,
        policy: Service.TrafficPolicy,
        entry: EntryReference
    ) -> [Reason] {
        guard aggregationLength(address.address.family) != nil else { return [] }
        switch policy {
        case .cluster: return [.prefix(.aggregated(entry, prefix(address.address, policy: policy)))]
        case .local: return [.prefix(.aggregationIgnored(entry, policyField: address.kind.policyField))]
        }
    }
}
