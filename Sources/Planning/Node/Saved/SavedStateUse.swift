import BGPEngine
import BGPResources
import BGPTypes

/// What an earlier run left, as far as it is needed: it is read when something asks for it, and no more of it is kept than that.
struct SavedStateUse: Sendable {
    /// What asks for an earlier run's state.
    enum Purpose: Hashable, Sendable {
        /// The stores are not loaded in time.
        case standIn
        /// An object is refused of which this run has seen no good version.
        case unseenObjects
        /// A limit holds routes back of a peer to which nothing was announced yet.
        case limits
        /// The router ids of the BGPNodeConfig that an earlier run rendered are to stay.
        case routerIDs
    }

    /// Whether there is a place where it can be.
    let isKept: Bool
    /// The earlier run's state while it stands in for the stores.
    private(set) var standIn: SavedState?
    /// What an earlier run was asked to do, for objects that are refused since the start.
    private(set) var earlier: NodeConfiguration?
    /// The BGPNodeConfig that an earlier run rendered.
    private(set) var renderedNodeConfig: BGPNodeConfig?
    /// What an earlier run announced, until limits have been applied.
    private(set) var routes: [PeerID: RouteTable]?
    private var awaited: Set<Purpose> = []
    private var answered: Set<Purpose> = []

    /// Nothing was read yet.
    init(isKept: Bool) {
        self.isKept = isKept
    }

    /// Whether the state was read for a purpose, or never can be; else the effect has it read, and the answer comes.
    mutating func isKnown(for purpose: Purpose, _ effects: inout [NodeEffect]) -> Bool {
        guard isKept, !answered.contains(purpose) else { return true }
        if awaited.isEmpty { effects.append(.loadSavedState) }
        awaited.insert(purpose)
        return false
    }

    /// Takes what an earlier run left, nil for nothing; returns whether it is to stand in for the stores.
    mutating func take(_ state: SavedState?) -> Bool {
        let purposes = awaited
        awaited = []
        answered.formUnion(purposes)
        if purposes.contains(.unseenObjects) { earlier = state?.configuration }
        if purposes.contains(.routerIDs) { renderedNodeConfig = state?.configuration.nodeConfig }
        if purposes.contains(.limits) { routes = state?.desired ?? [:] }
        guard purposes.contains(.standIn) else { return false }
        standIn = state
        return state != nil
    }

    /// Ends the stand-in, since the stores are loaded.
    mutating func release() { standIn = nil }

    /// Lets go of the routes, since limits have been applied; a further peer that is limited asks anew.
    mutating func releaseRoutes() {
        routes = nil
        answered.remove(.limits)
    }
}
