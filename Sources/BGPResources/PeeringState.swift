/// The state of the session with a peer (RFC 4271 §8.2.2).
package enum PeeringState: String, ListedValue {
    /// Not known, such as before the first attempt.
    case unknown
    case idle
    case connect
    case active
    case openSent = "open_sent"
    case openConfirm = "open_confirm"
    case established
}
