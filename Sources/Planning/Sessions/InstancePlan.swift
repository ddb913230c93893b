package import BGPEngine
import BGPResources
package import BGPTypes
package import KubeJSON
import KubeModel

/// What one instance of a node runs with, or why it does not run.
package struct InstancePlan: Hashable, Sendable {
    /// The name, unique on the node.
    package let name: String
    /// The AS, when there is one.
    package let localASN: ASNumber?
    /// The router id, when there is one.
    package let routerID: RouterID?
    /// The port to listen on; only dials when nil.
    package let localPort: UInt16?
    /// What keeps the whole instance down; empty when it runs.
    package let obstacles: [Reason]
    /// The peers in the user's order.
    package let peers: [PeerPlan]

    /// What the transport is given; nil when the instance cannot run.
    ///
    /// Peers without an address are not in it: there is nothing to dial.
    package var configuration: InstanceConfiguration? {
        guard obstacles.isEmpty, let localASN, let routerID else { return nil }
        return InstanceConfiguration(
            name: name,
            localAS: localASN,
            routerID: routerID,
            localPort: localPort,
            peers: peers.compactMap { peer in
                peer.configuration.map { InstanceConfiguration.Peer($0, heldDown: peer.obstacle?.heldDown) }
            }
        )
    }
}

/// What a session with one peer runs with, or why there is none.
package struct PeerPlan: Hashable, Sendable {
    package let id: PeerID
    /// The name of its PeerConfig, if it names one.
    package let peerConfig: String?
    /// The peer's address: written down, or found by auto-discovery.
    package let address: ScopedAddress?
    /// The AS it must be in; 0 takes any.
    package let remoteASN: ASNumber
    /// The address that was found on `sourceInterface`; nil when none was looked for or found.
    package let foundSource: IPAddress?
    /// The session's settings; nil when they cannot be known, as without address.
    package let configuration: PeerConfiguration?
    /// How many prefixes the peer is told in each family at most; nil for as many as there are.
    package let announceLimit: Int?
    /// The families for which its PeerConfig selects Advertisements.
    package let announcing: [IPFamily]
    /// What keeps the session down on purpose; nil when it may come up.
    package let obstacle: Reason?
    /// Settings that are not used as written, with why.
    package let remarks: [FieldError]
}

extension Reason {
    /// How the transport is told to keep a peer down.
    package var heldDown: HeldDown {
        switch self {
        case .session(.authSecretMissing(_, let secret, _)), .session(.authSecretKeyMissing(_, let secret, _)):
            .authSecretMissing(secret)
        case .session(.authSecretUnusable(_, let secret, _, let fault)): .authSecretUnusable(secret, fault)
        case .selection(.missingPeerConfig(let name, _, _)): .missingPeerConfig(name)
        default: .invalidConfiguration(message)
        }
    }
}

/// The sessions that a node's configuration asks for, in the user's order.
///
/// `passwords` holds the passwords of Secrets that are known; a plan that only looks may leave it empty, since whether a
/// peer may come up follows from `configuration.secrets` alone. Source addresses and router ids that `inUse` has found on
/// the node stay for as long as they can, whatever else comes.
package func planSessions(
    _ configuration: NodeConfiguration,
    passwords: [String: Password] = [:],
    inUse: [InstancePlan] = []
) -> [InstancePlan] {
    let peerConfigs = Dictionary(
        unique(configuration.peerConfigs).map { ($0.metadata.name, $0) },
        uniquingKeysWith: { first, _ in first }
    )
    let planner = SessionPlanner(
        configuration: configuration,
        peerConfigs: peerConfigs,
        passwords: passwords,
        inUse: Dictionary(inUse.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    )
    var seen: Set<String> = []
    return (configuration.nodeConfig?.spec.bgpInstances ?? []).filter { seen.insert($0.name).inserted }
        .map(planner.plan)
}
