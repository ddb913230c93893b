/// The types of the conditions that operator and speakers write.
package enum ConditionType {
    /// The configuration is accepted and applied wherever it applies; says nothing about sessions.
    package static let ready = "Ready"
    /// No node matches the selector.
    package static let noMatchingNode = "NoMatchingNode"
    /// PeerConfigs that are referred to do not exist.
    package static let missingPeerConfigs = "MissingPeerConfigs"
    /// Another ClusterConfig selects some of the same nodes.
    package static let conflictingClusterConfig = "ConflictingClusterConfig"
    /// An override asks for a router id that another node holds, so it is not given.
    package static let routerIDConflict = "RouterIDConflict"
    /// Every selected node carries the label that keeps external traffic away.
    package static let allNodesExcluded = "AllNodesExcluded"
    /// Some of the nodes are drained or on their way there.
    package static let nodesDrained = "NodesDrained"
    /// Addresses of Services are announced by no node because they belong to something else.
    package static let addressesWithheld = "AddressesWithheld"
    /// The node forwards service traffic, so that it may attract some.
    package static let dataPathReady = "DataPathReady"
    /// Something is selected on the node and not announced by it.
    package static let notAnnounced = "NotAnnounced"
    /// All configured sessions are established.
    package static let sessionsEstablished = "SessionsEstablished"
    /// The password Secret is missing or unusable.
    package static let missingAuthSecret = "MissingAuthSecret"
    /// A selector is absent where an absent one selects nothing, or it matches nothing.
    package static let selectsNothing = "SelectsNothing"
    /// No PeerConfig selects the Advertisement, so that no peer is told about it.
    package static let noMatchingPeerConfig = "NoMatchingPeerConfig"
    /// Entries of type PodCIDR have nothing to announce on some nodes.
    package static let noPodCIDR = "NoPodCIDR"
    /// Something that the object follows from is deleted, and still counts for a while.
    package static let deletionPending = "DeletionPending"
    /// Operator and speakers are more than a minor version apart.
    package static let versionSkew = "VersionSkew"
    /// Entries of an override that match no instance or peer of its node.
    package static let unmatchedEntries = "UnmatchedEntries"
}
