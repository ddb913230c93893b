import Addressing
import BGPEngine
import BGPResources
import BGPTransport
import FoundationEssentials
import KubeClient
import KubeModel
import Logging
import PlainText
import Planning

/// Turns what the stores hold into sessions and desired routes, after every change.
///
/// It never acts on half a world: until all stores are ready nothing is configured, except that when the API server does
/// not answer for a while the last good state of an earlier run is taken.
actor SpeakerLoop {
    private let stores: SpeakerStores
    private let speaker: BGPSpeaker
    private let keeper: LastGoodKeeper?
    private let logger: Logger
    private let services: StoreReader<Service>
    private let slices: StoreReader<EndpointSlice>
    private let advertisements: StoreReader<BGPAdvertisement>
    private let basics: SpeakerStores.BasicsReader
    /// What was last asked of the node, Advertisements aside.
    private var basis: NodeConfiguration?
    private var passwords: [String: Password] = [:]
    private var network: NodeNetwork
    /// What was last decided with.
    private var decided: (gates: NodeGates, network: NodeNetwork, kept: BGPNodeConfig?)?
    private var advertiser: Advertiser?
    private var desired: DesiredRoutes?
    private var plans: [InstancePlan] = []
    private var limits = AnnounceLimits()
    /// Whether the state that was kept last held routes back.
    private var wasLimited = false
    private var gates: NodeGates
    /// The earlier run's state while it stands in for the stores.
    private var lastGood: LastGood?
    /// What an earlier run was asked to do, for objects that are refused since the start.
    private var earlier: NodeConfiguration?
    private var hasLookedForEarlier = false
    /// Whether a wish waits for Secrets that it is the first to need.
    private var awaitsSecrets = false
    private var handOver = HandOver.nothing
    private var damper = FlapDamper()
    /// The time since the loop was made.
    private let stopwatch: @Sendable () -> Duration
    /// When `wake` will be called.
    private var alarms: [Duration] = []
    /// How long until `wake` is to be called.
    nonisolated let waits: AsyncStream<Duration>
    private nonisolated let wait: AsyncStream<Duration>.Continuation
    private var flapReport = FlapReport()
    /// What is held back because a tenant brings too much, as it was found last.
    private(set) var excesses: [BoundExcess] = []
    /// Which version of the decision that was, and when it may be looked for again.
    private var lookedForExcesses: (version: Int, next: Duration)?
    /// What came to be held back because a tenant brings too much.
    nonisolated let newExcesses: AsyncStream<[BoundExcess]>
    private nonisolated let newExcess: AsyncStream<[BoundExcess]>.Continuation
    private let metrics = RouteMetrics()
    /// BGPNodeConfigs that went and may come back, each until `letGo`.
    nonisolated let departures: AsyncStream<HandOver.Departure>
    private nonisolated let departure: AsyncStream<HandOver.Departure>.Continuation

    init(
        stores: SpeakerStores,
        speaker: BGPSpeaker,
        keeper: LastGoodKeeper?,
        gates: NodeGates,
        network: NodeNetwork,
        clock: any Clock<Duration>,
        logger: Logger
    ) {
        self.stores = stores
        self.speaker = speaker
        self.keeper = keeper
        self.gates = gates
        self.network = network
        self.logger = logger
        services = stores.services.makeReader()
        slices = stores.endpointSlices.makeReader()
        advertisements = stores.advertisements.makeReader()
        basics = stores.makeBasicsReader()
        (departures, departure) = AsyncStream.makeStream()
        (waits, wait) = AsyncStream.makeStream()
        // Without an API server nobody reads it.
        (newExcesses, newExcess) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(16))
        stopwatch = clock.stopwatch()
    }

    /// Whether a configuration, of now or of an earlier run, is in force.
    private(set) var isConfigured = false

    /// The BGPNodeConfig in force; asked for often, and without a copy of the decision, which would have to be made anew
    /// if the decision changed meanwhile.
    var nodeConfigInForce: BGPNodeConfig? { advertiser?.configuration.nodeConfig }

    /// When routes came to be as they are.
    private var history = RouteHistory()

    /// When routes to a peer came to be as they are; nil where that was before the speaker or its sessions began.
    func times(of prefixes: [IPPrefix], to peer: PeerID) -> [Timestamp?] {
        prefixes.map { history.time(of: $0, to: peer) }
    }

    /// The decision in force, as far as it can be handed out without a copy of it, which would have to be made anew with
    /// the next change; nil before the stores are ready.
    var overview: Overview? {
        advertiser.map { Overview(groups: $0.groups, configured: $0.configured, services: $0.announcedServices) }
    }

    /// What pages begin with.
    struct Overview {
        let groups: [[PeerID]]
        let configured: ConfiguredOrigins
        let services: [ObjectKey]
    }

    /// What some Services bring.
    func origins(of services: ArraySlice<ObjectKey>) -> [RouteOrigin] {
        advertiser?.origins(of: services) ?? []
    }

    /// The routes that a peer is to have, limits aside.
    func desiredRoutes(of peer: PeerID) -> RouteTable? { desired?.tables[peer] }

    /// What the sessions run with, in the user's order.
    var sessions: [InstancePlan] { plans }

    /// How many routes wait because of limits, by peer and family.
    var heldBack: [PeerID: [IPFamily: Int]] { limits.heldBack }

    /// Why nothing is kept for the next run, if it is to be.
    nonisolated var stateFault: String? { keeper?.refusal }

    /// What keeps routes back.
    var presentGates: NodeGates { gates }

    /// Follows the stores until cancelled.
    func run() async throws {
        for await _ in stores.set.signal.changes() {
            if stores.set.isReady { reconcile() }
        }
    }

    /// Opens or closes the gate of the data path.
    func setDataPath(_ dataPath: NodeGates.DataPath) {
        guard gates.dataPath != dataPath else { return }
        gates.dataPath = dataPath
        announceLastGood()
        stores.set.signal.notify()
    }

    /// What the node is asked to do, whatever keeps its routes back; nil before the stores are ready.
    func resources() -> NodeConfiguration? {
        guard stores.set.isReady else { return nil }
        return stores.wish(
            gates: NodeGates(bounds: gates.bounds),
            network: network,
            earlier: earlier,
            kept: handOver.kept
        )
        .configuration
    }

    /// Ends what a BGPNodeConfig asked for that is gone, unless another has come.
    func letGo(_ departure: HandOver.Departure) {
        if handOver.giveUp(departure) { stores.set.signal.notify() }
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
        if stores.drainWish == nil {
            gates.drain = .none
        } else if gates.drain == .none {
            guard isConfigured || !stores.wasWithdrawn else { return false }
            gates.drain = .shuttingDown
        }
        return true
    }

    /// Takes what the node's devices and default routes are now.
    func setNetwork(_ network: NodeNetwork) {
        guard self.network != network else { return }
        self.network = network
        stores.set.signal.notify()
    }

    /// Takes an earlier run's sessions and routes if the stores are still not ready.
    func takeLastGood() {
        guard !stores.set.isReady || (awaitsSecrets && !isConfigured), let state = keeper?.load() else { return }
        let missing = (stores.set.missing + (awaitsSecrets ? [Secret.type] : [])).map(\.plural).joined(separator: ", ")
        logger.warning(
            "the API server does not answer; announcing the last good state",
            metadata: ["missing": "\(missing)", "routes": "\(state.routeCount)"]
        )
        lastGood = state
        plans = planSessions(state.configuration, passwords: state.passwords)
        isConfigured = true
        speaker.apply(plans.compactMap(\.configuration))
        announceLastGood()
    }

    /// Announces the earlier run's routes, once the node can forward what they attract.
    private func announceLastGood() {
        guard let lastGood, gates.dataPath == .ready else { return }
        speaker.want(lastGood.desired, isComplete: true)
    }

    private func reconcile() {
        guard followDrainWish() else { return }
        lookForEarlier()
        if let gone = stores.follow(&handOver) { departure.yield(gone) }
        let wish = newWish()
        // The first decision waits for its passwords, so that no session ends for want of one that is there.
        guard advertiser != nil || wish != nil else { return }
        lastGood = nil
        let (outcome, past) = decide(wish)
        let isReplanned = wish.map(planAgain) ?? false
        if outcome != .same || isReplanned || !isConfigured { announce(outcome) }
        isConfigured = true
        // No peer waits for the books to be kept.
        note(past)
        lookForExcesses()
        reportFlaps()
        setAlarm()
    }

    /// The prefixes that wait because they flap, and how long.
    var paused: [(prefix: IPPrefix, rest: Duration)] {
        let now = stopwatch()
        return damper.waiting.map { ($0.prefix, max(.zero, $0.end - now)) }
    }

    /// Does what was put off until now: announces what has waited and is still wanted.
    func wake() {
        let now = stopwatch()
        alarms.removeAll { $0 <= now }
        release(at: now)
        let before = excesses
        lookForExcesses()
        if excesses != before { stores.set.signal.notify() }
        reportFlaps()
        setAlarm()
    }

    private func release(at now: Duration) {
        let due = damper.release(at: now)
        guard !due.isEmpty, let advertiser, var routes = desired else { return }
        // What is wanted and was not told.
        let wanted = advertiser.groups.enumerated().compactMap { group, peers -> RouteChanges? in
            guard let table = peers.first.flatMap({ routes.tables[$0] }) else { return nil }
            let found = due.filter { table.attributes(of: $0) == nil }
                .compactMap { advertiser.route(to: $0, ofGroup: group) }
            return found.isEmpty ? nil : RouteChanges(peers: peers, announced: found, withdrawn: [])
        }
        desired = nil
        let told = damp(wanted, routes, at: now)
        routes.tell(told, isAll: damper.awaited == 0)
        desired = routes
        guard !told.isEmpty else { return }
        announce(.released)
        note(.changed(told))
    }

    private func damp(
        _ changes: [RouteChanges],
        areOfTenants: Bool = true,
        _ routes: DesiredRoutes,
        at now: Duration
    ) -> [RouteChanges] {
        damper.handle(changes, areOfTenants: areOfTenants, at: now) { peer, prefix in
            routes.tables[peer]?.attributes(of: prefix) != nil
        }
    }

    /// Says which prefixes began to flap, and how many wait.
    private func reportFlaps() {
        metrics.paused(damper.awaited)
        guard let text = flapReport.text(of: damper.takeBeginners(), at: stopwatch()) else { return }
        logger.warning(
            "prefixes come and go; they are withdrawn at once and announced again after a growing pause",
            metadata: ["prefixes": "\(text)"]
        )
    }

    /// Finds what is held back because a tenant brings too much: a look at all that is, so at most one a second.
    private func lookForExcesses() {
        guard let version = advertiser?.boundVersion, version != lookedForExcesses?.version else { return }
        let now = stopwatch()
        guard now >= lookedForExcesses?.next ?? .zero else { return }
        lookedForExcesses = (version, now + .seconds(1))
        let found = advertiser?.boundExcesses ?? []
        let known = Set(excesses.map(\.tenant))
        excesses = found
        metrics.held(found)
        let new = found.filter { !known.contains($0.tenant) }
        guard !new.isEmpty else { return }
        newExcess.yield(new)
        logger.warning(
            "a tenant brings more routes than a peer is told",
            metadata: ["routes": "\(new.map(\.message).asFindings())"]
        )
    }

    /// Asks to be woken when the first of what waits is due.
    private func setAlarm() {
        var next = damper.nextRelease
        if let looked = lookedForExcesses, looked.version != advertiser?.boundVersion {
            next = min(next ?? looked.next, looked.next)
        }
        guard let next, !alarms.contains(where: { $0 <= next }) else { return }
        alarms.append(next)
        wait.yield(max(.zero, next - stopwatch()))
    }

    /// Reads an earlier run's configuration once, when an object is refused of which this run has seen no good version.
    private func lookForEarlier() {
        guard !hasLookedForEarlier, stores.hasUnseen else { return }
        hasLookedForEarlier = true
        earlier = keeper?.load()?.configuration
    }

    /// What the node is asked to do if that can be different, apart from Advertisements, which are taken one by one.
    private func newWish() -> SpeakerStores.Wish? {
        let kept = handOver.kept
        let isSame = decided.map { $0.gates == gates && $0.network == network && $0.kept == kept } ?? false
        guard basics.haveChanged() || !isSame || earlier != nil || awaitsSecrets else { return nil }
        let wish = stores.wish(gates: gates, network: network, earlier: earlier, kept: kept)
        // What is in force stays meanwhile, and follows services and endpoints.
        awaitsSecrets = !stores.haveSecrets(for: wish, inForce: basis)
        guard !awaitsSecrets else { return nil }
        decided = (gates, network, kept)
        return wish
    }

    /// What became of the routes.
    private enum Outcome: Equatable {
        case same
        case changed([RouteChanges])
        case new
        /// Nothing else is decided; what waited is told.
        case released
    }

    /// What the history of routes has to be told.
    private enum Past {
        case same
        case changed([RouteChanges])
        /// Everything may be different from these tables.
        case tables([PeerID: RouteTable])
    }

    private func note(_ past: Past) {
        let now = Timestamp(Date.now)
        switch past {
        case .same: break
        case .changed(let changes): history.note(changes, at: now)
        case .tables(let before):
            guard let advertiser, let desired else { break }
            history.note(from: before, to: desired.tables, groups: advertiser.groups, at: now)
        }
    }

    /// Brings the decision up to date.
    private func decide(_ wish: SpeakerStores.Wish?) -> (outcome: Outcome, past: Past) {
        let (allServices, serviceChanges) = services.read()
        let (allSlices, sliceChanges) = slices.read()
        let (allAdvertisements, advertisementChanges) = advertisements.read()
        guard var current = advertiser, var routes = desired else {
            guard let wish else { return (.same, .same) }
            let first = Advertiser(
                NodeSnapshot(
                    configuration: wish.configuration,
                    services: allServices.objects,
                    endpointSlices: allSlices.objects
                )
            )
            advertiser = first
            desired = DesiredRoutes(first)
            return (.new, .tables([:]))
        }
        // The one copy is taken out while it is changed, so that a change does not copy the world.
        advertiser = nil
        desired = nil
        let isReconfigured = wish.map { $0.basis != basis || earlier != nil } ?? false
        if let wish, isReconfigured { current.configure(wish.configuration) }
        let changes = current.update(
            advertisements: isReconfigured
                ? [:] : advertisementChanges.objects(in: allAdvertisements).byName { $0.wish },
            services: serviceChanges.objects(in: allServices),
            endpointSlices: sliceChanges.objects(in: allSlices)
        )
        let past: Past
        let now = stopwatch()
        if isReconfigured {
            past = .tables(routes.tables)
            routes = DesiredRoutes(current, paused: damper.pausePending(at: now), told: routes.tables)
        } else {
            let told = damp(changes, areOfTenants: advertisementChanges.isEmpty, routes, at: now)
            past = .changed(told)
            routes.apply(changes, telling: told)
        }
        advertiser = current
        desired = routes
        if isReconfigured || !advertisementChanges.isEmpty { return (.new, past) }
        return (changes.isEmpty ? .same : .changed(changes), past)
    }

    /// Applies what a new wish says about sessions; returns whether anything is different.
    private func planAgain(_ wish: SpeakerStores.Wish) -> Bool {
        basis = wish.basis
        passwords = wish.passwords
        let configuration = wish.configuration
        let newPlans = planSessions(configuration, passwords: wish.passwords)
        guard newPlans != plans || !isConfigured else { return false }
        plans = newPlans
        let isDeselected = configuration.nodeConfig == nil
        speaker.apply(
            plans.compactMap(\.configuration),
            farewell: isDeselected ? "node \(configuration.nodeName) is no longer selected for BGP" : nil
        )
        return true
    }

    /// Tells the peers what they are to have, within their limits, and keeps that for the next run.
    private func announce(_ outcome: Outcome) {
        guard let desired, let advertiser else { return }
        let isOpen = gates.dataPath == .ready
        let announced = limits.apply(plans.announceLimits, to: desired.tables) { keeper?.load()?.desired ?? [:] }
        speaker.want(announced, heldBack: limits.heldBack, isComplete: isOpen)
        // What is announced behind a closed gate is no good state to come back to.
        guard isOpen, let keeper else { return }
        let isLimited = !limits.heldBack.isEmpty
        if outcome == .released, !isLimited, !wasLimited { return }
        // What waits because it flaps is wanted by the next run, too.
        let state = LastGood(
            configuration: advertiser.configuration,
            passwords: passwords,
            desired: isLimited ? announced : desired.decided
        )
        // What is decided is what is told only where nothing is held back.
        if case .changed(let changes) = outcome, !isLimited, !wasLimited {
            keeper.keep(state, after: changes)
        } else {
            keeper.keep(state)
        }
        wasLimited = isLimited
    }
}

extension [InstancePlan] {
    /// The limits of the peers that have one.
    fileprivate var announceLimits: [PeerID: Int] {
        Dictionary(
            flatMap(\.peers).compactMap { peer in peer.announceLimit.map { (peer.id, $0) } },
            uniquingKeysWith: { first, _ in first }
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
    fileprivate func objects<Object>(in snapshot: StoreSnapshot<Object>) -> [ObjectKey: Object?] {
        var objects: [ObjectKey: Object?] = [:]
        for key in removed { objects[key] = .some(nil) }
        for key in changed { objects[key] = .some(snapshot[key]) }
        return objects
    }
}
