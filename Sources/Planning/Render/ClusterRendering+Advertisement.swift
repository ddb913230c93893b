import BGPResources
import KubeJSON
import KubeModel
import PlainText

extension ClusterRendering {
    /// Entries of an Advertisement whose absent selector selects nothing.
    func selectorlessEntries(_ advertisement: BGPAdvertisement) -> [Reason] {
        advertisement.spec.advertisements.enumerated().compactMap { index, entry in
            guard entry.advertisementType.takesSelector, entry.selector == nil else { return nil }
            return .selection(.selectorAbsent(EntryReference(advertisement: advertisement.metadata.name, index: index)))
        }
    }

    /// The PeerConfigs that select an Advertisement for some family, sorted.
    func peerConfigs(selecting advertisement: BGPAdvertisement) -> [BGPPeerConfig] {
        let labels = advertisement.metadata.labels ?? [:]
        return snapshot.peerConfigs.filter { peerConfig in
            peerConfig.spec.families.contains { $0.advertisements?.matches(labels) ?? false }
        }
    }

    func status(_ advertisement: BGPAdvertisement) -> BGPAdvertisement.Status {
        let faults = snapshot.faults(advertisement)
        let empty = selectorlessEntries(advertisement).map(\.message)
        let users = peerConfigs(selecting: advertisement)
        var draft = ConditionDraft(generation: advertisement.metadata.generation)
        draft.state(
            problem: .selectsNothing,
            !empty.isEmpty,
            otherwise: .selectorsPresent,
            message: empty.isEmpty ? "every entry that needs a selector has one" : empty.asFindings()
        )
        draft.state(
            problem: .noMatchingPeerConfig,
            users.isEmpty,
            otherwise: .peerConfigsMatched,
            message: users.isEmpty
                ? "no BGPPeerConfig selects these labels, so no peer is told"
                : "selected by \(users.map(\.metadata.name).asSentence())"
        )
        let gaps = podNetworkGaps(of: advertisement).map(\.message)
        draft.state(
            problem: .noPodCIDR,
            !gaps.isEmpty,
            otherwise: .podCIDRsFound,
            message: gaps.isEmpty ? "no entry of type PodCIDR misses a network" : gaps.asFindings()
        )
        draft.state(deletionsBehind(advertisement))
        if faults.isEmpty {
            let lacks = empty + gaps
            let message = lacks.isEmpty ? "accepted" : "accepted, but \(lacks.asFindings())"
            draft.state(.ready, true, reason: .accepted, message: message)
        } else {
            draft.state(
                .ready,
                false,
                reason: .invalidSpec,
                message: faults.map(\.description).asFindings()
            )
        }
        let types = Set(advertisement.spec.advertisements.map(\.advertisementType.rawValue)).sorted()
        return BGPAdvertisement.Status(
            conditions: draft.settled(after: advertisement.status?.conditions, now: moment),
            types: types.joined(separator: ","),
            usedByPeers: users.map(usedByPeers).reduce(0, +)
        )
    }
}
