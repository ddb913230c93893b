package import BGPEngine
package import BGPTypes
import KubeModel

extension Advertiser {
    /// Why entries of type PodCIDR announce nothing of the node, each reason once.
    ///
    /// Of a node with networks of one family it is not said here that it has none of the other.
    package var podNetworkObstacles: [Reason] {
        // Mostly there is none, or one among many, which are not put in order for that.
        guard policy.rules.contains(where: \.isOfPodNetworks) else { return [] }
        var found: [Reason] = []
        let decisions = entryDecisions { $1.isOfPodNetworks }
        for decision in decisions where decision.reasons.contains(.selection(.selected(decision.entry))) {
            for reason in decision.reasons where !found.contains(reason) {
                switch reason {
                case .prefix(.noPodCIDR(_, _, _, let answer)): if answer.networks.isEmpty { found.append(reason) }
                case .prefix(.invalidPodCIDR): found.append(reason)
                default: continue
                }
            }
        }
        return found
    }

    /// The families of the networks that entries of type PodCIDR lead to on the node.
    package var podFamilies: Set<IPFamily> {
        let networks = policy.orderedRules.map { policy.rules[$0] }.filter(\.isOfPodNetworks)
            .flatMap { policy.prefixes(of: $0, configuration) }
        return Set(networks.map(\.prefix.family))
    }

    /// Why entries of type PodCIDR that a family carries announce nothing of the node to a peer.
    ///
    /// A node that has networks of other families misses this one where another node has it: `families` are those that some
    /// node has.
    package func podNetworkReasons(of family: FamilyPolicy, to peer: PeerID, among families: Set<IPFamily>) -> [Reason]
    {
        let names = Set(policy.advertisements(family))
        let decisions = entryDecisions().filter { decision in
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

    /// The entries of type PodCIDR by which a network of the Node would be announced to a peer if they took it from there.
    package func otherPodNetworkReasons(of prefix: IPPrefix, to peer: PeerID) -> [Reason] {
        let ofNode = (configuration.node?.podCIDRs ?? []).compactMap(IPPrefix.init(podCIDR:))
        guard ofNode.contains(prefix), let group = policy.peers.first(where: { $0.id == peer })?.group else {
            return []
        }
        return policy.orderedRules.compactMap { index in
            let entry = policy.rules[index]
            guard case .podCIDR(let source) = entry.source, entry.matchesNode,
                policy.groups(of: index, prefix.family).contains(group)
            else { return nil }
            let answer = configuration.podNetworkAnswer(source)
            let isTaken = answer.networks.contains { IPPrefix(podCIDR: $0.text) == prefix }
            guard answer.source != .node, !isTaken else { return nil }
            return .prefix(.otherPodCIDR(entry.reference, node: configuration.nodeName, prefix, answer.source))
        }
    }
}

extension PolicyRule {
    fileprivate var isOfPodNetworks: Bool {
        guard case .podCIDR = source else { return false }
        return true
    }
}
