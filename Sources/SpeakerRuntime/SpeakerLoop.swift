import BGPEngine
import BGPResources
import BGPTransport
import FoundationEssentials
import KubeClient
import KubeModel
import LogKeys
import Logging
import Planning
import Signals

/// Turns what the stores hold into sessions and desired routes, after every change.
///
/// It never acts on half a world: until all stores are ready nothing is configured, except that when the API server does
/// not answer for a while the last good state of an earlier run is taken.
actor SpeakerLoop {
    let stores: SpeakerStores
    let speaker: BGPServer
    let keeper: StateStore?
    let logger: Logger
    private let services: StoreReader<AnnouncedService>
    private let slices: StoreReader<ServiceEndpoints>
    private let advertisements: StoreReader<BGPAdvertisement>
    private let basics: SpeakerStores.BasicsReader
    /// Whose addresses are whose.
    private(set) var foreign: ForeignAddresses
    /// Up to which changes settings and Advertisements were looked at.
    private var seen: (settings: Int, advertisements: Int)?
    private(set) var drainWish: DrainRequest?
    private var neededDevices: NeededDevices
    /// Whether that changed since it was last decided with.
    private var isForeignChanged = false
    /// What was last asked of the node, Advertisements aside.
    private(set) var basis: NodeConfiguration?
    private var passwords: [String: Password] = [:]
    private(set) var network: NodeNetwork
    private var settling: NetworkSettling
    var ownAddresses: OwnAddresses
    /// Tells which Services changed since their addresses were last compared with the node's.
    let addressedServices: StoreReader<AnnouncedService>
    /// Where the speaker renders its BGPNodeConfig itself, that of an earlier run.
    lazy var renderedByEarlierRun = stores.wishes == nil ? nil : keeper?.load()?.configuration.nodeConfig
    /// What was last decided with.
    private var decided: (gates: NodeGates, network: NodeNetwork, podNetworks: PodNetworks)?
    var advertiser: Advertiser?
    /// What peers are to have, and what of it is announced now.
    var routes = DampedTables()
    private(set) var plans: [InstancePlan] = []
    private(set) var limits = AnnounceLimits()
    private(set) var gates: NodeGates { didSet { if gates != oldValue { metrics.show(gates) } } }
    /// The earlier run's state while it stands in for the stores.
    private var lastGood: SavedState? { didSet { metrics.runsOnSavedState(lastGood != nil) } }
    /// What an earlier run was asked to do, for objects that are refused since the start.
    private(set) var earlier: NodeConfiguration?
    private var hasLookedForEarlier = false
    /// What the log was told last of a Node that is not there, and of instances and peers that stay down.
    var reportedNode: String?
    var reportedDrainFault: FieldError?
    var reportedOperator: Set<String> = []
    var reportedObstacles: Set<String> = []
    /// The peers of which the log knows that they are told less than all.
    var reportedHeldBack: Set<PeerID> = []
    /// Whether a wish waits for Secrets that it is the first to need.
    private var awaitsSecrets = false
    /// The time since the loop was made.
    let stopwatch: @Sendable () -> Duration
    /// When `wake` will be called.
    var alarms: [Duration] = []
    /// How long until `wake` is to be called.
    nonisolated let waits: AsyncStream<Duration>
    nonisolated let wait: AsyncStream<Duration>.Continuation
    var flapReport = FlapReport()
    /// What is held back because a tenant brings too much, as it was found last.
    var excesses: [BoundExcess] = []
    /// Addresses of Services that are not announced because of whose they are, as they were found last.
    var withheld: [Reason] = []
    /// Which version of the decision that was, and when it may be looked for again.
    var lookedForExcesses: (version: Int, next: Duration)?
    /// What is selected and not announced for another reason, as it was found last, and in which version of the decision.
    var unannounced: (version: Int, causes: [UnannouncedCause])?
    /// What of it the log was told last, and when it may be told more.
    var reportedUnannounced: (version: Int, next: Duration, codes: Set<ReasonCode>)?
    /// What came to be held back because a tenant brings too much.
    nonisolated let newExcesses: AsyncStream<[BoundExcess]>
    nonisolated let newExcess: AsyncStream<[BoundExcess]>.Continuation
    let metrics: NodeMetrics
    /// What was logged last of pod networks that are missing.
    var missingPodNetworks: [String] = []

    init(
        stores: SpeakerStores,
        speaker: BGPServer,
        keeper: StateStore?,
        gates: NodeGates,
        network: HostNetwork,
        metrics: NodeMetrics,
        clock: any Clock<Duration>,
        logger: Logger
    ) {
        self.stores = stores
        self.speaker = speaker
        self.keeper = keeper
        self.gates = gates
        let known = NodeNetwork(network)
        self.network = known
        self.metrics = metrics
        settling = NetworkSettling(known)
        var own = OwnAddresses()
        own.follow(network.devices)
        ownAddresses = own
        self.logger = logger
        services = stores.services.makeReader()
        addressedServices = stores.services.makeReader()
        slices = stores.endpointSlices.makeReader()
        advertisements = stores.advertisements.makeReader()
        basics = stores.makeBasicsReader()
        foreign = ForeignAddresses(stores: stores)
        neededDevices = NeededDevices(stores: stores)
        (waits, wait) = AsyncStream.makeStream()
        // Without an API server nobody reads it.
        (newExcesses, newExcess) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(16))
        stopwatch = clock.stopwatch()
        metrics.show(gates)
        metrics.runsOnSavedState(false)
    }

    /// Whether a configuration, of now or of an earlier run, is in force.
    private(set) var isConfigured = false

    /// When routes came to be as they are.
    private(set) var history = RouteHistory()

    /// Follows the stores until cancelled.
    func run() async throws {
        var isReady = false
        for await _ in stores.set.signal.changes() {
            let event = stores.set.signal.takeArrival()
            // A store that has been ready once stays so.
            isReady = isReady || stores.set.isReady
            if isReady { reconcile(since: event) }
        }
    }

    /// Opens or closes the gate of the data path.
    func setDataPath(_ dataPath: NodeGates.DataPath) {
        guard gates.dataPath != dataPath else { return }
        gates.dataPath = dataPath
        announceLastGood()
        stores.set.signal.notify()
    }

    /// Takes a step of a drain.
    func setDrain(_ drain: NodeGates.Drain) {
        guard gates.drain != drain else { return }
        gates.drain = drain
        stores.set.signal.notify()
    }

    /// Follows what the Node says about draining; false while a drain that an earlier run had finished is not taken up
    /// again, since nothing that was withdrawn may be announced in between.
    private func followDrainWish() -> Bool {
        if drainWish == nil {
            gates.drain = .none
        } else if gates.drain == .none {
            guard isConfigured || !stores.wasWithdrawn else { return false }
            gates.drain = .shuttingDown
        }
        return true
    }

    /// Takes what the node's devices and default routes are now.
    func setNetwork(_ network: HostNetwork) {
        ownAddresses.follow(network.devices)
        if stores.set.isReady { followAddresses(ofNode: false) }
        settling.take(NodeNetwork(network))
        settleNetwork()
    }

    /// Takes of the node's devices and default routes what counts now.
    func settleNetwork() {
        let now = stopwatch()
        let (settled, next) = settling.settle(at: now)
        if let next { wait.yield(max(.zero, next - now)) }
        guard network != settled else { return }
        network = settled
        stores.set.signal.notify()
    }

    /// Takes an earlier run's sessions and routes if the stores are still not ready.
    func takeLastGood() {
        guard !stores.set.isReady || (awaitsSecrets && !isConfigured), let state = keeper?.load() else { return }
        let missing = (stores.set.missing + (awaitsSecrets ? [Secret.type] : [])).map(\.plural).joined(separator: ", ")
        logger.warning(
            "the API server does not answer; announcing the last good state",
            metadata: [.savedStateMissing: "\(missing)", .savedStateRoutes: "\(state.routeCount)"]
        )
        lastGood = state
        if ownAddresses.follow(state.configuration.node) { speaker.follow(ownAddresses.cluster) }
        var configuration = state.configuration
        // What the devices have is known better than from a file.
        configuration.interfaces = network.interfaces
        plans = planSessions(configuration, passwords: state.passwords)
        isConfigured = true
        speaker.apply(plans.compactMap(\.configuration))
        announceLastGood()
    }

    /// Announces the earlier run's routes, once the node can forward what they attract.
    private func announceLastGood() {
        guard let lastGood, gates.dataPath.isOpen else { return }
        speaker.want(lastGood.desired, isComplete: true)
    }

    private func reconcile(since event: ContinuousClock.Instant?) {
        // Whatever else there is, a changed endpoint costs no look at it.
        let counts = (settings: stores.settings.count, advertisements: stores.advertisements.signal.count)
        let areSettingsOther = counts.settings != seen?.settings
        let areAdvertisementsOther = counts.advertisements != seen?.advertisements
        if areSettingsOther {
            drainWish = stores.drainWish
            reportNode()
            reportOperator()
        }
        guard followDrainWish() else { return }
        seen = counts
        if areSettingsOther || areAdvertisementsOther {
            lookForEarlier()
            if foreign.look() { isForeignChanged = true }
            neededDevices.look()
        }
        followAddresses(ofNode: areSettingsOther)
        let wish = newWish(areSettingsOther: areSettingsOther)
        // The first decision waits for its passwords, so that no session ends for want of one that is there.
        guard advertiser != nil || wish != nil else { return }
        lastGood = nil
        let outcome = decide(wish)
        let isReplanned = wish.map(planAgain) ?? false
        if outcome.isOther || isReplanned || !isConfigured { announce(since: event) }
        isConfigured = true
        if outcome.isMeant { reportPodNetworks() }
        // No peer waits for the books to be kept.
        note(outcome.change)
        lookForExcesses()
        // What follows from a new configuration is told with it; other changes are looked at once a second.
        reportUnannounced(now: wish != nil)
        reportFlaps()
        setAlarm()
    }

    /// Reads an earlier run's configuration once, when an object is refused of which this run has seen no good version.
    private func lookForEarlier() {
        guard !hasLookedForEarlier, stores.hasNeverBeenValid else { return }
        hasLookedForEarlier = true
        earlier = keeper?.load()?.configuration
    }

    /// What the node is asked to do if that can be different, apart from Advertisements, which are taken one by one.
    private func newWish(areSettingsOther: Bool) -> SpeakerStores.Wish? {
        let network = NodeNetwork(
            interfaces: network.devices(neededDevices.names),
            defaultGateways: network.defaultGateways
        )
        let found = (gates, network, foreign.podNetworks(of: stores.nodeName))
        let isSame = decided.map { $0 == found } ?? false
        guard areSettingsOther && basics.haveChanged() || !isSame || earlier != nil || awaitsSecrets else { return nil }
        let wish = stores.wish(
            gates: gates,
            network: network,
            addresses: foreign,
            earlier: earlier,
            inUse: renderedBefore
        )
        // What is in force stays meanwhile, and follows services and endpoints.
        awaitsSecrets = !stores.haveSecrets(for: wish, inForce: basis)
        guard !awaitsSecrets else { return nil }
        decided = found
        return wish
    }

    func note(_ change: PeerTables.Change?) {
        guard let change, !change.isEmpty else { return }
        history.note(change, at: Timestamp(Date.now))
    }

    /// What a decision led to.
    private struct Outcome {
        /// Whether anything is decided otherwise than before.
        var isOther = false
        /// Whether it follows from the configuration or an Advertisement.
        var isMeant = false
        /// What changes for the peers.
        var change: PeerTables.Change?
    }

    /// Brings the decision up to date.
    private func decide(_ wish: SpeakerStores.Wish?) -> Outcome {
        let (allServices, serviceChanges) = services.read()
        let (allSlices, sliceChanges) = slices.read()
        let (allAdvertisements, advertisementChanges) = advertisements.read()
        guard var current = advertiser else {
            guard let wish else { return Outcome() }
            isForeignChanged = false
            let first = Advertiser(
                wish.configuration,
                services: allServices.objects,
                endpointSlices: allSlices.objects
            )
            advertiser = first
            let change = routes.update(first.tables, areOfTenants: false, at: stopwatch())
            return Outcome(isOther: true, isMeant: true, change: change)
        }
        // The one copy is taken out while it is changed, so that a change does not copy the world.
        advertiser = nil
        let isReconfigured = wish.map { $0.basis != basis || earlier != nil } ?? false
        if let wish, isReconfigured { current.configure(wish.configuration) }
        let tables = current.update(
            addresses: isForeignChanged && !isReconfigured ? foreign.known : nil,
            advertisements: isReconfigured
                ? [:] : advertisementChanges.objects(in: allAdvertisements).byName { $0.wish },
            services: serviceChanges.objects(in: allServices),
            endpointSlices: sliceChanges.objects(in: allSlices)
        )
        isForeignChanged = false
        advertiser = current
        let isMeant = isReconfigured || !advertisementChanges.isEmpty
        let isOther = isMeant || !tables.isIdentical(to: routes.desired)
        let change = routes.update(tables, areOfTenants: !isMeant, at: stopwatch())
        return Outcome(isOther: isOther, isMeant: isMeant, change: change)
    }

    /// Applies what a new wish says about sessions; returns whether anything is different.
    private func planAgain(_ wish: SpeakerStores.Wish) -> Bool {
        basis = wish.basis
        passwords = wish.passwords
        let configuration = wish.configuration
        let newPlans = planSessions(configuration, passwords: wish.passwords, inUse: plans)
        guard newPlans != plans || !isConfigured else { return false }
        plans = newPlans
        reportObstacles()
        let isDeselected = configuration.nodeConfig == nil
        speaker.apply(
            plans.compactMap(\.configuration),
            farewell: isDeselected ? "node \(configuration.nodeName) is no longer selected for BGP" : nil
        )
        return true
    }

    /// Tells the peers what they are to have, within their limits, and keeps that for the next run.
    func announce(since event: ContinuousClock.Instant? = nil) {
        guard let advertiser else { return }
        let isOpen = gates.dataPath.isOpen
        let announced = limits.apply(plans.announceLimits, to: routes.announced.byPeer) {
            keeper?.load()?.desired ?? [:]
        }
        speaker.want(announced, heldBack: limits.heldBack, isComplete: isOpen, since: event)
        reportHeldBack()
        // What is announced behind a closed gate is no good state to come back to.
        guard isOpen, let keeper else { return }
        // What waits because it flaps is desired by the next run, too.
        keeper.keep(
            SavedState(
                configuration: advertiser.configuration,
                passwords: passwords,
                desired: limits.heldBack.isEmpty ? routes.desired.byPeer : announced
            )
        )
    }
}

extension [ObjectKey: BGPAdvertisement?] {
    /// The objects by name alone, as they are wished.
    fileprivate func byName(_ wish: (BGPAdvertisement) -> BGPAdvertisement) -> [String: BGPAdvertisement?] {
        var objects: [String: BGPAdvertisement?] = [:]
        for (key, object) in self { objects[key.name] = .some(object.map(wish)) }
        return objects
    }
}

extension StoreChanges {
    /// The changed objects, nil for those that are gone.
    func objects<Object>(in snapshot: StoreSnapshot<Object>) -> [ObjectKey: Object?] {
        var objects: [ObjectKey: Object?] = [:]
        for key in removed { objects[key] = .some(nil) }
        for key in changed { objects[key] = .some(snapshot[key]) }
        return objects
    }
}
