package import BGPEngine
package import BGPTypes
package import KubeModel

/// What a driver has to do, in this order.
package enum NodeEffect: Equatable, Sendable {
    /// Make the running instances these; with a farewell the node leaves, and peers hear that sentence.
    case apply([InstanceConfiguration], farewell: String?)
    case announce(Announcement)
    /// Say to the sessions which of the node's addresses are its own, and which are Services'.
    case setAddressRoles(AddressRoles)
    /// Start this timer, or start it anew.
    case arm(NodeTimer, Duration)
    /// Read these Secrets and no others.
    case readSecrets(Set<String>)
    /// Report all Services as `servicesListed`.
    case listServices
    /// Find the first of these places that accepts a connection, and report it as `listenerFound`.
    case findListener([DatapathPlace])
    /// Ask, and report the answer as `dataPathAnswered`.
    case ask(DatapathQuestion)
    /// Read the other nodes, and report `othersChanged` once they are read and when they change, until `leaveOthers`.
    case followOthers
    case leaveOthers
    /// Find what none of the others announces of what this node would announce, and report it as `lastAnnounced`.
    case findLastAnnounced(NodeConfiguration, look: Int)
    /// Report what an earlier run left as `savedState`.
    case loadSavedState
    /// Keep this for the next run, in the place of what was to be kept before.
    case persist(SavedState)
    /// Write a Kubernetes event.
    case record(EventDraft)
    /// Write to the log.
    case report(NodeReport)
    /// Show these figures as metrics.
    case show(NodeFigures)
}

/// What peers are to have from now on.
package struct Announcement: Equatable, Sendable {
    /// The routes of every peer; peers that are to have the same have the same table.
    package let tables: [PeerID: RouteTable]
    /// How many routes of each peer are left out because of a limit, by family.
    package let heldBack: [PeerID: [IPFamily: Int]]
    /// Whether the End-of-RIB may follow; else peers with graceful restart keep what they have.
    package let isComplete: Bool

    /// Joins the three.
    package init(
        _ tables: [PeerID: RouteTable],
        heldBack: [PeerID: [IPFamily: Int]] = [:],
        isComplete: Bool
    ) {
        self.tables = tables
        self.heldBack = heldBack
        self.isComplete = isComplete
    }
}
