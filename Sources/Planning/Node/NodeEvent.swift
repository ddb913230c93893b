package import BGPEngine
package import BGPTypes
package import PlainText

/// What happens to a node.
package enum NodeEvent: Sendable {
    /// The speaker starts; comes first.
    case started
    /// The stores have something else than before, or a first list less to wait for.
    case objectsChanged(ObjectChanges)
    /// The answer to `listServices`.
    case servicesListed([AnnouncedService])
    /// The node's devices, addresses and default routes are these now.
    case networkChanged(HostNetwork)
    /// The answer to `findListener`: the first place that accepts a connection.
    case listenerFound(DatapathPlace?)
    /// The answer to `ask`: nil is yes, anything else says what was seen.
    case dataPathAnswered(problem: String?)
    /// The other nodes are read while they are followed, or have changed.
    case othersChanged
    /// The answer to `findLastAnnounced` with its number.
    case lastAnnounced(Set<IPPrefix>, look: Int)
    /// The answer to `loadSavedState`: nil when an earlier run left none that can be read.
    case savedState(SavedState?)
    /// A timer fired that was not armed anew since.
    case timerFired(NodeTimer)
}

/// What wakes a node.
package enum NodeTimer: Hashable, Sendable {
    /// After it an earlier run's state is taken if the stores are still not loaded.
    case startup
    case drain(DrainMachine.Timer)
    case dataPath
    /// Something counts that had to stay for a while: an address or route that went, a prefix that flaps, a look that was put off.
    case wake
}

/// When an event happens.
package struct NodeMoment: Hashable, Sendable {
    /// The time since the speaker's start, by which everything is decided.
    package let elapsed: Duration
    /// The time for people.
    package let time: Timestamp

    /// Joins the two.
    package init(elapsed: Duration, time: Timestamp) {
        self.elapsed = elapsed
        self.time = time
    }
}
