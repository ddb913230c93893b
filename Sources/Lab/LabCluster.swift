import AdminSecurity
import AdminServer
import BGPTypes
import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import LabAPIServer
package import Logging
import OperatorRuntime
import PlainLogging
import PlainMetrics
import Planning
import ServiceLifecycle
import SpeakerRuntime

/// A whole cluster in one process on loopback: an API server, the operator, a speaker per node, and a router.
///
/// ```
///   kubectl ─→ API server 127.0.0.1:7443 ←─ operator
///                  ▲ ▲ ▲
///      speakers 127.0.0.2 … 127.0.0.4 ─BGP─→ router 127.0.0.1:1790
/// ```
package struct LabCluster: ServiceLifecycle.Service {
    /// What the lab tells while it comes up.
    package enum Progress: Sendable {
        /// The API server answers at this URL, and the kubeconfig is written.
        case serving(url: String, kubeconfig: String)
        /// All manifests are applied.
        case applied
        /// The router has the first route.
        case firstRoute
    }

    /// What a speaker follows, and room for what it asks and says beside.
    private static let connectionsOfSpeaker = 24

    private let configuration: LabConfiguration
    private let logger: Logger
    private let report: @Sendable (Progress) -> Void
    /// What is done with the lab once its programs run; its end is the lab's.
    private let script: (@Sendable (RunningLab) async throws -> Void)?

    /// Prepares a lab; `report` hears how it comes up.
    package init(
        _ configuration: LabConfiguration,
        logger: Logger,
        report: @escaping @Sendable (Progress) -> Void
    ) {
        self.configuration = configuration
        self.logger = logger
        self.report = report
        script = nil
    }

    /// Prepares a lab for a script.
    init(
        _ configuration: LabConfiguration,
        logger: Logger,
        script: @escaping @Sendable (RunningLab) async throws -> Void
    ) {
        self.configuration = configuration
        self.logger = logger
        report = { _ in }
        self.script = script
    }

    /// Runs until graceful shutdown; throws when a port is taken or a manifest is refused.
    package func run() async throws {
        var settings = LabAPIServer.Configuration()
        settings.host = configuration.address
        settings.port = configuration.port
        settings.validator = ResourceRules.faults
        let server = LabAPIServer(configuration: settings, logger: logger)
        try await withThrowingTaskGroup { group in
            let serving = ServiceGroup(named: [server], logger: logger)
            group.addTask { try await serving.run() }
            group.addTask {
                guard let url = await server.baseURL() else { return }
                let kubeconfig = try writeKubeconfig(url)
                report(.serving(url: url, kubeconfig: kubeconfig))
                try await populate(kubeconfig)
                if script == nil { try? await gracefulShutdown() }
                await serving.triggerGracefulShutdown()
            }
            // Whichever fails ends both.
            try await group.waitForAll()
        }
    }

    private func populate(_ kubeconfig: String) async throws {
        let options = KubeConfigOptions(kubeconfig: kubeconfig)
        // Operator and speakers share the client, and every watch of theirs has a connection of its own.
        let connection = try KubeConnection.open(
            options,
            program: "bgp-lab",
            mostConnections: HTTPTransport.usualConnections + configuration.speakers * Self.connectionsOfSpeaker,
            logger: logger
        )
        let applier = ManifestApplier(client: connection.client)
        do {
            try await applier.apply(configuration.definitions)
            guard !configuration.servesOnlyAPI else {
                report(.applied)
                return await connection.close()
            }
            let nodes = (1...max(1, configuration.speakers)).map { LabNode(number: $0) }
            let namespace: JSONValue = [
                "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(LabNode.namespace)],
            ]
            try await applier.apply(namespace)
            for account in LabNode.accounts { try await applier.apply(account) }
            try await applier.apply(LabNode.operatorPod)
            for node in nodes {
                try await applier.apply(node.node)
                try await applier.apply(node.pod)
            }
            try await applier.apply(configuration.manifests)
            try await LabNode.applyOverrides(of: nodes, with: connection.client)
            report(.applied)
            try await runPrograms(nodes, connection, kubeconfig)
        } catch {
            await connection.close()
            throw error
        }
    }

    private func runPrograms(_ nodes: [LabNode], _ connection: KubeConnection, _ kubeconfig: String) async throws {
        let router = LabRouter(nodes: nodes, logger: labelled("router"))
        var services: [any ServiceLifecycle.Service] = [connection, router.speaker]
        let metrics = MetricsRegistry(configuration.build, describing: Operator.metrics)
        services.append(
            AdminServer(
                .init(
                    ListenAddress(host: "127.0.0.1", port: 9177),
                    pages: [AdminPage("routes") { _ in .text(await router.table()) }]
                ),
                metrics: metrics,
                logger: labelled("router")
            )
        )
        var operatorSettings = OperatorConfiguration(
            source: .server(connection.client),
            namespace: LabNode.namespace,
            identity: "bgp-lab"
        )
        operatorSettings.version = ProgramVersion(configuration.build.version)
        operatorSettings.admin = ListenAddress(host: "127.0.0.1", port: Int(LabNode.operatorPort))
        services += Operator(operatorSettings, metrics: metrics, logger: labelled("bgp-operator")).services
        var speakers: [String: ServiceSwitch] = [:]
        for node in nodes {
            let speaker = ServiceSwitch(logger: logger) { self.speaker(of: node, connection.client) }
            speakers[node.name] = speaker
            services.append(speaker)
        }
        services.append(FirstRoute(router: router, report: report))
        let lab = RunningLab(
            kubeconfig: kubeconfig,
            client: connection.client,
            nodes: nodes,
            router: router,
            speakers: speakers
        )
        let last = script.map { script in Script { try await script(lab) } }
        try await ServiceGroup(named: services, until: last, logger: logger).run()
    }

    private func speaker(of node: LabNode, _ client: KubeClient) -> [any ServiceLifecycle.Service] {
        var settings = SpeakerConfiguration(node: node.name, source: .server(client), namespace: LabNode.namespace)
        settings.version = ProgramVersion(configuration.build.version)
        settings.admin = ListenAddress(host: node.address.description, port: LabNode.adminPort)
        // As on the nodes of a cluster, though this address is loopback.
        settings.adminSecurity = .reviewed(.selfSigned)
        return SpeakerProgram(
            settings,
            metrics: MetricsRegistry(configuration.build, describing: SpeakerProgram.metrics),
            logger: labelled("bgp-speaker \(node.name)")
        ).services
    }

    private func labelled(_ label: String) -> Logger {
        var named = Logger(label: label)
        named.logLevel = logger.logLevel
        return named
    }

    private func writeKubeconfig(_ url: String) throws -> String {
        let path = "\(configuration.directory)/kubeconfig"
        let text = """
            apiVersion: v1
            kind: Config
            current-context: martlet-lab
            clusters:
              - name: martlet-lab
                cluster:
                  server: \(url)
            contexts:
              - name: martlet-lab
                context:
                  cluster: martlet-lab
                  user: martlet-lab
            users:
              - name: martlet-lab
                user: {}

            """
        try FileManager.default.createDirectory(atPath: configuration.directory, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        return path
    }
}

/// Tells when the router has its first route, then waits for the end.
private struct FirstRoute: ServiceLifecycle.Service {
    let router: LabRouter
    let report: @Sendable (LabCluster.Progress) -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown { await router.firstRoute() }
        report(.firstRoute)
        try? await gracefulShutdown()
    }
}

/// What a script does, as a service.
private struct Script: ServiceLifecycle.Service {
    let body: @Sendable () async throws -> Void

    func run() async throws { try await body() }
}
