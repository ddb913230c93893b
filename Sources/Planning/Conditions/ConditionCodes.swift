package import KubeModel

/// The reasons that conditions have beside those of the table of reasons; ``ConditionType/row`` says which has which.
extension ReasonCode {
    // Ready.
    /// A field has a value that the schema or a rule of its kind refuses.
    package static let invalidSpec = ReasonCode("InvalidSpec")
    package static let accepted = ReasonCode("Accepted")
    package static let applied = ReasonCode("Applied")
    package static let applying = ReasonCode("Applying")
    package static let notApplied = ReasonCode("NotApplied")
    package static let ready = ReasonCode("Ready")
    package static let notReported = ReasonCode("NotReported")
    // What a plan cannot know.
    package static let noNodes = ReasonCode("NoNodes")
    package static let notTried = ReasonCode("NotTried")
    // Sessions.
    package static let allEstablished = ReasonCode("AllEstablished")
    package static let notAllEstablished = ReasonCode("NotAllEstablished")
    package static let sessionsDown = ReasonCode("SessionsDown")
    package static let noSessions = ReasonCode("NoSessions")
    // ClusterConfigs and overrides.
    package static let nodesMatched = ReasonCode("NodesMatched")
    package static let peerConfigsFound = ReasonCode("PeerConfigsFound")
    package static let noConflict = ReasonCode("NoConflict")
    package static let notAllExcluded = ReasonCode("NotAllExcluded")
    package static let noneExcluded = ReasonCode("NoneExcluded")
    package static let noneDrained = ReasonCode("NoneDrained")
    package static let noRouterIDConflict = ReasonCode("NoRouterIDConflict")
    package static let entriesMatched = ReasonCode("EntriesMatched")
    package static let versionsMatch = ReasonCode("VersionsMatch")
    package static let operatorUnknown = ReasonCode("OperatorUnknown")
    package static let nothingDeleted = ReasonCode("NothingDeleted")
    // PeerConfigs and Advertisements.
    package static let authSecretValidated = ReasonCode("AuthSecretValidated")
    package static let authSecretNotConfigured = ReasonCode("AuthSecretNotConfigured")
    package static let advertisementsSelected = ReasonCode("AdvertisementsSelected")
    package static let selectorsPresent = ReasonCode("SelectorsPresent")
    package static let peerConfigsMatched = ReasonCode("PeerConfigsMatched")
    package static let podCIDRsFound = ReasonCode("PodCIDRsFound")
    // NodeConfigs.
    package static let allAnnounced = ReasonCode("AllAnnounced")
    package static let severalReasons = ReasonCode("SeveralReasons")
    package static let noneWithheld = ReasonCode("NoneWithheld")
    package static let withinLimits = ReasonCode("WithinLimits")
    package static let nextHopsFound = ReasonCode("NextHopsFound")
    // Pools and Services.
    package static let overlap = ReasonCode("Overlap")
    package static let blocksValid = ReasonCode("BlocksValid")
    package static let noOverlap = ReasonCode("NoOverlap")
    package static let nodeAddresses = ReasonCode("NodeAddresses")
    package static let assignedAddresses = ReasonCode("AssignedAddresses")
    package static let satisfied = ReasonCode("Satisfied")
}
