package import BGPEngine
import KubeModel
package import Planning

/// What a change of configuration does to the session with one peer.
package enum SessionEffect: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// Nothing at all.
    case none = "None"
    /// The session stays, UPDATEs say what differs.
    case updateOnly = "UpdateOnly"
    /// The session is closed and opened once.
    case reset = "Reset"
    /// The session ends, and a new one takes its place: another peer, or another instance.
    case recreate = "Recreate"
    /// There was none.
    case added = "Added"
    /// There is none any more.
    case removed = "Removed"

    /// The effect as a finding, such as `SessionReset`.
    var code: ReasonCode { ReasonCode(rawValue: "Session\(rawValue)") }

    /// The gentlest first.
    package static func < (left: SessionEffect, right: SessionEffect) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// Whether traffic over the session can be interrupted.
    package var isDisruptive: Bool { self != .none && self != .updateOnly && self != .added }
}

/// What a change does to the session with one peer.
package struct PeerEffect: Hashable, Sendable {
    package let peer: PeerID
    /// What happens.
    package let effect: SessionEffect
}

/// What leads from one plan of a node's sessions to another, for every peer of either, in the order of the new plan and
/// then of the old.
///
/// The rules are those of the transport (`ConfigurationChange`): the same comparison that will be applied is reported.
/// `changedRoutes` names the peers whose routes differ.
package func sessionEffects(
    from old: [InstancePlan],
    to new: [InstancePlan],
    changedRoutes: Set<PeerID> = []
) -> [PeerEffect] {
    let before = sessions(old)
    let after = sessions(new)
    let changes = ConfigurationChange.changes(
        from: old.compactMap(\.configuration),
        to: new.compactMap(\.configuration)
    )
    var removed: Set<PeerID> = []
    var added: Set<PeerID> = []
    var reset: Set<PeerID> = []
    for change in changes {
        switch change {
        case .removeInstance, .addInstance: break
        case .removePeer(let peer): removed.insert(peer)
        case .addPeer(let peer, _): added.insert(peer)
        case .resetPeer(let peer, _): reset.insert(peer)
        }
    }
    let order = new.flatMap { $0.peers.map(\.id) }
    let configured = Set(order)
    let previous = old.flatMap { $0.peers.map(\.id) }
    let known = Set(previous)
    return (order + previous.filter { !configured.contains($0) }).map { peer in
        let effect: SessionEffect
        switch (before.contains(peer), after.contains(peer)) {
        // Down before and after; a peer that comes or goes does so all the same.
        case (false, false): effect = !known.contains(peer) ? .added : configured.contains(peer) ? .none : .removed
        case (false, true): effect = .added
        case (true, false): effect = .removed
        case (true, true):
            if removed.contains(peer) || added.contains(peer) {
                effect = .recreate
            } else if reset.contains(peer) {
                effect = .reset
            } else {
                effect = changedRoutes.contains(peer) ? .updateOnly : .none
            }
        }
        return PeerEffect(peer: peer, effect: effect)
    }
}

/// The peers that may have a session: those that run and are not held down.
private func sessions(_ plans: [InstancePlan]) -> Set<PeerID> {
    Set(
        plans.compactMap(\.configuration).flatMap { instance in
            instance.peers.filter { $0.heldDown == nil }
                .map { PeerID(instance: instance.name, peer: $0.configuration.name) }
        }
    )
}
