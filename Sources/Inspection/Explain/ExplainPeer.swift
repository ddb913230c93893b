import BGPEngine
import BGPResources
import BGPTypes
import KubeModel
import Planning
import SpeakerAPI

/// Explains the sessions of all nodes with a peer, named as in the configuration or by its address; empty when there is
/// none.
package func explainPeer(_ name: String, in cluster: ObservedCluster) -> [PeerExplanation] {
    var concerned = cluster
    concerned.nodes = cluster.nodes.filter { node in
        (node.nodeConfig?.spec.bgpInstances ?? []).flatMap(\.peers).contains { $0.isNamed(name) }
    }
    let nodes = concerned.decided(on: cluster.services)
    let podFamilies = nodes.reduce(into: Set<IPFamily>()) { $0.formUnion($1.advertiser.podFamilies) }
    return nodes.flatMap { node in
        (node.configuration.nodeConfig?.spec.bgpInstances ?? []).flatMap { instance in
            instance.peers.filter { $0.isNamed(name) }.map { peer in
                PeerExplainer(node: node, instance: instance, peer: peer, podFamilies: podFamilies).explanation
            }
        }
    }
}

extension BGPNodeConfig.Peer {
    fileprivate func isNamed(_ name: String) -> Bool {
        self.name == name || peerAddress.map { $0.description == name } ?? false
    }
}

/// Explains one session.
private struct PeerExplainer {
    let node: ObservedNode
    let instance: BGPNodeConfig.Instance
    let peer: BGPNodeConfig.Peer
    /// The families in which some node has a pod network to announce.
    let podFamilies: Set<IPFamily>

    private var id: PeerID { PeerID(instance: instance.name, peer: peer.name) }
    private var policy: PeerPolicy? { node.advertiser.policy(of: id) }
    private var status: PeerStatus? { node.comparison?.status(id) }

    var explanation: PeerExplanation {
        var session = status ?? PeerStatus(name: peer.name)
        if session.peerAddress == nil { session.peerAddress = peer.peerAddress }
        return PeerExplanation(
            node: node.name,
            instance: instance.name,
            peer: peer.name,
            localASN: instance.localASN,
            configuredASN: peer.peerASN.flatMap { $0.rawValue == 0 ? nil : $0 },
            peerConfig: peer.peerConfigRef?.name,
            session: session,
            reasons: reasons.map { reason in
                var explained = ExplainedReason(reason)
                // Why a session is down, and what helps, its last error says.
                if case .session(.notEstablished) = reason { explained.fix = status?.lastError?.fix }
                return explained
            },
            families: families,
            differences: differences
        )
    }

    private var reasons: [Reason] {
        var reasons: [Reason] = []
        let comparison = node.comparison ?? WireComparison(configuration: node.configuration, wire: .unknown(node.name))
        if let obstacle = comparison.obstacle(id) {
            reasons.append(obstacle)
        } else if let status, status.peeringState != .established {
            reasons.append(
                .session(
                    .notEstablished(
                        id,
                        node: node.name,
                        state: (status.peeringState ?? .unknown).rawValue,
                        detail: status.lastError?.message
                    )
                )
            )
        }
        if policy?.peerConfigName == nil { reasons.append(.selection(.noPeerConfig(id, node: node.name))) }
        switch node.configuration.gates.drain {
        case .none: break
        case .shuttingDown: reasons.append(.node(.draining(node: node.name)))
        case .drained: reasons.append(.node(.drained(node: node.name)))
        }
        if let detail = node.configuration.gates.dataPath.obstacle {
            reasons.append(.node(.dataPathNotReady(node: node.name, detail: detail)))
        }
        return reasons
    }

    private var families: [ExplainedFamily] {
        guard let policy, let peerConfig = policy.peerConfigName else { return [] }
        let sources = node.advertiser.sources(ofGroup: policy.group)
        let sent = node.comparison?.sent(to: id)
        return policy.families.map { family in
            let wanted = sources.filter { $0.key.family == family.family }
            let wire = family.family.routeFamily
            let negotiated = status?.negotiated.map { $0.families.contains(wire) }
            let count = status?.routeCount.first { $0.family == wire }
            var reasons: [Reason] = []
            if let selector = family.selector {
                if node.advertiser.advertisements(of: family).isEmpty {
                    reasons.append(
                        .selection(
                            .noMatchingAdvertisement(
                                family.family,
                                peerConfig: peerConfig,
                                selector: selector,
                                field: family.field
                            )
                        )
                    )
                }
            } else {
                reasons.append(
                    .selection(.familySelectsNothing(family.family, peerConfig: peerConfig, field: family.field))
                )
            }
            reasons += node.advertiser.idleEntryReasons(of: family, to: id)
            reasons += node.advertiser.podNetworkReasons(of: family, to: id, among: podFamilies)
            if negotiated == false {
                reasons.append(.session(.familyNotNegotiated(family.family, id, node: node.name)))
            }
            if let reason = count?.nextHopReason(of: id.peer, in: id.instance, on: node.name) { reasons.append(reason) }
            return ExplainedFamily(
                family: wire.description,
                negotiated: negotiated,
                selector: family.selector?.description,
                advertisements: node.advertiser.advertisements(of: family).map { advertisement in
                    ExplainedAdvertisement(
                        name: advertisement,
                        routes: wanted.values.count { $0.contains { $0.entry.advertisement == advertisement } }
                    )
                },
                wanted: wanted.count,
                announced: sent.map { $0.count { $0.family == wire.description } },
                received: count?.received,
                notKept: count?.notKept,
                nextHop: count?.nextHop,
                reasons: reasons.map(ExplainedReason.init)
            )
        }
    }

    /// What is wanted and not sent, sent and not wanted, or sent with other attributes, by reason.
    private var differences: [ExplainedDifference]? {
        guard let comparison = node.comparison, let sent = comparison.sent(to: id) else { return nil }
        let routes = node.advertiser.routes(of: id)
        let known = Dictionary(sent.map { ($0.prefix, $0) }, uniquingKeysWith: { first, _ in first })
        var found: [(reason: Reason, prefixes: [IPPrefix])] = []
        func add(_ reason: Reason, _ prefix: IPPrefix) {
            if let index = found.firstIndex(where: { $0.reason == reason }) {
                found[index].prefixes.append(prefix)
            } else {
                found.append((reason, [prefix]))
            }
        }
        let absences = comparison.absences(to: id)
        for route in routes {
            guard let sent = known[route.prefix] else {
                add(absences.reason(for: route.prefix), route.prefix)
                continue
            }
            let decided = RouteDocument(SourcedRoute(route: route, sources: []), to: id)
            if let detail = WireComparison.difference(sent, from: decided) {
                add(.session(.attributesDiffer(id, node: node.name, detail: detail)), route.prefix)
            }
        }
        let wanted = Set(routes.map(\.prefix))
        for route in sent where !wanted.contains(route.prefix) {
            add(.session(.olderConfiguration(node: node.name)), route.prefix)
        }
        return found.map { reason, prefixes in
            ExplainedDifference(
                reason: ExplainedReason(reason),
                count: prefixes.count,
                prefixes: Array(prefixes.sorted().prefix(10))
            )
        }
    }
}

extension NodeWire {
    fileprivate static func unknown(_ node: String) -> NodeWire { NodeWire(peers: NodePeers(node: node, peers: [])) }
}

extension RouteDocument {
    /// Whether it stands for addresses of a device, which only the speaker knows.
    var isOfInterface: Bool {
        let sources = sources ?? []
        return !sources.isEmpty && sources.allSatisfy { $0.type == BGPAdvertisement.EntryType.interface.rawValue }
    }
}
