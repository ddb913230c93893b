/// The stable code of a failure: condition reason, event reason, metric label and log field.
///
/// Names never change once published; new ones may come.
package enum FailureReason: String, Hashable, Sendable, CaseIterable {
    // Dialling.
    case connectionRefused = "ConnectionRefused"
    case connectionTimedOut = "ConnectionTimedOut"
    case noRoute = "NoRoute"
    case unreachable = "Unreachable"
    case localAddressMissing = "LocalAddressMissing"
    case localAddressInUse = "LocalAddressInUse"
    case sourceInterfaceMissing = "SourceInterfaceMissing"
    case notPermitted = "NotPermitted"
    case outOfResources = "OutOfResources"
    case socketOptionRefused = "SocketOptionRefused"
    case connectionFailed = "ConnectionFailed"
    case passwordMismatch = "PasswordMismatch"
    case ttlMismatch = "TTLMismatch"
    // The connection.
    case closedAfterOpen = "ClosedAfterOpen"
    case notAcceptedYet = "NotAcceptedYet"
    case connectionClosed = "ConnectionClosed"
    case connectionReset = "ConnectionReset"
    case openTimedOut = "OpenTimedOut"
    case holdTimerExpired = "HoldTimerExpired"
    case sendHoldTimerExpired = "SendHoldTimerExpired"
    // What the OPENs say.
    case badPeerAS = "BadPeerAS"
    case badRouterID = "BadRouterID"
    case unacceptableHoldTime = "UnacceptableHoldTime"
    case unsupportedCapability = "UnsupportedCapability"
    case unsupportedVersion = "UnsupportedVersion"
    case openRefused = "OpenRefused"
    case authenticationFailed = "AuthenticationFailed"
    // Errors in messages.
    case messageError = "MessageError"
    case updateError = "UpdateError"
    case stateMachineError = "StateMachineError"
    // Cease.
    case prefixLimitExceeded = "PrefixLimitExceeded"
    case administrativeShutdown = "AdministrativeShutdown"
    case administrativeReset = "AdministrativeReset"
    case peerDeconfigured = "PeerDeconfigured"
    case connectionRejected = "ConnectionRejected"
    case configurationChanged = "ConfigurationChanged"
    case connectionCollision = "ConnectionCollision"
    case peerOutOfResources = "PeerOutOfResources"
    case bfdDown = "BFDDown"
    case ceased = "Ceased"
    // Listening.
    case portInUse = "PortInUse"
    case portNotPermitted = "PortNotPermitted"
    case listenAddressMissing = "ListenAddressMissing"
    case listenFailed = "ListenFailed"
    // Configuration.
    case authSecretMissing = "AuthSecretMissing"
    case authSecretUnusable = "AuthSecretUnusable"
    case missingPeerConfig = "MissingPeerConfig"
    case invalidConfiguration = "InvalidConfiguration"
}
