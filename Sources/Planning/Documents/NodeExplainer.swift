import Addressing
import BGPEngine
import BGPResources
import KubeModel

/// Explains a Service on one node.
struct NodeExplainer {
    let advertiser: Advertiser
    let wire: NodeWire?
    let asPolicy: Service.TrafficPolicy?

    func explain(_ service: ObjectKey) -> ExplainedNode {
        let configuration = advertiser.configuration
        let now = advertiser.decisions(of: service, asPolicy: asPolicy)
        let cluster = wanted(advertiser.decisions(of: service, asPolicy: .cluster))
        let local = wanted(advertiser.decisions(of: service, asPolicy: .local))
        let addresses = advertiser.services[service]?.addresses ?? []
        return ExplainedNode(
            name: configuration.nodeName,
            clusterConfig: configuration.nodeConfig?.metadata.controller?.name,
            endpoints: endpoints(service, Set(addresses.map(\.address.family)).sorted()),
            reasons: nodeReasons.map(ExplainedReason.init),
            addresses: addresses.map { address in
                let decisions = now.filter { $0.address == address }
                var reasons: [Reason] = []
                for reason in decisions.flatMap(\.reasons) where !reasons.contains(reason) { reasons.append(reason) }
                return ExplainedVerdict(
                    address: address.address,
                    kind: address.kind,
                    now: Verdict(decisions.contains(where: \.isWanted)),
                    underCluster: Verdict(cluster.contains(address)),
                    underLocal: Verdict(local.contains(address)),
                    reasons: reasons.map(ExplainedReason.init),
                    peers: decisions.map(explain)
                )
            }
        )
    }

    private func wanted(_ decisions: [Decision]) -> Set<ServiceAddress> {
        Set(decisions.filter(\.isWanted).map(\.address))
    }

    /// What holds whatever the address.
    private var nodeReasons: [Reason] {
        let configuration = advertiser.configuration
        guard let nodeConfig = configuration.nodeConfig else {
            return [.noClusterConfig(node: configuration.nodeName)]
        }
        guard nodeConfig.spec.bgpInstances.contains(where: { !$0.peers.isEmpty }) else {
            return [.noPeers(node: configuration.nodeName)]
        }
        return []
    }

    private func endpoints(_ service: ObjectKey, _ families: [IPFamily]) -> [ExplainedEndpoints] {
        families.compactMap { family in
            advertiser.services[service].map { facts in
                let tally = facts.endpoints(family)
                return ExplainedEndpoints(family: family.word, onNode: tally.local, inCluster: tally.everywhere)
            }
        }
    }

    private func explain(_ decision: Decision) -> ExplainedPeer {
        ExplainedPeer(
            instance: decision.peer.instance,
            peer: decision.peer.peer,
            selected: decision.isSelected,
            eligible: decision.isEligible,
            verdict: Verdict(decision.isWanted),
            prefixes: decision.prefixes,
            wire: wireState(decision)
        )
    }

    private func wireState(_ decision: Decision) -> ExplainedWire? {
        guard let wire else { return nil }
        let status = wire.peers.peers.first {
            $0.instance == decision.peer.instance && $0.status.name == decision.peer.peer
        }?.status
        let state = status?.peeringState ?? .unknown
        let routes = wire.advertised.map { routes in
            routes.routes.filter { route in
                route.instance == decision.peer.instance && route.peer == decision.peer.peer
                    && decision.prefixes.contains(route.prefix)
            }
        }
        let isAnnounced = routes.map { !$0.isEmpty && state == .established }
        return ExplainedWire(
            sessionState: state,
            announced: isAnnounced,
            since: isAnnounced == true ? routes?.compactMap(\.since).min() : nil,
            difference: difference(decision, status, state: state, isAnnounced: isAnnounced).map(ExplainedReason.init)
        )
    }

    /// Why the wire is not as decided.
    private func difference(
        _ decision: Decision,
        _ status: PeerStatus?,
        state: PeeringState,
        isAnnounced: Bool?
    ) -> Reason? {
        let node = advertiser.configuration.nodeName
        if decision.isWanted, state != .established {
            return sessionObstacle(decision.peer)
                ?? .sessionNotEstablished(
                    decision.peer,
                    node: node,
                    state: state.rawValue,
                    detail: status?.lastError?.message
                )
        }
        guard let isAnnounced, isAnnounced != decision.isWanted else { return nil }
        // A hypothetical verdict is not what the speaker runs.
        if asPolicy != nil { return nil }
        guard decision.isWanted else {
            let isForOthers = decision.reasons.contains { reason in
                if case .announcedForOthers = reason { true } else { false }
            }
            return isForOthers ? nil : .olderConfiguration(node: node)
        }
        let family = decision.address.address.family
        let wanted: AddressFamily = family == .ipv4 ? .ipv4Unicast : .ipv6Unicast
        if let negotiated = status?.negotiated, !negotiated.families.contains(wanted) {
            return .familyNotNegotiated(family, decision.peer, node: node)
        }
        return .notAnnouncedYet(decision.peer, node: node)
    }

    /// What keeps the session down on purpose.
    private func sessionObstacle(_ peer: PeerID) -> Reason? {
        let plans = planSessions(advertiser.configuration)
        guard let instance = plans.first(where: { $0.name == peer.instance }) else { return nil }
        return instance.obstacles.first ?? instance.peers.first { $0.id == peer }?.obstacle
    }
}
