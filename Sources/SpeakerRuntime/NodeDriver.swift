import BGPEngine
import BGPTransport
import FoundationEssentials
import KubeClient
import KubeModel
import LogKeys
import Logging
import PlainText
import Planning
import Signals

/// Carries what happens to a node to its controller, and carries out what follows: the one place where both are logged.
///
/// Every event goes through `submit`, which runs the controller and carries out its effects before the next.
actor NodeDriver {
    nonisolated let stores: SpeakerStores
    /// Hears of every event: what pages and the status show may be something else.
    nonisolated let signal = ChangeSignal()
    /// What takes time.
    nonisolated let errands = NodeErrands()
    private let parts: Parts
    private var controller: NodeController
    private var reader: NodeObjectReader
    private var pending: [NodeEvent] = []
    private var isHandling = false
    /// When that came from outside which is being handled.
    private var arrival: ContinuousClock.Instant?

    /// What effects are carried out with.
    struct Parts: Sendable {
        let server: BGPServer
        /// Nil keeps nothing for the next run.
        let store: StateStore?
        /// Nil without an API server, which events are written to.
        let recorder: EventRecorder?
        let others: OtherNodes
        let metrics: NodeMetrics
        let logger: Logger
        /// The time since the speaker's start.
        let stopwatch: @Sendable () -> Duration
    }

    init(_ controller: NodeController, stores: SpeakerStores, parts: Parts) {
        self.controller = controller
        self.stores = stores
        self.parts = parts
        reader = NodeObjectReader(stores)
    }

    /// Follows the stores until cancelled.
    func follow() async throws {
        submit(.started)
        for await _ in stores.set.signal.changes() {
            // Taken first: what comes in between belongs to the next look.
            let arrival = stores.set.signal.takeArrival()
            submit(.objectsChanged(reader.read()), since: arrival)
        }
    }

    /// Hands an event to the controller, or lines it up behind the one being handled.
    func submit(_ event: NodeEvent, since arrival: ContinuousClock.Instant? = nil) {
        pending.append(event)
        guard !isHandling else { return }
        isHandling = true
        self.arrival = arrival
        var index = 0
        while index < pending.count {
            let event = pending[index]
            index += 1
            let moment = NodeMoment(elapsed: parts.stopwatch(), time: Timestamp(Date.now))
            let effects = controller.handle(event, at: moment)
            parts.logger.debug(
                "the node decides",
                metadata: [.event: "\(event)", .actions: "\(effects.map(\.description).joined(separator: "; "))"]
            )
            for effect in effects { perform(effect) }
        }
        pending.removeAll(keepingCapacity: true)
        isHandling = false
        self.arrival = nil
        signal.notify()
    }

    /// Takes a timer that fired, unless it was armed anew since.
    func fire(_ timer: NodeTimer, serial: Int) {
        if errands.isCurrent(timer, serial) { submit(.timerFired(timer)) }
    }

    /// The time since the speaker's start.
    nonisolated var elapsed: Duration { parts.stopwatch() }

    /// Looks at the controller as it is now.
    func read<Value: Sendable>(_ body: (NodeController) -> Value) -> Value { body(controller) }

    /// What the node says of itself now.
    func statusReport(
        peers: [PeerSnapshot],
        instances: [InstanceSnapshot],
        stateFault: String?,
        deletions: [PendingDeletion]
    ) -> StatusReport {
        controller.statusReport(peers: peers, instances: instances, stateFault: stateFault, deletions: deletions)
    }

    private func perform(_ effect: NodeEffect) {
        switch effect {
        case .apply(let instances, let farewell): parts.server.apply(instances, farewell: farewell)
        case .announce(let announcement):
            parts.server.announce(
                announcement.tables,
                heldBack: announcement.heldBack,
                isComplete: announcement.isComplete,
                since: arrival
            )
        case .setAddressRoles(let roles): parts.server.follow(roles)
        case .arm(let timer, let duration): errands.arm(timer, duration)
        case .readSecrets(let names): stores.readSecrets(names)
        case .listServices: submit(.servicesListed(stores.services.snapshot.objects))
        case .findListener(let places): errands.begin(.findListener(places))
        case .ask(let question): errands.begin(.ask(question))
        case .followOthers: parts.others.follow(true)
        case .leaveOthers: parts.others.follow(false)
        case .findLastAnnounced(let configuration, let look):
            errands.begin(.findLastAnnounced(configuration, look: look))
        case .loadSavedState: submit(.savedState(parts.store?.load()))
        case .persist(let state): parts.store?.keep(state)
        case .record(let draft): parts.recorder?.record(draft)
        case .report(let report): parts.logger.log(report)
        case .show(let figures): parts.metrics.show(figures)
        }
    }
}
