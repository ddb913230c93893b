/// What metrics show of a node.
package struct NodeFigures: Hashable, Sendable {
    /// Whether the node forwards service traffic, as far as it is asked.
    package let isDataPathReady: Bool
    /// How far the node is on its way out of service.
    package let drain: DrainCondition.Reason
    /// Whether an earlier run's state stands in for the API server's.
    package let isOnSavedState: Bool
    /// How many prefixes wait because they flap.
    package let pausedPrefixes: Int
    /// What is held back because a tenant brings too much.
    package let excesses: [BoundExcess]

    /// Joins them.
    package init(
        isDataPathReady: Bool = true,
        drain: DrainCondition.Reason = .inService,
        isOnSavedState: Bool = false,
        pausedPrefixes: Int = 0,
        excesses: [BoundExcess] = []
    ) {
        self.isDataPathReady = isDataPathReady
        self.drain = drain
        self.isOnSavedState = isOnSavedState
        self.pausedPrefixes = pausedPrefixes
        self.excesses = excesses
    }

    /// How many routes of Services are held back, and how many because the Services of a namespace bring too many.
    package var excessCounts: (ofServices: Int, ofNamespaces: Int) {
        excesses.reduce(into: (0, 0)) { counts, excess in
            switch excess.tenant {
            case .service: counts.0 += excess.routes
            case .namespace: counts.1 += excess.routes
            }
        }
    }
}

extension DrainCondition.Reason {
    /// How far a drain is.
    package init(_ drain: NodeGates.Drain) {
        self =
            switch drain {
            case .none: .inService
            case .shuttingDown: .shuttingDown
            case .drained(let keeping): keeping.isEmpty ? .drained : .lastAnnouncer
            }
    }
}
