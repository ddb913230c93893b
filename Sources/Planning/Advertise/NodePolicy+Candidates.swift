import BGPResources
import BGPTypes
import KubeModel

extension NodePolicy {
    /// What a Service contributes to the node's routes.
    func candidates(_ facts: ServiceFacts) -> [RouteCandidate] {
        candidates(facts, by: serviceRules)
    }

    /// What a Service contributes to the node's routes by some entries of type Service that hold on the node.
    func candidates(_ facts: ServiceFacts, by serviceRules: some Sequence<Int>) -> [RouteCandidate] {
        verdicts(facts, by: serviceRules).candidates
    }

    /// What a Service contributes by some entries of type Service that hold on the node, and why what they select of it
    /// besides is not announced by any of them.
    func verdicts(
        _ facts: ServiceFacts,
        by serviceRules: some Sequence<Int>
    ) -> (candidates: [RouteCandidate], unannounced: [Reason]) {
        guard !facts.addresses.isEmpty || !facts.findings.isEmpty else { return ([], []) }
        var candidates: [RouteCandidate] = []
        var refused: [(address: ServiceAddress, reasons: [Reason])] = []
        var unannounced: [Reason] = []
        for index in serviceRules {
            let entry = rules[index]
            guard let rule = entry.serviceRule, rule.selector?.matches(facts.label) ?? false else { continue }
            for address in facts.addresses where rule.takes(address) {
                guard !groups(of: index, address.address.family).isEmpty else { continue }
                let verdict = eligibility(
                    address,
                    of: facts,
                    policy: facts.policy(address.kind),
                    entry: entry,
                    rule: rule
                )
                guard verdict.reasons.allowsAnnouncing else {
                    refused.append((address, verdict.reasons))
                    continue
                }
                candidates.append(
                    RouteCandidate(rule: index, prefix: verdict.prefix, origin: .address(address))
                )
            }
            for finding in facts.findings where finding.findingKind.map(rule.kinds.contains) ?? false {
                unannounced.append(finding)
            }
        }
        for (address, reasons) in refused
        where !reasons.contains(where: { $0.leavesItToOthers || $0.holdsOnEveryNode }) {
            let isAnnounced = candidates.contains { $0.origin == .address(address) }
            if !isAnnounced { unannounced += reasons.filter { $0.effect == .prevents } }
        }
        return (candidates, unannounced)
    }

    /// Whether an address may be announced by the node for an entry that selects it, as which prefix, and why.
    func eligibility(
        _ address: ServiceAddress,
        of facts: ServiceFacts,
        policy: Service.TrafficPolicy,
        entry: PolicyRule?,
        rule: ServiceRule?
    ) -> (prefix: IPPrefix, reasons: [Reason]) {
        var reasons = facts.eligibilityReasons(address, on: standing)
        reasons.append(
            facts.endpointReason(
                address,
                policy: policy,
                on: standing,
                unlessWaivedBy: rule?.announcesWithoutEndpoints ?? false ? entry?.reference : nil
            )
        )
        let prefix = rule?.prefix(address.address, policy: policy) ?? IPPrefix(host: address.address)
        if let reason = standing.drainReason(prefix) { reasons.append(reason) }
        return (prefix, reasons)
    }

    /// What an entry of any other type contributes.
    func candidates(of index: Int, _ configuration: NodeConfiguration) -> [RouteCandidate] {
        let entry = rules[index]
        guard entry.matchesNode else { return [] }
        var candidates: [RouteCandidate] = []
        for (prefix, origin) in prefixes(of: entry, configuration) {
            guard !groups(of: index, prefix.family).isEmpty else { continue }
            guard poolReasons(entry, prefix).allowsAnnouncing else { continue }
            candidates.append(RouteCandidate(rule: index, prefix: prefix, origin: origin))
        }
        return candidates
    }

    /// What the entries of all types but Service contribute.
    func candidates(_ configuration: NodeConfiguration) -> some Sequence<RouteCandidate> {
        orderedRules.lazy.flatMap { candidates(of: $0, configuration) }
    }

    /// A pool's networks draw traffic to load balancer addresses, so what holds for those holds for them.
    func poolReasons(_ entry: PolicyRule, _ prefix: IPPrefix) -> [Reason] {
        guard case .pools = entry.source else { return [] }
        return standing.reasons(.loadBalancerIP) + (standing.drainReason(prefix).map { [$0] } ?? [])
    }

    /// The prefixes that an entry of a type other than Service leads to on this node, sorted, each once.
    func prefixes(
        of entry: PolicyRule,
        _ configuration: NodeConfiguration
    ) -> [(prefix: IPPrefix, origin: RouteCandidate.Origin)] {
        switch entry.source {
        case .service:
            return []
        case .podCIDR(let source):
            let answer = configuration.podNetworkAnswer(source)
            let networks = answer.networks.compactMap { network in
                IPPrefix(podCIDR: network.text).map { ($0, network.object) }
            }
            return Dictionary(networks, uniquingKeysWith: { min($0, $1) }).sorted { $0.key < $1.key }
                .map { ($0.key, .podNetwork(answer.source, object: $0.value)) }
        case .interface(let name):
            let addresses = configuration.interfaces.filter { $0.name == name }.flatMap(\.addresses)
            return Set(addresses.filter(\.isAnnounceable).map(IPPrefix.init(host:))).sorted()
                .map { ($0, .interface(name)) }
        case .prefixes(let prefixes):
            return prefixes.map { ($0, .list) }
        case .pools(let selector):
            guard let selector else { return [] }
            return configuration.pools.filter { selector.matches($0.labels) }.sorted { $0.name < $1.name }
                .flatMap { pool in Set(pool.networks).sorted().map { ($0, .pool(pool.name)) } }
        }
    }
}

extension IPPrefix {
    /// A pod network as Kubernetes writes it; host bits are cleared, as Kubernetes itself does.
    init?(podCIDR text: String) {
        if let prefix = IPPrefix(text) {
            self = prefix
            return
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0])), let length = UInt8(parts[1]) else {
            return nil
        }
        self.init(masking: address, length: length)
    }
}

extension IPAddress {
    /// Whether an address of a device makes sense elsewhere: 169.254/16 does (it is used on purpose), fe80::/10 does not.
    var isAnnounceable: Bool {
        if isUnspecified || isLoopback || isMulticast { return false }
        guard case .v6(let address) = self else { return true }
        return !address.isLinkLocal && !address.isIPv4Mapped
    }
}
