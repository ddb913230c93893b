import BGPResources
package import KubeModel
import PlainText

extension ClusterRendering {
    /// What a ClusterConfig follows from that is deleted and still counts: PeerConfigs and their Secrets, and what its nodes have.
    func deletionsBehind(_ config: BGPClusterConfig) -> [PendingDeletion] {
        guard !snapshot.deletions.isEmpty else { return [] }
        let peerConfigs = config.spec.bgpInstances.flatMap(\.peers).compactMap(\.peerConfigRef?.name)
            .compactMap(snapshot.peerConfig)
        let nodes = nodeConfigs(of: config).map(\.metadata.name)
        let objects =
            peerConfigs.map(\.reference) + peerConfigs.compactMap(secret)
            + nodes.map { ObjectReference(kind: BGPNodeConfigOverride.type.kind, name: $0) }
            + nodes.map { ObjectReference(kind: BGPNodeConfig.type.kind, name: $0) }
        return deletions(objects)
    }

    /// What a PeerConfig follows from that is deleted and still counts: its Secret, and Advertisements that it selects.
    func deletionsBehind(_ peerConfig: BGPPeerConfig) -> [PendingDeletion] {
        guard !snapshot.deletions.isEmpty else { return [] }
        let selectors = peerConfig.spec.families.compactMap(\.advertisements)
        let selected = snapshot.advertisements.filter { advertisement in
            selectors.contains { $0.matches(advertisement.metadata.labels ?? [:]) }
        }
        return deletions([secret(peerConfig)].compactMap(\.self) + selected.map(\.reference))
    }

    /// The PeerConfigs that select an Advertisement, and are deleted and still count.
    func deletionsBehind(_ advertisement: BGPAdvertisement) -> [PendingDeletion] {
        guard !snapshot.deletions.isEmpty else { return [] }
        return deletions(peerConfigs(selecting: advertisement).map(\.reference))
    }

    /// The ClusterConfig that an override changes, if it is deleted and still counts.
    func deletionsBehind(_ override: BGPNodeConfigOverride) -> [PendingDeletion] {
        deletions([claims.winner(override.metadata.name)?.reference].compactMap(\.self))
    }

    private func secret(_ peerConfig: BGPPeerConfig) -> ObjectReference? {
        peerConfig.spec.authSecretRef.map {
            ObjectReference(kind: Secret.type.kind, namespace: snapshot.secrets.namespace, name: $0)
        }
    }

    /// Those that have been away for longer than a replacement takes: nobody has to hear of the others.
    private func deletions(_ objects: [ObjectReference]) -> [PendingDeletion] {
        Set(objects).sorted().compactMap { snapshot.deletions[$0] }.filter(\.isOverdue)
    }
}

extension ConditionDraft {
    /// States what is deleted and still counts.
    mutating func state(_ deletions: [PendingDeletion]) {
        let condition = Condition.deletionPending(deletions, observedGeneration: generation)
        state(condition)
    }
}

extension Condition {
    /// Whether something that an object follows from is deleted and still counts, and until when.
    package static func deletionPending(_ deletions: [PendingDeletion], observedGeneration: Int64?) -> Condition {
        Condition(
            .deletionPending,
            ConditionStatus(!deletions.isEmpty),
            deletions.isEmpty ? .nothingDeleted : .objectDeleted,
            deletions.isEmpty ? "nothing that this follows from is deleted" : deletions.map(\.message).asFindings(),
            observedGeneration: observedGeneration
        )
    }
}
