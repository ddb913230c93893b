package import BGPEngine
package import BGPTypes
import KubeJSON
package import KubeModel
package import PlainText

extension Reason {
    /// What a bound or a limit holds back.
    package enum Limit: Hashable, Sendable {
        /// The Service lists more addresses of a kind than it may bring routes; the last ones are not looked at.
        case addressesBeyondBound(service: ObjectKey, AddressKind, count: Int, bound: Int)
        /// Other addresses of the Service take all the routes that one Service may bring to a peer.
        case tooManyServiceRoutes(service: ObjectKey, bound: Int)
        /// Older Services of the namespace take all the routes that one namespace may bring to a peer.
        case tooManyNamespaceRoutes(namespace: String, bound: Int)
        /// The prefix is withdrawn and announced again and again, and waits before it is announced once more.
        case flapping(IPPrefix, node: String, until: Timestamp)
        /// The route is decided, but the peer has as many prefixes as `announceLimit` allows.
        case announceLimitReached(IPFamily, PeerID, peerConfig: String, limit: Int)
    }
}

extension Reason.Limit: Reasoned {
    package func row(_ row: ReasonRow.Builder) -> ReasonRow {
        switch self {
        case .addressesBeyondBound(let service, let kind, let count, let bound):
            row(
                .tooManyRoutes,
                .prevents,
                object: .service(service),
                field: kind.field,
                message: "held back: \(kind.field) of Service/\(service) lists \(count) more "
                    + "address\(count == 1 ? "" : "es") than the \(bound) routes that one Service may bring to a peer",
                fix: Self.spreadAddresses
            )
        case .tooManyServiceRoutes(let service, let bound):
            row(
                .tooManyRoutes,
                .prevents,
                object: .service(service),
                field: nil,
                message:
                    "held back: Service/\(service) has more addresses than the \(bound) routes that one Service may "
                    + "bring to a peer, and others are listed before this one",
                fix: Self.spreadAddresses
            )
        case .tooManyNamespaceRoutes(let namespace, let bound):
            row(
                .tooManyRoutes,
                .prevents,
                object: ObjectReference(kind: "Namespace", name: namespace),
                field: nil,
                message:
                    "held back: Services of namespace \(namespace) that are older bring the \(bound) routes that one "
                    + "namespace may bring to a peer",
                fix: "spread the Services over several namespaces, or raise --max-routes-per-namespace of the speakers"
            )
        case .flapping(let prefix, let node, let until):
            row(
                .flapping,
                .prevents,
                object: .nodeConfig(node),
                field: nil,
                message:
                    "\(prefix) was withdrawn again and again on \(node), so it is announced no sooner than \(until)",
                fix: "find out why its endpoints come and go"
            )
        case .announceLimitReached(let family, let peer, let peerConfig, let limit):
            row(
                .announceLimitReached,
                .prevents,
                object: .peerConfig(peerConfig),
                field: "spec.announceLimit",
                message:
                    "held back: peer \(peer) has the \(limit) prefixes of \(family.routeFamily) that announceLimit of "
                    + "BGPPeerConfig/\(peerConfig) lets out",
                fix: "announce less, or raise spec.announceLimit of BGPPeerConfig/\(peerConfig)"
            )
        }
    }

    private static let spreadAddresses =
        "spread the addresses over several Services, or raise --max-routes-per-service of the speakers"
}

extension ReasonCode {
    package static let tooManyRoutes = ReasonCode("TooManyRoutes")
    package static let flapping = ReasonCode("Flapping")
    package static let announceLimitReached = ReasonCode("AnnounceLimitReached")
}
