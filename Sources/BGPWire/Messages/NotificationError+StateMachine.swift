extension NotificationError {
    /// The state in which a message came that does not belong there (RFC 6608 §4).
    package enum UnexpectedIn: UInt8, Hashable, Sendable, CaseIterable {
        case openSent = 1
        case openConfirm = 2
        case established = 3
    }

    /// A message that the state does not allow; the data is the message's type (RFC 6608 §4, §5).
    package static func unexpected(_ message: MessageType, in state: UnexpectedIn) -> NotificationError {
        NotificationError(code: .stateMachine, subcode: state.rawValue, data: [message.rawValue])
    }
}
