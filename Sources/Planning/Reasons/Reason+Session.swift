package import BGPEngine
import BGPResources
package import BGPTypes
import KubeJSON
package import KubeModel

extension Reason {
    /// What the session and the wire say; added by whoever knows them.
    package enum Session: Hashable, Sendable {
        /// The session is not established.
        case notEstablished(PeerID, node: String, state: String, detail: String?)
        /// The PeerConfig's password Secret does not exist.
        case authSecretMissing(peerConfig: String, secret: String, namespace: String)
        /// The Secret has no key `password`.
        case authSecretKeyMissing(peerConfig: String, secret: String, namespace: String)
        /// The Secret has a key `password`, but what it holds cannot be used.
        case authSecretUnusable(peerConfig: String, secret: String, namespace: String, PasswordFault)
        /// The instance cannot run without a router id.
        case routerIDMissing(instance: String, node: String)
        /// The instance has no AS number.
        case localASNMissing(instance: String, node: String)
        /// The peer has no address yet.
        case peerAddressMissing(PeerID, node: String)
        /// The peer did not agree to exchange the family.
        case familyNotNegotiated(IPFamily, PeerID, node: String)
        /// The node has no address of the family that could be the next hop for this peer.
        case noNextHop(IPFamily, PeerID, node: String)
        /// The peer is on the node itself, and the next hop is a loopback address, which it cannot pass on.
        case loopbackNextHop(IPFamily, PeerID, node: String)
        /// The route is decided, but not on the wire yet.
        case announcementPending(PeerID, node: String)
        /// The route on the wire has other attributes than decided.
        case attributesDiffer(PeerID, node: String, detail: String)
        /// The speaker runs an older configuration than the one explained.
        case olderConfiguration(node: String)
    }
}

extension Reason.Session: Reasoned {
    package func row(_ row: ReasonRow.Builder) -> ReasonRow {
        switch self {
        case .notEstablished(let peer, let node, let state, let detail):
            row(
                .sessionNotEstablished,
                .prevents,
                object: .nodeConfig(node),
                field: nil,
                message: "the session with \(peer) is \(state)" + (detail.map { ": \($0)" } ?? ""),
                fix: nil
            )
        case .authSecretMissing(let peerConfig, let secret, let namespace):
            row(
                .authSecretMissing,
                .prevents,
                object: .peerConfig(peerConfig),
                field: "spec.authSecretRef",
                message: "BGPPeerConfig/\(peerConfig) refers to Secret/\(namespace)/\(secret), which does not exist",
                fix: "create Secret/\(namespace)/\(secret) with the key \"password\""
            )
        case .authSecretKeyMissing(let peerConfig, let secret, let namespace):
            row(
                .authSecretMissing,
                .prevents,
                object: .secret(secret, in: namespace),
                field: "data.password",
                message: "Secret/\(namespace)/\(secret) of BGPPeerConfig/\(peerConfig) has no usable key \"password\"",
                fix: "give Secret/\(namespace)/\(secret) a key \"password\" of 1 to 80 octets"
            )
        case .authSecretUnusable(let peerConfig, let secret, let namespace, let fault):
            row(
                .authSecretUnusable,
                .prevents,
                object: .secret(secret, in: namespace),
                field: "data.password",
                message: "the password in Secret/\(namespace)/\(secret) of BGPPeerConfig/\(peerConfig) \(fault.words)",
                fix: "set a password of 1 to 80 octets in Secret/\(namespace)/\(secret) and on the router"
            )
        case .routerIDMissing(let instance, let node):
            row(
                .routerIDMissing,
                .prevents,
                object: .nodeConfig(node),
                field: "spec.bgpInstances",
                message: "instance \(instance) has no router id on \(node)",
                fix: Reason.setRouterID
            )
        case .localASNMissing(let instance, let node):
            row(
                .localASNMissing,
                .prevents,
                object: .nodeConfig(node),
                field: "spec.bgpInstances",
                message: "instance \(instance) has no localASN on \(node)",
                fix: "set localASN in the BGPClusterConfig or in a BGPNodeConfigOverride"
            )
        case .peerAddressMissing(let peer, let node):
            row(
                .peerAddressMissing,
                .prevents,
                object: .nodeConfig(node),
                field: "spec.bgpInstances",
                message: "peer \(peer) has no address",
                fix: "set peerAddress, or give the node a default route when autoDiscovery is used"
            )
        case .familyNotNegotiated(let family, let peer, let node):
            row(
                .familyNotNegotiated,
                .prevents,
                object: .nodeConfig(node),
                field: nil,
                message: "peer \(peer) did not agree to exchange \(family.routeFamily)",
                fix: "activate \(family.routeFamily) for this neighbour on the router"
            )
        case .noNextHop(let family, let peer, let node):
            row(
                .noNextHop,
                .prevents,
                object: .nodeConfig(node),
                field: nil,
                message: "no next hop: the node has no \(family.word) address that \(peer) could be told, so "
                    + "\(family.routeFamily) is withheld",
                fix:
                    "give \(node) an \(family.word) address of its own on the device that leads to \(peer), or drop the "
                    + "family from its BGPPeerConfig"
            )
        case .loopbackNextHop(let family, let peer, let node):
            row(
                .loopbackNextHop,
                .informs,
                object: .nodeConfig(node),
                field: nil,
                message: "the next hop of \(family.routeFamily) is a loopback address, which \(peer) cannot pass on",
                fix: "give \(node) an \(family.word) InternalIP that one of its devices has"
            )
        case .announcementPending(let peer, let node):
            row(
                .announcementPending,
                .prevents,
                object: .nodeConfig(node),
                field: nil,
                message: "not yet sent to \(peer)",
                fix: nil
            )
        case .attributesDiffer(let peer, let node, let detail):
            row(
                .attributesDiffer,
                .prevents,
                object: .nodeConfig(node),
                field: nil,
                message: "what \(node) has sent to \(peer) is not what is decided: \(detail)",
                fix: Self.waitForSpeaker
            )
        case .olderConfiguration(let node):
            row(
                .olderConfiguration,
                .prevents,
                object: .nodeConfig(node),
                field: nil,
                message: "the speaker of \(node) still runs an older configuration",
                fix: Self.waitForSpeaker
            )
        }
    }

    private static let waitForSpeaker = "wait, or look at the speaker's log"
}

extension ReasonCode {
    package static let sessionNotEstablished = ReasonCode("SessionNotEstablished")
    package static let authSecretMissing = ReasonCode("AuthSecretMissing")
    package static let authSecretUnusable = ReasonCode("AuthSecretUnusable")
    package static let routerIDMissing = ReasonCode("RouterIDMissing")
    package static let localASNMissing = ReasonCode("LocalASNMissing")
    package static let peerAddressMissing = ReasonCode("PeerAddressMissing")
    package static let familyNotNegotiated = ReasonCode("FamilyNotNegotiated")
    package static let noNextHop = ReasonCode("NoNextHop")
    package static let loopbackNextHop = ReasonCode("LoopbackNextHop")
    package static let announcementPending = ReasonCode("AnnouncementPending")
    package static let attributesDiffer = ReasonCode("AttributesDiffer")
    package static let olderConfiguration = ReasonCode("OlderConfiguration")
}
