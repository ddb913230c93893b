/// The `BGPPeerConfig` that a peer uses.
package struct PeerConfigReference: Codable, Hashable, Sendable {
    package var name: String
    /// Taken for the sake of manifests that come from Cilium and say which kind they mean; without effect.
    package var group: String?
    /// Taken for the sake of manifests that come from Cilium and say which kind they mean; without effect.
    package var kind: String?

    /// Refers to the `BGPPeerConfig` of this name.
    package init(name: String) {
        self.name = name
    }

    /// The reference without what has no effect.
    package var plain: PeerConfigReference { PeerConfigReference(name: name) }
}
