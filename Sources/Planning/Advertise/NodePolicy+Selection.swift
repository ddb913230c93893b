import BGPResources
import BGPTypes
import KubeModel

extension NodePolicy {
    /// Which entries select an address for a peer, and what every step on the way says:
    /// peer, PeerConfig, family, Advertisements, entries.
    func selection(
        _ address: ServiceAddress,
        of facts: ServiceFacts,
        peer: PeerPolicy,
        node: String
    ) -> (entries: [Int], reasons: [Reason]) {
        guard let peerConfig = peer.peerConfigName else {
            return ([], [.selection(.noPeerConfig(peer.id, node: node))])
        }
        guard peer.isPeerConfigPresent else {
            return ([], [.selection(.missingPeerConfig(peerConfig, peer.id, node: node))])
        }
        let family = address.address.family
        let families = peer.families.filter { $0.family == family }
        guard !families.isEmpty else { return ([], [.selection(.familyNotConfigured(family, peerConfig: peerConfig))]) }
        var reasons = families.compactMap { familyReason($0, peerConfig: peerConfig) }
        var selected: [Int] = []
        var hasServiceEntry = false
        for index in rules(of: peer, family) {
            let entry = rules[index]
            guard let rule = entry.serviceRule else { continue }
            hasServiceEntry = true
            let obstacles = entry.obstacles(rule, address, facts, node: node)
            if obstacles.isEmpty {
                selected.append(index)
                reasons.append(.selection(.selected(entry.reference)))
            } else {
                reasons += obstacles
            }
        }
        let names = Set(families.flatMap(advertisements)).sorted()
        if !hasServiceEntry, !names.isEmpty {
            reasons.append(.selection(.noServiceEntry(family, advertisements: names)))
        }
        return (selected, reasons)
    }

    private func familyReason(_ policy: FamilyPolicy, peerConfig: String) -> Reason? {
        guard let selector = policy.selector else {
            return .selection(.familySelectsNothing(policy.family, peerConfig: peerConfig, field: policy.field))
        }
        guard advertisements(policy).isEmpty else { return nil }
        return .selection(
            .noMatchingAdvertisement(
                policy.family,
                peerConfig: peerConfig,
                selector: selector,
                field: policy.field
            )
        )
    }
}

extension PolicyRule {
    /// Everything that keeps the entry from selecting an address.
    func obstacles(_ rule: ServiceRule, _ address: ServiceAddress, _ facts: ServiceFacts, node: String) -> [Reason] {
        var obstacles: [Reason] = []
        if let nodeSelector, !matchesNode {
            obstacles.append(.selection(.entryExcludesNode(reference, nodeSelector, node: node)))
        }
        if let selector = rule.selector {
            if !selector.matches(facts.label) {
                obstacles.append(.selection(.selectorMismatch(reference, selector, service: facts.key)))
            }
        } else {
            obstacles.append(.selection(.selectorAbsent(reference)))
        }
        if !rule.kinds.contains(address.kind) {
            obstacles.append(.selection(.addressKindNotListed(reference, address.kind)))
        } else if !rule.isInNetworks(address) {
            obstacles.append(.selection(.externalIPNotAllowed(reference, address.address, service: facts.key)))
        }
        return obstacles
    }
}
