import BGPEngine
import BGPResources
import BGPTypes
import KubeModel
import Planning
import SpeakerAPI

/// Explains a Service on one node.
struct NodeExplainer {
    let advertiser: Advertiser
    let comparison: WireComparison?
    let asPolicy: Service.TrafficPolicy?
    let lacksClusterConfigs: Bool

    func explain(_ service: ObjectKey) -> ExplainedNode {
        let configuration = advertiser.configuration
        let now = advertiser.decisions(of: service)
        let cluster = advertiser.decisions(of: service, asPolicy: .cluster)
        let local = advertiser.decisions(of: service, asPolicy: .local)
        let asked = asPolicy.map { $0 == .cluster ? cluster : local }
        let addresses = advertiser.facts(of: service)?.addresses ?? []
        return ExplainedNode(
            name: configuration.nodeName,
            clusterConfig: configuration.nodeConfig?.metadata.controller?.name,
            endpoints: endpoints(service, Set(addresses.map(\.address.family)).sorted()),
            reasons: configuration.absenceReasons(lacksClusterConfigs: lacksClusterConfigs).map(ExplainedReason.init),
            addresses: addresses.map { address in
                var reasons: [Reason] = []
                for reason in (asked ?? now).filter({ $0.address == address }).flatMap(\.reasons)
                where !reasons.contains(reason) { reasons.append(reason) }
                return ExplainedVerdict(
                    address: address.address,
                    kind: address.kind,
                    now: verdict(now, on: address),
                    asked: asked.map { verdict($0, on: address) },
                    underCluster: verdict(cluster, on: address),
                    underLocal: verdict(local, on: address),
                    reasons: reasons.map(ExplainedReason.init),
                    peers: now.filter { $0.address == address }.map(explain)
                )
            }
        )
    }

    private func verdict(_ decisions: [Decision], on address: ServiceAddress) -> Verdict {
        Verdict(decisions.contains { $0.address == address && $0.isWanted })
    }

    private func endpoints(_ service: ObjectKey, _ families: [IPFamily]) -> [ExplainedEndpoints] {
        families.compactMap { family in
            advertiser.facts(of: service).map { facts in
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
        guard let comparison else { return nil }
        let routes = comparison.sent(to: decision.peer)?.filter { decision.prefixes.contains($0.prefix) }
        let isAnnounced = routes.map { !$0.isEmpty }
        return ExplainedWire(
            sessionState: comparison.state(decision.peer),
            announced: isAnnounced,
            since: isAnnounced == true ? routes?.compactMap(\.since).min() : nil,
            difference: difference(
                comparison,
                decision,
                isAnnounced: isAnnounced,
                isForOthers: routes?.contains { Self.isForOthers($0, than: decision.service) } ?? false
            ).map(ExplainedReason.init)
        )
    }

    /// Whether a route on the wire comes from something else as well: another Service, an aggregate, a list of prefixes.
    private static func isForOthers(_ route: RouteDocument, than service: ObjectKey) -> Bool {
        route.sources?.contains { $0.object != service.description || $0.address == nil } ?? false
    }

    /// Why the wire is not as decided.
    private func difference(
        _ comparison: WireComparison,
        _ decision: Decision,
        isAnnounced: Bool?,
        isForOthers: Bool
    ) -> Reason? {
        if decision.isWanted, comparison.state(decision.peer) != .established {
            return comparison.absence(of: decision.prefixes, to: decision.peer)
        }
        guard let isAnnounced, isAnnounced != decision.isWanted else { return nil }
        guard decision.isWanted else {
            let isShared = decision.reasons.contains { reason in
                if case .address(.announcedForOthers) = reason { true } else { false }
            }
            // The Service itself may bring the prefix by an address of another kind, or by another one in an aggregate.
            let isDecided = decision.prefixes.contains { !advertiser.sources(of: $0, to: decision.peer).isEmpty }
            return isShared || isForOthers || isDecided
                ? nil : .session(.olderConfiguration(node: comparison.configuration.nodeName))
        }
        return comparison.absence(of: decision.prefixes, to: decision.peer)
    }
}
