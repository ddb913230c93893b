package import KubeModel

/// The reasons that events and log lines have beside those of conditions and of the table of reasons.
extension ReasonCode {
    package static let addressAssigned = ReasonCode("AddressAssigned")
    package static let addressReleased = ReasonCode("AddressReleased")
    package static let addressLost = ReasonCode("AddressLost")
    package static let addressFailed = ReasonCode("AddressFailed")
    /// The API server refuses a Service's status.
    package static let statusRefused = ReasonCode("StatusRefused")
    package static let sessionEstablished = ReasonCode("SessionEstablished")
    package static let sessionClosed = ReasonCode("SessionClosed")
    /// There is no Node of the name that the speaker was given.
    package static let noSuchNode = ReasonCode("NoSuchNode")
    /// No ClusterConfig selects the speaker's node.
    package static let notSelected = ReasonCode("NotSelected")
}
