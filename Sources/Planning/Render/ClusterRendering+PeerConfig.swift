import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import PlainText

extension ClusterRendering {
    /// The password Secret of a PeerConfig: what is wrong with it, or nil when nothing is.
    func secretObstacle(_ peerConfig: BGPPeerConfig) -> Reason? {
        peerConfig.spec.authSecretRef.flatMap { secret in
            snapshot.secrets.obstacle(secret, peerConfig: peerConfig.metadata.name)
        }
    }

    /// Families of a PeerConfig to which nothing can be advertised, each with why.
    func emptyFamilies(_ peerConfig: BGPPeerConfig) -> [Reason] {
        let labels = snapshot.advertisements.map { $0.metadata.labels ?? [:] }
        let name = peerConfig.metadata.name
        return peerConfig.spec.families.enumerated().compactMap { index, entry in
            let family: IPFamily
            switch entry.family {
            case .ipv4Unicast: family = .ipv4
            case .ipv6Unicast: family = .ipv6
            default: return nil
            }
            let field = FieldPath("spec.families").index(index).field("advertisements")
            guard let selector = entry.advertisements else {
                return .selection(.familySelectsNothing(family, peerConfig: name, field: field))
            }
            guard !labels.contains(where: selector.matches) else { return nil }
            return .selection(.noMatchingAdvertisement(family, peerConfig: name, selector: selector, field: field))
        }
    }

    /// How many peers of all ClusterConfigs refer to a PeerConfig.
    func usedByPeers(_ peerConfig: BGPPeerConfig) -> Int {
        snapshot.clusterConfigs.flatMap(\.spec.bgpInstances).flatMap(\.peers)
            .filter { $0.peerConfigRef?.name == peerConfig.metadata.name }.count
    }

    func status(_ peerConfig: BGPPeerConfig) -> BGPPeerConfig.Status {
        let faults = snapshot.faults(peerConfig)
        let secret = secretObstacle(peerConfig)
        var empty = emptyFamilies(peerConfig).map(\.message)
        if peerConfig.spec.families.isEmpty {
            empty = ["families is empty, so sessions carry both families and announce nothing"]
        }
        var draft = ConditionDraft(generation: peerConfig.metadata.generation)
        switch (peerConfig.spec.authSecretRef, secret) {
        case (_, .some(let obstacle)):
            draft.state(
                .missingAuthSecret,
                true,
                reason: obstacle.code,
                message: "\(obstacle.message); its peers stay down"
            )
        case (.some(let name), .none):
            draft.state(
                .missingAuthSecret,
                false,
                reason: .authSecretValidated,
                message: "Secret/\(snapshot.secrets.namespace)/\(name) has a password"
            )
        case (.none, .none):
            draft.state(
                .missingAuthSecret,
                false,
                reason: .authSecretNotConfigured,
                message: "authSecretRef is not set"
            )
        }
        draft.state(
            problem: .selectsNothing,
            !empty.isEmpty,
            otherwise: .advertisementsSelected,
            message: empty.isEmpty ? "every family selects a BGPAdvertisement" : empty.asFindings()
        )
        draft.state(deletionsBehind(peerConfig))
        if !faults.isEmpty {
            draft.state(
                .ready,
                false,
                reason: .invalidSpec,
                message: faults.map(\.description).asFindings()
            )
        } else if let secret {
            draft.state(.ready, false, reason: secret.code, message: secret.message)
        } else {
            let message = empty.isEmpty ? "accepted" : "accepted, but \(empty.asFindings())"
            draft.state(.ready, true, reason: .accepted, message: message)
        }
        return BGPPeerConfig.Status(
            conditions: draft.settled(after: peerConfig.status?.conditions, now: moment),
            usedByPeers: usedByPeers(peerConfig)
        )
    }
}
