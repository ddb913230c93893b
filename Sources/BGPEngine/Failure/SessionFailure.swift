package import BGPWire

/// What was seen when an attempt or a session failed: evidence, not yet words.
package enum SessionFailure: Hashable, Sendable {
    /// No connection came about.
    case dial(DialFailure)
    /// The connection went away without a NOTIFICATION.
    case disconnected(Disconnection, in: PeerState)
    /// The peer fell silent; the hold time is unknown before its OPEN.
    case holdTimerExpired(in: PeerState, holdTime: HoldTime?)
    /// This side refused what the peer sent; carries the OPEN when that was refused.
    case sent(NotificationError, in: PeerState, open: Open?)
    /// The peer said why it closed.
    case received(NotificationError, in: PeerState)
    /// This side ended the session because something was wrong.
    case stopped(SessionStop, in: PeerState)
    /// The peer is kept down by its configuration.
    case heldDown(HeldDown)
}

/// Why dialling failed, from the system's error.
package enum DialFailure: Hashable, Sendable {
    /// The peer's system answered with a reset: ECONNREFUSED.
    case refused
    /// Nobody answered in time, with what the kernel counted meanwhile.
    case timedOut(SignatureMismatch?)
    /// No route, or a router on the way said so: EHOSTUNREACH, ENETUNREACH.
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

/// What the kernel says about TCP MD5 signatures that did not fit (`TcpExt` counters in `/proc/net/netstat`).
package enum SignatureMismatch: Hashable, Sendable {
    /// Segments came without the signature that is expected here: TCPMD5NotFound.
    case missing
    /// Segments came with a signature that is not expected here: TCPMD5Unexpected.
    case unexpected
    /// Segments came with a signature of another password: TCPMD5Failure.
    case wrong
}
