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
///   stores ─→ NodeDriver ─→ BGPServer ─→ the wire
///     ▲        │  ▲             │
///   source     │  │             └─→ NodeStatusService ─→ BGPNodeConfig.status
///              ▼  │
///         NodeController
/// ```
package struct SpeakerProgram: Sendable {
    /// The services in the order of their start; they are stopped in reverse, so that pages end first, sessions end before
    /// the world they were decided from is gone, and health is answered to the last.
    package let services: [any ServiceLifecycle.Service]
    /// The sessions, for tests and the lab.
    package let sessions: BGPServer

    /// Builds a speaker; nothing runs yet.
    ///
    /// `listening` gets the admin server's port once it accepts connections.
    package init(
        _ configuration: SpeakerConfiguration,
        metrics: MetricsRegistry,
        logger: Logger,
        listening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        var configuration = configuration
        configuration.source = configuration.source.measured(by: metrics)
        let store = configuration.stateDirectory.map {
            StateStore(directory: $0, node: configuration.node, logger: logger)
        }
        let stores = SpeakerStores(configuration) { store?.load()?.configuration.advertisements ?? [] }
        metrics.collect { stores.set.samples }
        // Where it cannot be known whether there was an earlier run, there was one.
        let restarted = store.map { $0.hasState || $0.refusal != nil } ?? true
        let sessions = BGPServer(
            receivedRoutesMemory: configuration.receivedRoutesMemory,
            restarted: restarted,
            metrics: metrics,
            logger: logger
        )
        let others = OtherNodes(configuration.source.client, logger: logger)
        let recorder = configuration.source.client.map { client in
            EventRecorder(
                client: client,
                controller: "martlet.dev/bgp-speaker",
                instance: configuration.node,
                metrics: metrics,
                logger: logger
            )
        }
        let driver = NodeDriver(
            NodeController(configuration.options, network: HostNetwork.read()),
            stores: stores,
            parts: NodeDriver.Parts(
                server: sessions,
                store: store,
                recorder: recorder,
                others: others,
                metrics: NodeMetrics(metrics),
                logger: logger,
                stopwatch: configuration.clock.stopwatch()
            )
        )
        self.sessions = sessions
        var services: [any ServiceLifecycle.Service] = []
        let checks = HealthChecks(
            live: [
                HealthCheck("node") {
                    _ = await driver.read { $0.isConfigured }; return nil
                }
            ],
            ready: [
                HealthCheck("synced") {
                    // Also while an earlier run's state is announced: changes are not followed.
                    if let problem = stores.set.problem { return problem }
                    return await driver.read { $0.isConfigured } ? nil : "what was loaded is not applied yet"
                },
                HealthCheck("node") { await driver.read { $0.missingNode } },
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
        if let store { services.append(store) }
        services.append(NodeService(driver: driver, others: others, clock: configuration.clock))
        services.append(others)
        services.append(
            NetworkWatch(
                driver: driver,
                speaker: sessions,
                network: configuration.network,
                clock: configuration.clock,
                logger: logger
            )
        )
        if let client = configuration.source.client, let recorder {
            services.append(recorder)
            services.append(
                SessionEventRecorder(node: configuration.node, stores: stores, speaker: sessions, recorder: recorder)
            )
            services.append(
                NodeStatusService(
                    client: client,
                    driver: driver,
                    speaker: sessions,
                    store: store,
                    clock: configuration.statusClock,
                    logger: logger
                )
            )
        }
        let pages = SpeakerPages(node: configuration.node, speaker: sessions, driver: driver).pages
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
