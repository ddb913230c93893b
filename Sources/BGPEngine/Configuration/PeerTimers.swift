/// The three timers a peer is configured with, in whole seconds.
package struct PeerTimers: Hashable, Sendable {
    /// The hold time to offer: 0 (never expires) or 3 to 65535 seconds (RFC 4271 §4.2).
    package var holdTime: UInt16
    /// The keepalive interval to use when the offered hold time is agreed on; 0 means a third of the hold time.
    package var keepalive: UInt16
    /// The longest pause between two attempts to connect, at least 1 second.
    package var connectRetry: UInt16

    /// Takes the values as configured; 90, 30 and 120 seconds unless told.
    package init(holdTime: UInt16 = 90, keepalive: UInt16 = 30, connectRetry: UInt16 = 120) {
        self.holdTime = holdTime
        self.keepalive = keepalive
        self.connectRetry = connectRetry
    }

    /// The keepalive interval that belongs to an agreed hold time.
    ///
    /// The configured interval is scaled down in proportion when less than the configured hold time was agreed on,
    /// and never exceeds a third of it, nor falls below a second (RFC 4271 §4.4). `nil` for hold time 0.
    package func keepaliveInterval(agreed: UInt16) -> Duration? {
        guard agreed > 0 else { return nil }
        let third = Int64(agreed) * 1000 / 3
        guard keepalive > 0, holdTime > 0 else { return .milliseconds(max(third, 1000)) }
        let scaled = Int64(keepalive) * 1000 * Int64(agreed) / Int64(holdTime)
        return .milliseconds(max(min(scaled, third), 1000))
    }
}
