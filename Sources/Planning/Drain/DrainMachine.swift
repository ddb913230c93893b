package import BGPTypes

/// Takes a node out of service and back, as the annotation on its Node says.
///
/// First all service routes carry GRACEFUL_SHUTDOWN, so that routers choose other paths while this one still works; after the
/// grace period they are withdrawn. What no other node announces stays, for as long as that is so. A drain that an earlier run
/// had finished is taken up where it was: nothing that was withdrawn is announced in between.
package struct DrainMachine: Hashable, Sendable {
    /// What happens to the drain.
    package enum Event: Hashable, Sendable {
        /// The Node's annotation was read: nil when nothing asks for a drain.
        ///
        /// `wasWithdrawn` says that an earlier run had withdrawn the routes, and counts at the first request of a run alone;
        /// `isAnnouncing` says that routes are announced already, as from the saved state.
        case requested(DrainRequest?, wasWithdrawn: Bool, isAnnouncing: Bool)
        /// The timer for the grace period fired.
        case gracePeriodOver
        /// The timer for finding the other nodes fired.
        case othersOverdue
        /// What this node would announce may have changed.
        case worldChanged
        /// The other nodes are read, or have changed since.
        case othersChanged
        /// The timer for the next look fired.
        case lookDue
        /// The answer to the look of this number: the prefixes that no other node announces.
        case found(Set<IPPrefix>, look: Int)
    }

    /// What is to be done.
    package enum Action: Hashable, Sendable {
        /// Start `timer` anew with this time.
        case arm(Timer, Duration)
        /// Read the other nodes, and report `othersChanged` once they are read and after every change.
        case followOthers
        /// Stop that.
        case leaveOthers
        /// Find the prefixes that no other node announces, and answer with this number.
        case look(Int)
    }

    /// What wakes the machine.
    package enum Timer: Hashable, Sendable {
        /// Until the routes are withdrawn.
        case gracePeriod
        /// Until routes that an earlier run had withdrawn are announced again, since no other node is known.
        case others
        /// Until the next look.
        case look
    }

    private enum Phase: Hashable, Sendable {
        case inService
        /// An earlier run had withdrawn the routes, and what has to be kept is not known yet.
        case resuming(DrainRequest)
        case shuttingDown(DrainRequest)
        case drained(DrainRequest, keeping: Set<IPPrefix>)
    }

    /// The looks at who else announces: one at a time, and the next not before a while has passed.
    private enum Looks: Hashable, Sendable {
        /// The other nodes are not followed.
        case none
        /// They are not read yet.
        case reading
        /// The other nodes are followed; `isOwed` says that something changed since the look that is under way began.
        case looking(isOwed: Bool)
        /// A change waits for the timer.
        case pausing(isOwed: Bool)
        /// The next change is looked at once.
        case idle
    }

    private var phase = Phase.inService
    private var looks = Looks.none
    /// Counts the looks, so that an answer to one that was given up is recognised.
    private var lookNumber = 0
    /// Whether a request may still be one that an earlier run had followed.
    private var isFirst = true

    /// How long the other nodes may be unknown before routes that an earlier run had withdrawn are announced again.
    package static let othersTimeout: Duration = .seconds(5)
    /// The least time between two looks.
    package static let lookInterval: Duration = .seconds(1)

    /// A node in service.
    package init() {}

    /// What the drain does to the routes of the node.
    package var gate: NodeGates.Drain {
        switch phase {
        case .inService, .resuming: .none
        case .shuttingDown: .shuttingDown
        case .drained(_, let keeping): .drained(keeping: keeping)
        }
    }

    /// The request that is followed.
    package var request: DrainRequest? {
        switch phase {
        case .inService: nil
        case .resuming(let request), .shuttingDown(let request), .drained(let request, _): request
        }
    }

    /// Whether nothing may be announced yet, since an earlier run had withdrawn it.
    package var isResuming: Bool {
        if case .resuming = phase { true } else { false }
    }

    /// Takes an event; several events that change nothing have no actions.
    package mutating func handle(_ event: Event) -> [Action] {
        switch event {
        case .requested(nil, _, _):
            isFirst = false
            phase = .inService
            return leave()
        case .requested(let request?, let wasWithdrawn, let isAnnouncing):
            defer { isFirst = false }
            guard request != self.request else { return [] }
            return begin(request, isWithdrawn: isFirst && wasWithdrawn, isAnnouncing: isAnnouncing)
        case .gracePeriodOver:
            guard case .shuttingDown(let request) = phase, looks == .none else { return [] }
            return withdraw(request)
        case .othersOverdue:
            // Routes that ask not to be preferred are better than none.
            if case .resuming(let request) = phase { phase = .shuttingDown(request) }
            return []
        case .worldChanged, .othersChanged, .lookDue, .found:
            return look(event)
        }
    }

    private mutating func begin(_ request: DrainRequest, isWithdrawn: Bool, isAnnouncing: Bool) -> [Action] {
        switch phase {
        case .inService where isWithdrawn:
            phase = isAnnouncing ? .shuttingDown(request) : .resuming(request)
            let actions = withdraw(request)
            return request.isForced ? actions : actions + [.arm(.others, Self.othersTimeout)]
        case .resuming where !request.isForced:
            phase = .resuming(request)
            return []
        case .drained(_, let keeping) where !request.isForced:
            phase = .drained(request, keeping: keeping)
            return looks == .none ? follow() : []
        case .drained, .resuming:
            return withdraw(request)
        case .inService, .shuttingDown:
            phase = .shuttingDown(request)
            return leave() + [.arm(.gracePeriod, .seconds(request.gracePeriodSeconds))]
        }
    }

    /// Withdraws everything if the request is forced; else finds out first what to keep.
    private mutating func withdraw(_ request: DrainRequest) -> [Action] {
        guard request.isForced else { return follow() }
        phase = .drained(request, keeping: [])
        return leave()
    }

    private mutating func follow() -> [Action] {
        looks = .reading
        return [.followOthers]
    }

    private mutating func leave() -> [Action] {
        defer { looks = .none }
        return looks == .none ? [] : [.leaveOthers]
    }

    private mutating func look(_ event: Event) -> [Action] {
        switch (event, looks) {
        case (.othersChanged, .reading), (.worldChanged, .idle), (.othersChanged, .idle),
            (.lookDue, .pausing(isOwed: true)):
            looks = .looking(isOwed: false)
            lookNumber += 1
            return [.look(lookNumber)]
        case (.worldChanged, .looking), (.othersChanged, .looking):
            looks = .looking(isOwed: true)
        case (.worldChanged, .pausing), (.othersChanged, .pausing):
            looks = .pausing(isOwed: true)
        case (.lookDue, .pausing(isOwed: false)):
            looks = .idle
        case (.found(let keeping, lookNumber), .looking(let isOwed)):
            looks = .pausing(isOwed: isOwed)
            if let request { phase = .drained(request, keeping: keeping) }
            return [.arm(.look, Self.lookInterval)]
        default:
            break
        }
        return []
    }
}
