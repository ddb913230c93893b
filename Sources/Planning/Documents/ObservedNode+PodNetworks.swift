import BGPEngine
import BGPTypes
import KubeModel

extension ObservedNode {
    /// The families of the networks that entries of type PodCIDR lead to on the node.
    var podFamilies: Set<IPFamily> {
        let policy = advertiser.policy
        let networks = policy.orderedEntries.map { policy.entries[$0] }.filter(\.isOfPodNetworks)
            .flatMap { policy.candidates($0, configuration) }
        return Set(networks.map(\.prefix.family))
    }

    /// Why entries of type PodCIDR that a family carries announce nothing of the node to a peer.
    ///
    /// A node that has networks of other families misses this one where another node has it: `families` are those that some
    /// node has.
    func podNetworkReasons(of family: FamilyPolicy, to peer: PeerID, among families: Set<IPFamily>) -> [Reason] {
        let names = Set(advertiser.policy.advertisements(family))
        let decisions = advertiser.entryDecisions().filter { decision in
            names.contains(decision.entry.advertisement) && decision.peers.contains(peer)
                && decision.reasons.contains(.selection(.selected(decision.entry)))
        }
        var found: [Reason] = []
        for reason in decisions.flatMap(\.reasons) where !found.contains(reason) {
            switch reason {
            case .prefix(.noPodCIDR(_, _, family.family, let answer)):
                if answer.networks.isEmpty || families.contains(family.family) { found.append(reason) }
            case .prefix(.invalidPodCIDR): found.append(reason)
            default: continue
            }
        }
        return found
    }
}

extension ObservedNode {
    /// The entries of type PodCIDR by which a network of the Node would be announced to a peer if they took it from there.
    func otherPodNetworkReasons(of prefix: IPPrefix, to peer: PeerID) -> [Reason] {
        let policy = advertiser.policy
        let ofNode = (configuration.node?.podCIDRs ?? []).compactMap(IPPrefix.init(podCIDR:))
        guard ofNode.contains(prefix), let group = policy.peers.first(where: { $0.id == peer })?.group else {
            return []
        }
        return policy.orderedEntries.compactMap { index in
            let entry = policy.entries[index]
            guard case .podCIDR(let source) = entry.source, entry.matchesNode,
                policy.groups(of: index, prefix.family).contains(group)
            else { return nil }
            let answer = configuration.podNetworkAnswer(source)
            let isTaken = answer.networks.contains { IPPrefix(podCIDR: $0.text) == prefix }
            guard answer.source != .node, !isTaken else { return nil }
            return .prefix(.otherPodCIDR(entry.reference, node: name, prefix, answer.source))
        }
    }
}

extension CompiledEntry {
    /// Whether it announces networks of the node's pods.
    fileprivate var isOfPodNetworks: Bool {
        guard case .podCIDR = source else { return false }
        return true
    }
}
