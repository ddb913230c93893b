extension Advertiser {
    /// Why entries of type PodCIDR announce nothing of the node, each reason once.
    ///
    /// Of a node with networks of one family it is not said here that it has none of the other.
    package var podNetworkObstacles: [Reason] {
        var found: [Reason] = []
        let decisions = entryDecisions { _, entry in
            guard case .podCIDR = entry.source else { return false }
            return true
        }
        for decision in decisions where decision.reasons.contains(.selected(decision.entry)) {
            for reason in decision.reasons where !found.contains(reason) {
                switch reason {
                case .noPodCIDR(_, _, _, let answer): if answer.networks.isEmpty { found.append(reason) }
                case .invalidPodCIDR: found.append(reason)
                default: continue
                }
            }
        }
        return found
    }
}
