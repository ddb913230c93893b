/// What applying a new set of instances does to the running ones, and no more than that.
///
/// - Different AS, router id or port of an instance: the instance is recreated, all its peers with it.
/// - Different address or AS of a peer: the peer is removed and added.
/// - Anything else of a peer: its session is reset once.
package enum ConfigurationChange: Hashable, Sendable {
    /// The instance is gone or about to be recreated.
    case removeInstance(String)
    /// The instance is new or recreated; its peers follow as `addPeer`.
    case addInstance(String)
    /// The peer is gone or about to be added again.
    case removePeer(PeerID)
    /// The peer is new.
    case addPeer(PeerID, InstanceConfiguration.Peer)
    /// The peer takes another configuration; an open session ends with Cease/6.
    case resetPeer(PeerID, InstanceConfiguration.Peer)

    /// The changes that lead from one set of instances to another, removals first, in the order of the new set.
    package static func changes(
        from old: [InstanceConfiguration],
        to new: [InstanceConfiguration]
    ) -> [ConfigurationChange] {
        var changes: [ConfigurationChange] = []
        for instance in old where new.first(where: { $0.name == instance.name }).map(instance.isSameRouter) != true {
            changes += instance.peers.map { .removePeer(PeerID(instance: instance.name, peer: $0.configuration.name)) }
            changes.append(.removeInstance(instance.name))
        }
        for instance in new {
            guard let previous = old.first(where: { $0.name == instance.name }), previous.isSameRouter(as: instance)
            else {
                changes.append(.addInstance(instance.name))
                changes += instance.peers.map {
                    .addPeer(PeerID(instance: instance.name, peer: $0.configuration.name), $0)
                }
                continue
            }
            changes += peerChanges(from: previous, to: instance)
        }
        return changes
    }

    private static func peerChanges(
        from old: InstanceConfiguration,
        to new: InstanceConfiguration
    ) -> [ConfigurationChange] {
        let before = Dictionary(old.peers.map { ($0.configuration.name, $0) }, uniquingKeysWith: { first, _ in first })
        let names = Set(new.peers.map(\.configuration.name))
        var removals: [ConfigurationChange] = []
        var rest: [ConfigurationChange] = []
        for peer in old.peers where !names.contains(peer.configuration.name) {
            removals.append(.removePeer(PeerID(instance: new.name, peer: peer.configuration.name)))
        }
        for peer in new.peers {
            let id = PeerID(instance: new.name, peer: peer.configuration.name)
            guard let previous = before[peer.configuration.name] else {
                rest.append(.addPeer(id, peer))
                continue
            }
            if previous == peer { continue }
            if previous.configuration.remote == peer.configuration.remote,
                previous.configuration.remoteAS == peer.configuration.remoteAS
            {
                rest.append(.resetPeer(id, peer))
            } else {
                removals.append(.removePeer(id))
                rest.append(.addPeer(id, peer))
            }
        }
        return removals + rest
    }
}

extension InstanceConfiguration {
    /// Whether both are the same router, whatever their peers.
    package func isSameRouter(as other: InstanceConfiguration) -> Bool {
        name == other.name && localAS == other.localAS && routerID == other.routerID && localPort == other.localPort
    }
}
