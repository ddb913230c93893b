extension Advertiser {
    /// Why entries of type PodCIDR announce nothing of the node, each reason once.
    ///
    /// Of a node with networks of one family it is not said here that it has none of the other.
    package var podNetworkObstacles: [Reason] {
        // Mostly there is none, or one among many, which are not put in order for that.
        guard policy.entries.contains(where: \.isOfPodNetworks) else { return [] }
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
}

extension CompiledEntry {
    fileprivate var isOfPodNetworks: Bool {
        guard case .podCIDR = source else { return false }
        return true
    }
}
