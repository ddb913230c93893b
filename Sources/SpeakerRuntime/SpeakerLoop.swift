import BGPEngine
import BGPResources
import BGPTransport
import KubeClient
import KubeModel
import Logging
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
    private var advertiser: Advertiser?
    private var desired: DesiredRoutes?
    private var plans: [InstancePlan] = []
    private var gates: NodeGates
    /// The earlier run's state while it stands in for the stores.
    private var lastGood: LastGood?
    /// What an earlier run was asked to do, for objects that are refused since the start.
    private var earlier: NodeConfiguration?
    private let readNetwork: @Sendable () -> NodeNetwork

    init(
        stores: SpeakerStores,
        speaker: BGPSpeaker,
        keeper: LastGoodKeeper?,
        gates: NodeGates,
        readNetwork: @escaping @Sendable () -> NodeNetwork,
        logger: Logger
    ) {
        self.stores = stores
        self.speaker = speaker
        self.keeper = keeper
        self.gates = gates
        self.readNetwork = readNetwork
        self.logger = logger
        services = stores.services.makeReader()
        slices = stores.endpointSlices.makeReader()
    }

    /// Whether a configuration, of now or of an earlier run, is in force.
    private(set) var isConfigured = false

    /// The decision in force; nil before the stores are ready.
    var decision: Advertiser? { advertiser }

    /// What the sessions run with, in the user's order.
    var sessions: [InstancePlan] { plans }

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

    /// Takes an earlier run's sessions and routes if the stores are still not ready.
    func takeLastGood() {
        guard !stores.set.isReady, let state = keeper?.load() else { return }
        let missing = stores.set.missing.map(\.plural).joined(separator: ", ")
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
        lastGood = nil
        if stores.hasUnseen, earlier == nil { earlier = keeper?.load()?.configuration }
        let wish = stores.wish(gates: gates, network: readNetwork(), earlier: earlier)
        let configuration = wish.configuration
        let (allServices, serviceChanges) = services.read()
        let (allSlices, sliceChanges) = slices.read()
        let isNew: Bool
        if var current = advertiser, var routes = desired {
            // The one copy is taken out while it is changed, so that a change does not copy the world.
            advertiser = nil
            desired = nil
            let isReconfigured = current.configuration != configuration
            if isReconfigured { current.configure(configuration) }
            let changes = current.update(
                services: serviceChanges.objects(in: allServices),
                endpointSlices: sliceChanges.objects(in: allSlices)
            )
            if isReconfigured { routes = DesiredRoutes(current) } else { routes.apply(changes) }
            isNew = isReconfigured || !changes.isEmpty
            advertiser = current
            desired = routes
        } else {
            let first = Advertiser(
                NodeSnapshot(
                    configuration: configuration,
                    services: allServices.objects,
                    endpointSlices: allSlices.objects
                )
            )
            advertiser = first
            desired = DesiredRoutes(first)
            isNew = true
        }
        let newPlans = planSessions(configuration, passwords: wish.passwords)
        if newPlans != plans || !isConfigured {
            plans = newPlans
            let isDeselected = configuration.nodeConfig == nil
            speaker.apply(
                plans.compactMap(\.configuration),
                farewell: isDeselected ? "node \(configuration.nodeName) is no longer selected for BGP" : nil
            )
        }
        if let desired, isNew || !isConfigured {
            let isOpen = gates.dataPath == .ready
            speaker.want(desired.tables, isComplete: isOpen)
            // What is announced behind a closed gate is no good state to come back to.
            if isOpen {
                keeper?.keep(
                    LastGood(configuration: configuration, passwords: wish.passwords, desired: desired.tables)
                )
            }
        }
        isConfigured = true
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
