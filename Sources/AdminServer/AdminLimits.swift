package import NIOCore

/// What one listener spends on its clients, whoever they are.
package struct AdminLimits: Hashable, Sendable {
    /// Connections at a time; for one more the oldest goes that is not being answered.
    package var connections = 128
    /// Connections at a time from one address.
    package var connectionsOfSource = 8
    /// Octets of a request, TLS included.
    package var requestOctets = 32 << 10
    /// From the beginning of a connection, or the end of the last answer, to the end of the next request.
    package var requestTime = TimeAmount.seconds(10)
    /// How long a client may take nothing of its answer.
    package var stallTime = TimeAmount.seconds(10)
    /// How long an answer may take in all.
    package var answerTime = TimeAmount.seconds(120)
    /// Pages that are worked on at a time.
    package var pages = 2
    /// Pages that wait for their turn; one more is refused.
    package var waitingPages = 16
    /// How long a page waits for its turn.
    package var waitingTime = TimeAmount.seconds(10)
    /// Octets of all pages that no socket has taken yet.
    package var pageOctets = 4 << 20
    /// Octets that a page collects before it sends them.
    package var chunkOctets = 64 << 10
    /// Octets that the kernel keeps for a client that does not read, before it doubles them.
    package var socketOctets = 128 << 10

    /// The bounds of pages.
    package init() {}

    /// The bounds of health alone: all clients of a loopback address are one source.
    package static var health: AdminLimits {
        var limits = AdminLimits()
        limits.connections = 64
        limits.connectionsOfSource = 16
        limits.requestOctets = 8 << 10
        limits.socketOctets = 16 << 10
        return limits
    }
}
