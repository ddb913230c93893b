package import BGPTypes
package import BGPWire

/// Why this side ends a session, and with that what it says to the peer.
package enum SessionStop: Hashable, Sendable {
    /// The node leaves or is told to: Cease/2 with a sentence for the other operator (RFC 9003).
    case leaving(message: String)
    /// Someone restarts the session: Cease/4 with a sentence (RFC 9003).
    case reset(message: String)
    /// The peer was removed: Cease/3.
    case deconfigured
    /// The peer's configuration changed: Cease/6.
    case configurationChanged
    /// Something that the peer's configuration needs is gone, so that it stays down until that is back: Cease/6, and its
    /// routes go, since nobody knows for how long.
    case heldDown
    /// The other connection to this peer is kept: Cease/7 (RFC 4271 §6.8).
    case collision
    /// The peer sent more prefixes of a family than it may: Cease/1 (RFC 4486 §4).
    case prefixLimit(RouteFamily, limit: UInt32)
    /// The memory for received routes is too small to count them, and the peer's take most of it: Cease/8.
    case outOfResources
    /// The peer took nothing for longer than it may (RFC 9687).
    case sendHoldTimerExpired
    /// The program restarts: the connection closes without a word, so that a peer with graceful restart keeps the routes.
    case restarting
    /// The peer has restarted and opened a new connection, which takes over (RFC 4724 §5): no word.
    case replaced

    /// What goes on the wire; `nil` for silence.
    package var notification: NotificationError? {
        switch self {
        case .leaving(let message): .cease(.administrativeShutdown, message: message)
        case .reset(let message): .cease(.administrativeReset, message: message)
        case .deconfigured: .cease(.peerDeconfigured)
        case .configurationChanged, .heldDown: .cease(.otherConfigurationChange)
        case .collision: .cease(.connectionCollisionResolution)
        case .prefixLimit(let family, let limit): .maximumPrefixes(family, limit: limit)
        case .outOfResources: .cease(.outOfResources)
        case .sendHoldTimerExpired: .sendHoldTimerExpired
        case .restarting, .replaced: nil
        }
    }

    /// Whether the peer must forget this node's routes even when it would keep them over a NOTIFICATION (RFC 8538 §3).
    package var isFinal: Bool {
        switch self {
        case .leaving, .deconfigured, .heldDown: true
        case .reset, .configurationChanged, .collision, .prefixLimit, .outOfResources, .sendHoldTimerExpired,
            .restarting, .replaced:
            false
        }
    }

    /// Whether the session ends because something is wrong, rather than because it was wanted.
    package var isFailure: Bool {
        switch self {
        case .prefixLimit, .outOfResources, .collision, .sendHoldTimerExpired: true
        case .leaving, .reset, .deconfigured, .configurationChanged, .heldDown, .restarting, .replaced: false
        }
    }
}
