import BGPEngine
import BGPResources
package import BGPTypes
import KubeModel
import PlainText
import Planning
import SpeakerAPI

/// What is asked about.
package enum RouteTarget: Hashable, Sendable {
    /// A prefix, and no other.
    case prefix(IPPrefix)
    /// The route that traffic to an address follows.
    case address(IPAddress)

    /// The prefix, or the address' host route: what has to do with the answer overlaps it.
    package var range: IPPrefix {
        switch self {
        case .prefix(let prefix): prefix
        case .address(let address): IPPrefix(host: address)
        }
    }
}

/// Explains a prefix from the same decisions that the speakers run.
package func explainRoute(_ target: RouteTarget, in cluster: ObservedCluster) -> RouteExplanation {
    let services = cluster.services(around: target.range)
    let nodes = cluster.decided(on: services)
    let announcers = announcers(nodes)
    var prefix = target.range
    if case .address(let address) = target {
        prefix = announcers.keys.filter { $0.contains(address) }.max { $0.length < $1.length } ?? prefix
    }
    func prefixes(_ isAsked: (IPPrefix) -> Bool) -> [ExplainedPrefix] {
        announcers.filter { $0.key != prefix && isAsked($0.key) }.map {
            ExplainedPrefix(prefix: $0.key, nodes: $0.value)
        }
    }
    let covering = prefixes { $0.contains(prefix) }.sorted { $0.prefix.length > $1.prefix.length }
    // An address that is held back because its Service has too many is one of the Service all the same.
    let facts = services.map { ServiceFacts($0, bounds: .none, classes: .standard) }.sorted { $0.key < $1.key }
    let addresses = facts.flatMap { facts in
        facts.addresses.filter { prefix.contains($0.address) }.map { address in
            ExplainedPrefixAddress(
                namespace: facts.key.namespace ?? "",
                name: facts.key.name,
                address: address.address,
                kind: address.kind,
                policy: facts.policy(address.kind)
            )
        }
    }
    var findings = cluster.pools(holding: prefix, given: addresses)
    if addresses.isEmpty, announcers[prefix] == nil { findings.insert(.prefix(.noSource(prefix)), at: 0) }
    if announcers[prefix] == nil, let larger = covering.first {
        findings.append(.prefix(.covered(prefix, by: larger.prefix, nodes: larger.nodes)))
    }
    let explainer = RouteExplainer(
        prefix: prefix,
        addresses: addresses,
        lacksClusterConfigs: cluster.lacksClusterConfigs
    )
    return RouteExplanation(
        prefix: prefix,
        addresses: addresses,
        findings: findings.map(ExplainedReason.init),
        covering: covering,
        moreSpecific: Array(prefixes(prefix.contains).sorted { $0.prefix < $1.prefix }.prefix(100)),
        nodes: nodes.map(explainer.explain)
    )
}

/// Which nodes want which prefixes announced to anybody.
private func announcers(_ nodes: [ObservedNode]) -> [IPPrefix: [String]] {
    var announcers: [IPPrefix: [String]] = [:]
    for node in nodes {
        for prefix in node.advertiser.wantedPrefixes { announcers[prefix, default: []].append(node.name) }
    }
    return announcers
}

extension ExplainedPrefixAddress {
    fileprivate var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }
}

extension ObservedCluster {
    /// The Services with an address in the prefix, or in an aggregate that covers it.
    fileprivate func services(around prefix: IPPrefix) -> [Service] {
        let lengths = nodes.flatMap(\.advertisements).flatMap(\.spec.advertisements).compactMap { entry in
            entry.service?.aggregationLength(prefix.family).flatMap(UInt8.init(exactly:))
        }
        let length = min(prefix.length, lengths.min() ?? prefix.length)
        guard let range = IPPrefix(masking: prefix.address, length: length) else { return [] }
        return services.filter { service in
            ServiceFacts(service, bounds: .none, classes: .standard).addresses.contains { range.contains($0.address) }
        }
    }

    /// What the pools say that hold the whole prefix.
    fileprivate func pools(holding prefix: IPPrefix, given addresses: [ExplainedPrefixAddress]) -> [Reason] {
        let layouts = pools.map { PoolLayout($0) }.filter { layout in
            layout.ranges.contains { $0.contains(prefix.address) && $0.contains(prefix.lastAddress) }
        }
        let conflicting = Set(pools.filter { !($0.status?.conflicts ?? []).isEmpty }.map(\.metadata.name))
        let node = nodes.lazy.flatMap { node in node.node.map { ForeignRange.of($0, node.podNetworks) } ?? [] }
            .first { $0.range.contains(prefix.address) }
        let owners = addresses.filter { $0.kind == .loadBalancerIP }.map { "Service/\($0.namespace)/\($0.name)" }
        return layouts.sorted(by: PoolLayout.isUsedBefore).map { layout in
            let detail =
                owners.isEmpty
                ? layout.refusal(of: prefix, inConflict: conflicting.contains(layout.name), node: node?.owner)
                : "given to \(owners.asSentence())"
            return .pool(.holds(prefix, pool: layout.name, detail: detail))
        }
    }
}

extension PoolLayout {
    /// Why a prefix that the pool holds belongs to nobody.
    fileprivate func refusal(of prefix: IPPrefix, inConflict: Bool, node: String?) -> String {
        if inConflict { return "the pool is in conflict and hands out nothing" }
        if isDisabled { return "the pool is disabled and hands out nothing" }
        if prefix.isHost, let reservation = reservation(of: prefix.address) { return "kept back: \(reservation.words)" }
        if prefix.isHost, let node { return "spared as an address of \(node)" }
        return "no Service has been given it"
    }
}

