/// The `BGPPeerConfig` that a peer uses.
package struct PeerConfigReference: Codable, Hashable, Sendable {
    /// Its name.
    package var name: String

    /// Refers to the `BGPPeerConfig` of this name.
    package init(name: String) {
        self.name = name
    }
}
