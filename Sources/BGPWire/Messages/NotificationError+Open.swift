extension NotificationError {
    /// Not version 4; the data is the version supported (RFC 4271 §6.2).
    package static let unsupportedVersion = NotificationError(code: .openMessage, subcode: 1, data: [0, 4])

    /// Another AS than configured, or 0 (RFC 4271 §6.2, RFC 7607 §2).
    package static let badPeerAS = NotificationError(code: .openMessage, subcode: 2)

    /// A BGP Identifier of 0, or our own on an internal session (RFC 6286 §2.1).
    package static let badRouterID = NotificationError(code: .openMessage, subcode: 3)

    /// An optional parameter that is not known (RFC 4271 §6.2).
    package static let unsupportedOptionalParameter = NotificationError(code: .openMessage, subcode: 4)

    /// A hold time of one or two seconds, or one that is not taken here (RFC 4271 §6.2).
    package static let unacceptableHoldTime = NotificationError(code: .openMessage, subcode: 6)

    /// Capabilities without which there is no session; the data is those capabilities, encoded (RFC 5492 §5).
    package static func unsupportedCapability(_ capabilities: [Capability]) -> NotificationError {
        NotificationError(code: .openMessage, subcode: 7, data: capabilities.flatMap(\.octets))
    }

    /// An OPEN that is malformed in another way (RFC 4271 §6.2).
    package static let malformedOpen = NotificationError(code: .openMessage, subcode: 0)
}
