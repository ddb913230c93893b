package import BGPEngine
package import BGPTypes
package import KubeModel

/// Whether one node announces one address of one Service to one peer, and every reason for and against.
///
/// Three things are kept apart: *selected* (some entry chooses the address for the peer), *eligible* (the Service, its
/// endpoints and the node allow it) and *announced* (on the wire), which only the speaker knows.
package struct Decision: Hashable, Sendable {
    package let node: String
    package let peer: PeerID
    package let service: ObjectKey
    /// The address and its kind.
    package let address: ServiceAddress
    /// The traffic policy the verdict holds for: the Service's own, or the one that was asked about.
    package let policy: Service.TrafficPolicy
    /// Whether some entry chooses the address for this peer on this node.
    package let isSelected: Bool
    /// Whether Service, endpoints and node allow announcing it.
    package let isEligible: Bool
    /// The prefixes it is announced as when selected and eligible, sorted; else those it would be announced as.
    package let prefixes: [IPPrefix]
    /// Every reason: what selects, what does not, what allows, what prevents.
    package let reasons: [Reason]

    /// Whether the node wants the address to be announced to the peer.
    package var isWanted: Bool { isSelected && isEligible }

    /// The reasons that keep the route back; empty when it is wanted.
    ///
    /// An entry that does not select matters only when no other does.
    package var obstacles: [Reason] { isWanted ? [] : reasons.filter { $0.effect == .prevents } }
}

/// What an entry of a type other than Service leads to on a node, for one family.
package struct EntryDecision: Hashable, Sendable {
    package let node: String
    package let entry: EntryReference
    /// The peers that the entry reaches, in the user's order.
    package let peers: [PeerID]
    /// The prefixes it leads to on the node, whether anything keeps them back or not, sorted.
    package let candidates: [IPPrefix]
    /// The prefixes it contributes, sorted.
    package let prefixes: [IPPrefix]
    /// Every reason for and against.
    package let reasons: [Reason]
}
