import Addressing
import BGPEngine
import BGPResources
import BGPTransport
import KubeClient
import KubeModel
import Logging
import Planning

/// Turns what the stores hold into sessions and desired routes, after every change.
///
/// It never acts on half a world: until all stores are ready nothing is configured, except that after `patience` without
/// an API server the last good state of an earlier run is taken.
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
    private var shownDiagnostics: [Diagnostic] = []
    private let readNetwork: @Sendable () -> NodeNetwork

    /// How long the API server may be away before an earlier run's state is taken: shorter than any graceful restart.
    static let patience: Duration = .seconds(3)

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
            reportDiagnostics()
            if stores.set.isReady { reconcile() }
        }
    }

    /// Opens or closes the gate of the data path.
    func setDataPath(_ dataPath: NodeGates.DataPath) {
        guard gates.dataPath != dataPath else { return }
        gates.dataPath = dataPath
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
        plans = planSessions(state.configuration, passwords: state.passwords)
        isConfigured = true
        speaker.apply(plans.compactMap(\.configuration))
        speaker.want(state.desired, isComplete: true)
    }

    private func reconcile() {
        let network = readNetwork()
        let configuration = stores.configuration(gates: gates, network: network)
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
        let passwords = stores.passwords
        let newPlans = planSessions(configuration, passwords: passwords)
        if newPlans != plans || !isConfigured {
            plans = newPlans
            speaker.apply(plans.compactMap(\.configuration))
        }
        if let desired, isNew || !isConfigured {
            speaker.want(desired.tables, isComplete: gates.dataPath == .ready)
            keeper?.keep(LastGood(configuration: configuration, passwords: passwords, desired: desired.tables))
        }
        isConfigured = true
    }

    private func reportDiagnostics() {
        let diagnostics = stores.set.diagnostics
        for diagnostic in diagnostics where !shownDiagnostics.contains(diagnostic) {
            logger.error("\(diagnostic)")
        }
        shownDiagnostics = diagnostics
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
