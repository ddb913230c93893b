/// The state of a peer in the words of RFC 4271 §8.2.2.
package enum PeerState: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// No connection is tried: the peer is held down, or a pause after a failure has not ended.
    case idle = "Idle"
    /// A connection is being dialled.
    case connect = "Connect"
    /// Waiting for the peer to dial, or for the next attempt.
    case active = "Active"
    /// Connected, OPEN sent.
    case openSent = "OpenSent"
    /// OPENs exchanged, waiting for the peer's KEEPALIVE.
    case openConfirm = "OpenConfirm"
    /// Routes are exchanged.
    case established = "Established"

    /// The name as RFC 4271 writes it.
    package var description: String { rawValue }
}
