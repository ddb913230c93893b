import BGPWire

extension UpdateMessage {
    /// The error of the first fault that no session survives; `nil` when there is none (RFC 7606 §3).
    var resetError: NotificationError? {
        faults.first { $0.disposition == .resetSession }?.notification
    }
}
