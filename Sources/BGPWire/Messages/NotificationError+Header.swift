extension NotificationError {
    /// The marker is not all ones (RFC 4271 §6.1).
    package static let connectionNotSynchronized = NotificationError(code: .messageHeader, subcode: 1)

    /// A length that the message type cannot have; the data is the length field (RFC 4271 §6.1).
    package static func badMessageLength(_ length: UInt16) -> NotificationError {
        NotificationError(code: .messageHeader, subcode: 2, data: octets(length))
    }

    /// An unknown message type; the data is the type field (RFC 4271 §6.1).
    package static func badMessageType(_ type: UInt8) -> NotificationError {
        NotificationError(code: .messageHeader, subcode: 3, data: [type])
    }

    /// A ROUTE-REFRESH of another length than its subtype asks; the data is the whole message (RFC 7313 §5).
    package static func invalidRouteRefreshLength(message: [UInt8]) -> NotificationError {
        NotificationError(code: .routeRefresh, subcode: 1, data: message)
    }

    /// Nothing was heard for the hold time (RFC 4271 §6.5).
    package static let holdTimerExpired = NotificationError(code: .holdTimerExpired)

    /// The peer took nothing for the send hold time (RFC 9687 §3.2).
    package static let sendHoldTimerExpired = NotificationError(code: .sendHoldTimerExpired)

    static func octets(_ value: UInt16) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
    }
}
