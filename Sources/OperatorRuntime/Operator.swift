import AdminSecurity
package import AdminServer
import BGPResources
import KubeClient
import KubeModel
package import Logging
import Planning
package import ServiceLifecycle

/// The operator: builds the list of services that a program, or the lab, runs in one group.
///
/// ```
///   source ─→ stores ─→ leader: ClusterReconciler ─→ BGPNodeConfigs, conditions
///                              AddressReconciler ─→ Service and pool status
/// ```
package struct Operator: Sendable {
    /// The services in the order of their start; they are stopped in reverse, pages first and health last.
    package let services: [any ServiceLifecycle.Service]

    /// Builds an operator; nothing runs yet.
    ///
    /// `listening` is told the admin server's port once it accepts connections.
    package init(
        _ configuration: OperatorConfiguration,
        metrics: MetricsRegistry,
        logger: Logger,
        listening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        var configuration = configuration
        configuration.source = configuration.source.measured(by: metrics)
        let checksRules = if case .directory = configuration.source { true } else { false }
        let stores = OperatorStores(
            namespace: configuration.namespace,
            secretPace: configuration.secretPace,
            patience: configuration.deletionPatience,
            checksRules: checksRules
        )
        var settings = configuration.routerIDPool.map { ClusterSettings(routerIDPool: $0) } ?? ClusterSettings()
        settings.note = configuration.version.map { OperatorNote(version: $0, classes: configuration.classes) }
        let board = LastRendering()
        let fleet = FleetBoard(rendering: board)
        metrics.collect { stores.set.samples + fleet.samples }
        var services: [any ServiceLifecycle.Service] = []
        let checks = HealthChecks(
            live: [HealthCheck("process") { nil }],
            ready: [HealthCheck("synced") { stores.set.problem }]
        )
        if let health = configuration.health {
            services.append(HealthServer(health, checks, metrics: metrics, logger: logger))
        }
        switch configuration.source {
        case .directory(let path):
            services.append(ManifestDirectory(path: path, stores: stores.set, logger: logger))
            services.append(DryRun(stores: stores, settings: settings, board: board))
        case .server(let client):
            services.append(
                APISource(client: client, stores: stores.set, options: WatchOptions(logger: logger, metrics: metrics))
            )
            let recorder = EventRecorder(
                client: client,
                controller: "martlet.dev/bgp-operator",
                instance: configuration.identity,
                metrics: metrics,
                logger: logger
            )
            services.append(recorder)
            let cluster = ClusterReconciler(
                client: client,
                stores: stores,
                settings: settings,
                board: board,
                recorder: recorder,
                metrics: ReconcileMetrics(controller: "cluster", metrics),
                logger: logger
            )
            let addresses = AddressReconciler(
                client: client,
                stores: stores,
                controller: AddressController(
                    serviceNetworks: configuration.serviceNetworks,
                    limits: configuration.addressLimits,
                    classes: configuration.classes
                ),
                pages: ClaimPages(client: client, namespace: configuration.namespace),
                recorder: recorder,
                fleet: fleet,
                metrics: ReconcileMetrics(controller: "addresses", metrics),
                logger: logger
            )
            let lead = LeaderWork(cluster: cluster, addresses: addresses, fleet: fleet)
            if configuration.electsLeader {
                services.append(
                    LeaderElection(
                        client: client,
                        lease: ObjectKey(namespace: configuration.namespace, name: "bgp-operator"),
                        identity: configuration.identity,
                        clock: ContinuousClock(),
                        logger: logger,
                        work: { try await lead.work() }
                    )
                )
            } else {
                services.append(lead)
            }
        }
        if let admin = configuration.admin {
            services.append(
                SecuredAdminServer(
                    AdminServer.Configuration(
                        admin,
                        health: configuration.health == nil ? checks : nil,
                        pages: OperatorPages(board: board, stores: stores).pages
                    ),
                    security: configuration.adminSecurity,
                    client: configuration.source.client,
                    metrics: metrics,
                    logger: logger,
                    onListening: listening
                )
            )
        }
        self.services = services
    }
}

/// What the one leading replica does.
struct LeaderWork: ServiceLifecycle.Service {
    let cluster: ClusterReconciler
    let addresses: AddressReconciler
    let fleet: FleetBoard

    func run() async throws {
        try await untilShutdown { try await work() }
    }

    func work() async throws {
        fleet.lead(true)
        defer { fleet.lead(false) }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await cluster.run() }
            group.addTask { try await addresses.run() }
        }
    }
}
