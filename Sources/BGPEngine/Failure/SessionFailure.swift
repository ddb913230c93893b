package import BGPTypes
package import BGPWire

/// What was seen when an attempt or a session failed: evidence, not yet words.
package enum SessionFailure: Hashable, Sendable {
    /// No connection came about.
    case dial(DialFailure)
    /// The connection went away without a NOTIFICATION.
    case disconnected(Disconnection, in: SessionState)
    /// The peer took the OPEN but does not send its own; the session goes on waiting.
    case openOverdue(DroppedSegments?)
    /// The peer fell silent; the hold time is unknown before its OPEN.
    case holdTimerExpired(in: SessionState, holdTime: HoldTime?)
    /// This side refused what the peer sent; carries the OPEN when that was refused.
    case sent(NotificationError, in: SessionState, open: Open?)
    /// The peer said why it closed.
    case received(NotificationError, in: SessionState)
    /// This side ended the session because something was wrong.
    case stopped(SessionStop, in: SessionState)
    /// The peer is kept down by its configuration.
    case heldDown(HeldDown)
    /// Connections that the peer opens are not accepted; those to it are dialled nevertheless.
    case notAdmitted(AdmissionFailure)
}

/// Why dialling failed, from the system's error.
package enum DialFailure: Hashable, Sendable {
    /// The peer's system answered with a reset: ECONNREFUSED.
    case refused
    /// Nobody answered in time, with what the kernel dropped meanwhile.
    case timedOut(DroppedSegments?)
    /// This node has no route to the peer: ENETUNREACH.
    case noRoute
    /// The peer is on a link of this node, and nothing there has its address: EHOSTUNREACH.
    case absentFromLink
    /// A router on the way could not pass the packets on: EHOSTUNREACH.
    case unreachable
    /// The local address does not exist on this node: EADDRNOTAVAIL.
    case noSuchLocalAddress
    /// Address and port are taken: EADDRINUSE.
    case localAddressInUse
    /// The source interface does not exist: ENODEV.
    case noSuchInterface
    /// A capability of the process is missing: EPERM, EACCES.
    case notPermitted
    /// No descriptors or memory are left: EMFILE, ENFILE, ENOBUFS, ENOMEM.
    case outOfResources
    /// The kernel took the connection but would not set an option, named here.
    case optionRefused(String)
    /// Anything else, in the system's words.
    case other(String)
}

/// Why the kernel dropped segments instead of letting the connection have them (`TcpExt` in `/proc/net/netstat`).
///
/// It counts for the whole node, so this is what probably happened to a peer that was not heard, and no proof.
package enum DroppedSegments: Hashable, Sendable {
    /// They came without the TCP MD5 signature that is expected here: TCPMD5NotFound.
    case unsigned
    /// They came with a TCP MD5 signature that is not expected here: TCPMD5Unexpected.
    case signed
    /// They came with the signature of another password: TCPMD5Failure.
    case wronglySigned
    /// They came with a lower TTL than TTL security takes: TCPMinTTLDrop.
    case tooDistant
}

/// What else is known of the node when a failure is put into words.
package struct FailureContext: Hashable, Sendable {
    /// The address that the connection was, or would be, made from.
    package var localAddress: String?
    /// Whether the peer's address is in a network of one of this node's links.
    package var isOnLink: Bool
    /// A connection with the peer that another program of this node holds, such as `10.0.0.1:179`.
    package var rival: String?
    /// How long ago a session with the peer was up; `nil` when none was, or so long ago that it says nothing any more.
    package var sinceSession: Duration?

    /// Joins what is known.
    package init(
        localAddress: String? = nil,
        isOnLink: Bool = true,
        rival: String? = nil,
        sinceSession: Duration? = nil
    ) {
        self.localAddress = localAddress
        self.isOnLink = isOnLink
        self.rival = rival
        self.sinceSession = sinceSession
    }
}
