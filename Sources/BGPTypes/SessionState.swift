import PlainText

/// The state of the session with a peer, in the words of RFC 4271 §8.2.2.
package enum SessionState: String, ListedValue {
    /// No speaker has reported the session. Documents alone say this; a peer always has one of the states below.
    case unknown
    /// No connection is tried: the peer is held down, or a pause after a failure has not ended.
    case idle
    /// A connection is being dialled.
    case connect
    /// Waiting for the peer to dial, or for the next attempt.
    case active
    /// Connected, OPEN sent.
    case openSent = "open_sent"
    /// OPENs exchanged, waiting for the peer's KEEPALIVE.
    case openConfirm = "open_confirm"
    /// Routes are exchanged.
    case established
}

extension SessionState: CustomStringConvertible {
    /// The name as RFC 4271 writes it, for logs and explanations; documents have `name`.
    package var description: String {
        switch self {
        case .unknown: "Unknown"
        case .idle: "Idle"
        case .connect: "Connect"
        case .active: "Active"
        case .openSent: "OpenSent"
        case .openConfirm: "OpenConfirm"
        case .established: "Established"
        }
    }
}
