extension SessionFailure {
    /// Whether this failure, soon after `previous`, only repeats it with less to say.
    ///
    /// A router that has closed a session for a reason it gave, or was given, often pauses and meanwhile closes new
    /// connections without a word. A person needs the reason, so it is not to be forgotten for the silence after it.
    package func isEcho(of previous: SessionFailure) -> Bool {
        guard case .disconnected(let disconnection, in: .openSent) = self,
            disconnection == .closedByPeer || disconnection == .resetByPeer
        else { return false }
        switch previous {
        case .sent, .received: return true
        case .dial, .disconnected, .holdTimerExpired, .stopped, .heldDown: return false
        }
    }
}