/// Explains a prefix on one node.
private struct RouteExplainer {
    let prefix: IPPrefix
    /// The addresses of Services in the prefix.
    let addresses: [ExplainedPrefixAddress]
    let lacksClusterConfigs: Bool

    /// An aggregate can stand for thousands of Services, of which the first few say enough.
    static let shownServices = 10

    func explain(_ node: ObservedNode) -> ExplainedRouteNode {
        let services = Array(Set(addresses.map(\.key))).sorted().prefix(Self.shownServices)
        let decisions = services.flatMap { node.advertiser.decisions(of: $0) }
            .filter { prefix.contains($0.address.address) }
        let entries = node.advertiser.entryDecisions().filter { $0.candidates.contains(prefix) }
        let peers = node.configuration.nodeConfig?.spec.bgpInstances.flatMap { instance in
            instance.peers.map { PeerID(instance: instance.name, peer: $0.name) }
        }
        return ExplainedRouteNode(
            name: node.name,
            clusterConfig: node.configuration.nodeConfig?.metadata.controller?.name,
            reasons: node.configuration.absenceReasons(lacksClusterConfigs: lacksClusterConfigs)
                .map(ExplainedReason.init),
            peers: (peers ?? []).map { explain($0, on: node, decisions, entries) }
        )
    }

    /// Why addresses in the prefix were not looked at on the node.
    private func unread(_ node: ObservedNode) -> [Reason] {
        var found: [Reason] = []
        for address in addresses {
            guard let facts = node.advertiser.facts(of: address.key),
                facts.unlisted[address.kind] != nil,
                !facts.addresses.contains(ServiceAddress(kind: address.kind, address: address.address))
            else { continue }
            for case .limit(.addressesBeyondBound(let service, let kind, let count, let bound)) in facts.findings
            where kind == address.kind {
                let reason = Reason.limit(.addressesBeyondBound(service: service, kind, count: count, bound: bound))
                if !found.contains(reason) { found.append(reason) }
            }
            if found.count >= Self.shownServices { break }
        }
        return found
    }

    private func explain(
        _ peer: PeerID,
        on node: ObservedNode,
        _ decisions: [Decision],
        _ entries: [EntryDecision]
    ) -> ExplainedRoutePeer {
        let route = node.advertiser.route(to: prefix, of: peer)
        let sources = node.advertiser.sources(of: prefix, to: peer)
        var reasons: [Reason] = []
        for reason in decisions.filter({ $0.peer == peer }).flatMap(\.reasons)
            + entries.filter({ $0.peers.contains(peer) }).flatMap(\.reasons) + unread(node)
            + node.advertiser.otherPodNetworkReasons(of: prefix, to: peer)
        where !reasons.contains(reason) { reasons.append(reason) }
        if reasons.isEmpty, route == nil { reasons = [.prefix(.noMatchingAdvertisement(prefix, node: node.name))] }
        let sent = node.comparison?.sent(to: peer)
        let found = sent.map { $0.first { $0.prefix == prefix } }
        return ExplainedRoutePeer(
            instance: peer.instance,
            peer: peer.peer,
            verdict: Verdict(route != nil),
            sources: sources.map(RouteSourceDocument.init),
            attributes: route == nil ? [] : attributes(of: peer, on: node),
            reasons: reasons.map(ExplainedReason.init),
            wire: node.comparison.map { comparison in
                ExplainedWire(
                    sessionState: comparison.state(peer),
                    announced: found.map { $0 != nil },
                    since: found.flatMap { $0 }?.since,
                    difference: difference(
                        comparison,
                        peer,
                        decided: route.map { RouteDocument(SourcedRoute(route: $0, sources: sources), to: peer) },
                        sent: found
                    )
                    .map(ExplainedReason.init)
                )
            },
            sent: found.flatMap { $0 }
        )
    }

    private func attributes(of peer: PeerID, on node: ObservedNode) -> [ExplainedAttribute] {
        node.advertiser.explainedAttributes(of: prefix, to: peer).map { attribute in
            guard attribute.name == ExplainedAttribute.localPreference, node.isExternal(peer) else { return attribute }
            var unsent = attribute
            unsent.sent = false
            return unsent
        }
    }

    /// Why the wire is not as decided; `sent` is nil when nobody knows, and nil inside when it is not sent.
    private func difference(
        _ comparison: WireComparison,
        _ peer: PeerID,
        decided: RouteDocument?,
        sent: RouteDocument??
    ) -> Reason? {
        let node = comparison.configuration.nodeName
        if decided != nil, comparison.state(peer) != .established {
            return comparison.absence(of: [prefix], to: peer)
        }
        guard let sent else { return nil }
        switch (decided, sent) {
        case (nil, nil): return nil
        case (_?, nil): return comparison.absence(of: [prefix], to: peer)
        case (nil, _?): return .session(.olderConfiguration(node: node))
        case (let decided?, let sent?):
            return WireComparison.difference(sent, from: decided)
                .map { .session(.attributesDiffer(peer, node: node, detail: $0)) }
        }
    }
}

extension ObservedNode {
    /// Whether the peer is known to be in another AS.
    fileprivate func isExternal(_ peer: PeerID) -> Bool {
        let instance = configuration.nodeConfig?.spec.bgpInstances.first { $0.name == peer.instance }
        let configured = instance?.peers.first { $0.name == peer.peer }?.peerASN.flatMap { $0.rawValue == 0 ? nil : $0 }
        guard let own = instance?.localASN, let other = comparison?.status(peer)?.peerASN ?? configured else {
            return false
        }
        return other.rawValue != 0 && other != own
    }
}
