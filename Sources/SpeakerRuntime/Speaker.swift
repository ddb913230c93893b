import AdminSecurity
package import AdminServer
import BGPEngine
package import BGPTransport
import KubeClient
import KubeModel
package import Logging
import Planning
package import ServiceLifecycle

/// One node's speaker: builds the list of services that a program, or the lab, runs in one group.
///
/// ```
///   stores ─→ SpeakerLoop ─→ BGPServer ─→ the wire
///     ▲          │    ▲           │
///   source    SavedState DatapathGate └─→ NodeStatusService ─→ BGPNodeConfig.status
/// ```
package struct Speaker: Sendable {
    /// The services in the order of their start; they are stopped in reverse, so that pages end first, sessions end before
    /// the world they were decided from is gone, and health is answered to the last.
    package let services: [any ServiceLifecycle.Service]
    /// The sessions, for tests and the lab.
    package let sessions: BGPServer

    /// Builds a speaker; nothing runs yet.
    ///
    /// `listening` is told the admin server's port once it accepts connections.
    package init(
        _ configuration: SpeakerConfiguration,
        metrics: MetricsRegistry,
        logger: Logger,
        listening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        var configuration = configuration
        configuration.source = configuration.source.measured(by: metrics)
        let keeper = configuration.stateDirectory.map {
            StateStore(directory: $0, node: configuration.node, logger: logger)
        }
        let stores = SpeakerStores(configuration) { keeper?.load()?.configuration.advertisements ?? [] }
        metrics.collect { stores.set.samples }
        // Where it cannot be known whether there was an earlier run, there was one.
        let restarted = keeper.map { $0.hasState || $0.refusal != nil } ?? true
        let sessions = BGPServer(
            receivedRoutesMemory: configuration.receivedRoutesMemory,
            restarted: restarted,
            metrics: metrics,
            logger: logger
        )
        let gate = StartGate(configuration.datapathProbe, programs: configuration.datapathPrograms)
        let loop = SpeakerLoop(
            stores: stores,
            speaker: sessions,
            keeper: keeper,
            gates: NodeGates(
                dataPath: gate.beginning,
                bounds: configuration.bounds,
                serviceNetworks: configuration.serviceNetworks,
                classes: configuration.classes
            ),
            network: HostNetwork.read(),
            metrics: NodeMetrics(metrics),
            clock: configuration.clock,
            logger: logger
        )
        self.sessions = sessions
        var services: [any ServiceLifecycle.Service] = []
        let checks = HealthChecks(
            live: [
                HealthCheck("loop") {
                    _ = await loop.isConfigured; return nil
                }
            ],
            ready: [
                HealthCheck("synced") {
                    // Also while an earlier run's state is announced: changes are not followed.
                    if let problem = stores.set.problem { return problem }
                    return await loop.isConfigured ? nil : "what was loaded is not applied yet"
                },
                HealthCheck("node") { stores.missingNode },
            ]
        )
        if let health = configuration.health {
            services.append(HealthServer(health, checks, metrics: metrics, logger: logger))
        }
        switch configuration.source {
        case .server(let client):
            let options = WatchOptions(logger: logger, metrics: metrics)
            services.append(APISource(client: client, stores: stores.set, options: options))
        case .directory(let path): services.append(ManifestDirectory(path: path, stores: stores.set, logger: logger))
        }
        services.append(sessions)
        if let keeper { services.append(keeper) }
        services.append(
            SpeakerLoopService(
                loop: loop,
                patience: configuration.patience,
                clock: configuration.clock
            )
        )
        services.append(
            DrainService(
                node: configuration.node,
                stores: stores,
                loop: loop,
                client: configuration.source.client,
                clock: configuration.clock,
                logger: logger
            )
        )
        services.append(
            NetworkWatch(
                loop: loop,
                speaker: sessions,
                network: configuration.network,
                clock: configuration.clock,
                logger: logger
            )
        )
        services.append(DatapathGate(gate: gate, loop: loop, clock: configuration.clock, logger: logger))
        if case .server(let client) = configuration.source {
            let recorder = EventRecorder(
                client: client,
                controller: "martlet.dev/bgp-speaker",
                instance: configuration.node,
                metrics: metrics,
                logger: logger
            )
            services.append(recorder)
            services.append(SessionEventRecorder(stores: stores, speaker: sessions, recorder: recorder))
            services.append(BoundEvents(stores: stores, loop: loop, recorder: recorder))
            services.append(DrainEvents(stores: stores, recorder: recorder))
            services.append(
                NodeStatusService(
                    client: client,
                    node: configuration.node,
                    stores: stores,
                    speaker: sessions,
                    loop: loop,
                    clock: configuration.statusClock,
                    logger: logger
                )
            )
        }
        let pages = SpeakerPages(node: configuration.node, speaker: sessions, loop: loop).pages
        if let directory = configuration.stateDirectory {
            services.append(LocalPages(directory: directory, pages: pages, metrics: metrics, logger: logger))
        }
        if let admin = configuration.admin {
            services.append(
                SecuredAdminServer(
                    AdminServer.Configuration(
                        admin,
                        health: configuration.health == nil ? checks : nil,
                        pages: pages
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

/// Runs the loop, wakes it when it asks for that, and the patience after which an earlier run's state is taken.
struct SpeakerLoopService: ServiceLifecycle.Service {
    let loop: SpeakerLoop
    let patience: Duration
    let clock: any Clock<Duration>

    func run() async throws {
        try await untilShutdown {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { try await loop.run() }
                group.addTask {
                    try await clock.sleep(for: patience)
                    await loop.takeLastGood()
                }
                for await wait in loop.waits {
                    group.addTask {
                        try await clock.sleep(for: wait)
                        await loop.wake()
                    }
                }
            }
        }
    }
}
