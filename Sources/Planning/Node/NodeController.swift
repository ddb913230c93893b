package import BGPEngine
import BGPTypes
import KubeModel

/// Everything that a node decides over time, as one value: what it announces, with whom it holds sessions, and when.
///
/// Events come in, effects go out, and nothing else happens; a driver carries both. It never acts on half a world: until all
/// stores have their first lists nothing is decided, except that when the API server does not answer for a while an earlier run's
/// state stands in. A changed endpoint costs no look at anything else.
package struct NodeController: Sendable {
    let options: NodeOptions
    var world = NodeWorld()
    var gate: DataPathGate
    var drain = DrainMachine()
    var network: NodeNetworkState
    var owners = AddressOwnership()
    var sessions = NodeSessions()
    var routes = RouteDecision()
    var saved: SavedStateUse
    var reports = NodeReports()
    /// Whether what the node is asked to do may be something else than when it was last decided.
    var isConfigurationDue = true
    /// Whether something is to be announced that is not yet.
    var isAnnouncementDue = false

    /// The controller of a speaker on a node with these devices, addresses and default routes.
    package init(_ options: NodeOptions, network: HostNetwork) {
        self.options = options
        gate = DataPathGate(options.datapathProbe, programs: options.datapathPrograms)
        self.network = NodeNetworkState(network)
        saved = SavedStateUse(isKept: options.keepsState)
    }

    /// Takes an event; returns what is to be done, in order.
    package mutating func handle(_ event: NodeEvent, at moment: NodeMoment) -> [NodeEffect] {
        var effects: [NodeEffect] = []
        let now = moment.elapsed
        switch event {
        case .started:
            effects = gate.handle(.started, at: now) + [.arm(.startup, options.startupTimeout)]
        case .objectsChanged(let changes): take(changes, at: moment, &effects)
        case .servicesListed(let services): network.look(at: services, &effects)
        case .networkChanged(let host): take(host, at: now, &effects)
        case .listenerFound(let place): step(.looked(place), at: now, &effects)
        case .dataPathAnswered(let problem): step(.answered(problem: problem), at: now, &effects)
        case .othersChanged: step(.othersChanged, at: moment.time, &effects)
        case .lastAnnounced(let prefixes, let look): step(.found(prefixes, look: look), at: moment.time, &effects)
        case .savedState(let state): take(state, &effects)
        case .timerFired(.startup): takeSavedStateIfNeeded(&effects)
        case .timerFired(.drain(.gracePeriod)): step(.gracePeriodOver, at: moment.time, &effects)
        case .timerFired(.drain(.others)): step(.othersOverdue, at: moment.time, &effects)
        case .timerFired(.drain(.look)): step(.lookDue, at: moment.time, &effects)
        case .timerFired(.dataPath): step(.woke, at: now, &effects)
        case .timerFired(.wake): wake(at: moment)
        }
        decide(at: moment, &effects)
        reports.finish(figures, nextAlarm: nextAlarm, at: now, &effects)
        return effects
    }

    private mutating func wake(at moment: NodeMoment) {
        reports.alarm = nil
        settleNetwork(at: moment.elapsed)
        let change = routes.release(at: moment.elapsed)
        guard !change.isEmpty else { return }
        isAnnouncementDue = true
        routes.note(change, at: moment.time)
    }

    private var figures: NodeFigures {
        NodeFigures(
            isDataPathReady: gate.present.isOpen,
            drain: DrainCondition.Reason(drain.gate),
            isOnSavedState: saved.standIn != nil,
            pausedPrefixes: routes.tables.waitingCount,
            excesses: reports.routes.excesses
        )
    }

    /// When something may change by itself next.
    private var nextAlarm: Duration? {
        [routes.tables.nextRelease, reports.routes.nextLook(routes), network.nextChange].compactMap(\.self).min()
    }
}

/// What the stores say.
struct NodeWorld: Sendable {
    /// What the node is asked to do; nil until all stores are loaded.
    var inputs: NodeInputs?
    /// The kinds whose first list is still missing.
    var missing: [String] = []
    /// The refused objects of which no good version was seen.
    var unseen = UnseenObjects()
}

/// What the log and the metrics have.
struct NodeReports: Sendable {
    var settings = SettingsReports()
    var routes = RouteReports()
    /// When the node will be woken.
    var alarm: Duration?
    private var shown: NodeFigures?

    /// Shows figures that are others than before, and asks to be woken when that is sooner than before.
    mutating func finish(
        _ figures: NodeFigures,
        nextAlarm: Duration?,
        at now: Duration,
        _ effects: inout [NodeEffect]
    ) {
        if figures != shown {
            shown = figures
            effects.append(.show(figures))
        }
        guard let nextAlarm, alarm.map({ nextAlarm < $0 }) ?? true else { return }
        alarm = nextAlarm
        effects.append(.arm(.wake, max(.zero, nextAlarm - now)))
    }
}
