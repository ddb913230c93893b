package import BGPTypes

/// A BGP router on a node: its identity, where it listens, its peers.
package struct InstanceConfiguration: Hashable, Sendable {
    /// The name, unique on the node.
    package var name: String
    /// The AS of the instance.
    package var localAS: ASNumber
    /// The BGP Identifier of the instance.
    package var routerID: RouterID
    /// The port to accept connections on; only dials when `nil`.
    package var localPort: UInt16?
    /// The peers in the user's order, names without repetition.
    package var peers: [Peer]

    /// A peer to hold a session with, or one that must stay down.
    package struct Peer: Hashable, Sendable {
        /// The session's configuration.
        package var configuration: PeerConfiguration
        /// Set when the peer must not come up, with why.
        package var heldDown: HeldDown?

        /// A peer that may come up unless a reason is given.
        package init(_ configuration: PeerConfiguration, heldDown: HeldDown? = nil) {
            self.configuration = configuration
            self.heldDown = heldDown
        }
    }

    /// An instance that only dials unless a port is given.
    package init(
        name: String,
        localAS: ASNumber,
        routerID: RouterID,
        localPort: UInt16? = nil,
        peers: [Peer] = []
    ) {
        self.name = name
        self.localAS = localAS
        self.routerID = routerID
        self.localPort = localPort
        self.peers = peers
    }
}

/// Why a configured peer is kept down before any connection is tried.
package enum HeldDown: Hashable, Sendable {
    /// The Secret that `authSecretRef` names is missing, or has no key `password`; carries the Secret's name.
    case authSecretMissing(String)
    /// The Secret that `authSecretRef` names holds a password that cannot be used; carries the Secret's name.
    case authSecretUnusable(String, PasswordFault)
    /// The `BGPPeerConfig` that the peer names does not exist; carries its name.
    case missingPeerConfig(String)
    /// The configuration cannot be used as it stands; carries the sentence that says why.
    case invalidConfiguration(String)
}

/// Which peer of which instance.
package struct PeerID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The instance's name.
    package let instance: String
    /// The peer's name.
    package let peer: String

    /// Names a peer.
    package init(instance: String, peer: String) {
        self.instance = instance
        self.peer = peer
    }

    /// By instance, then peer.
    package static func < (left: PeerID, right: PeerID) -> Bool {
        (left.instance, left.peer) < (right.instance, right.peer)
    }

    /// `instance/peer`.
    package var description: String { "\(instance)/\(peer)" }
}
