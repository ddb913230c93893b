import AdminServer
import ArgumentParser
import BGPTypes
import CommandLine
import DaemonOptions
import FoundationEssentials
import KubeClient
import LogKeys
import Logging
import NIOCore
import PlainLogging
import Planning
import ServiceLifecycle
import SpeakerRuntime
import UnixSignals

/// `bgp-speaker`: holds the BGP sessions of one node.
struct BGPSpeakerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bgp-speaker",
        abstract: "Holds one node's BGP sessions and announces what its resources say.",
        discussion: """
            Objects come from the API server (in-cluster, or a kubeconfig), or with --manifests from a directory of \
            Kubernetes manifests that is followed for changes; then no API server is needed.
            """,
        version: MartletVersion.current
    )

    @Option(help: "The node to speak for; else the environment's NODE_NAME.")
    var node: String?

    @OptionGroup var server: ServerOptions

    @Option(help: ArgumentHelp("Read objects from manifests instead of an API server.", valueName: "directory"))
    var manifests: String?

    @Option(help: "The namespace of the Secrets with passwords; else the environment's POD_NAMESPACE.")
    var namespace: String?

    @OptionGroup var serving: ClassOptions

    @OptionGroup var listening: ListenerOptions<SpeakerListeners>

    @Option(
        help: ArgumentHelp(
            """
            Who says that the node forwards service traffic, before it announces any: auto takes the first of kube-proxy \
            (port 10256), Cilium's agent (9879), kube-router (20244) and Calico's Felix (9099) that listens, and none of \
            them after 30 s; a URL is asked itself; none asks nobody. auto, and with --manifests none.
            """,
            valueName: "auto|url|none"
        )
    )
    var datapathProbe: String?

    @Option(
        help: ArgumentHelp(
            "The most routes of one Service that a peer is told; 0 for no bound. What is listed first stays.",
            valueName: "count"
        )
    )
    var maxRoutesPerService = 64

    @Option(
        help: ArgumentHelp(
            "The most routes of one namespace's Services that a peer is told; 0 for no bound. Older Services come first.",
            valueName: "count"
        )
    )
    var maxRoutesPerNamespace = 4096

    @Option(
        name: .customLong("service-cidr"),
        help: ArgumentHelp(
            "A network of cluster IPs, besides those that ServiceCIDR objects name; repeatable.",
            valueName: "cidr"
        )
    )
    var serviceNetworks: [String] = []

    @Option(help: ArgumentHelp("Where the last good state is kept over restarts.", valueName: "directory"))
    var stateDir: String?

    @Option(
        help: ArgumentHelp(
            """
            What routes received from all routers may take; beyond half of it, and beyond 100,000 a router, they are counted \
            and not kept. Unless given a quarter of the cgroup's memory limit.
            """,
            valueName: "quantity"
        )
    )
    var receivedRoutesMemory: String?

    @OptionGroup var log: LogOptions

    func validate() throws {
        for (count, option) in [
            (maxRoutesPerService, "--max-routes-per-service"), (maxRoutesPerNamespace, "--max-routes-per-namespace"),
        ] where count < 0 { throw ValidationError("\(option): expected 0 or more, found \(count)") }
        try NamespaceOption.check(namespace)
        _ = try (probe, networks, receivedRoutesSize, nodeName)
    }

    func run() async throws {
        // One thread is plenty for pages and watches; a big machine would make one for each of its cores.
        NIOSingletons.groupLoopCountSuggestion = 1
        let environment = ProcessInfo.processInfo.environment
        let node = try nodeName
        let metrics = MetricsRegistry.forProgram(
            .ofProgram(environment: environment),
            describing: SpeakerProgram.metrics
        )
        let logger = try log.begin("bgp-speaker", counting: metrics)
        try await log.reporting(to: logger) { try await serve(node, environment, metrics, logger) }
    }

    private func serve(
        _ node: String,
        _ environment: [String: String],
        _ metrics: MetricsRegistry,
        _ logger: Logger
    ) async throws {
        let listeners = try listening.listeners(hasServer: manifests == nil)
        var services: [any Service] = []
        let source: SpeakerConfiguration.Source
        if let manifests {
            source = .directory(manifests)
        } else {
            let connection = try server.connection(for: "bgp-speaker", logger: logger)
            services.append(connection)
            source = .server(connection.client)
        }
        var configuration = SpeakerConfiguration(
            node: node,
            source: source,
            namespace: namespace ?? environment["POD_NAMESPACE"] ?? "martlet-system"
        )
        configuration.health = listeners.health
        configuration.admin = listeners.admin
        configuration.adminSecurity = listeners.security
        configuration.datapathProbe = try probe
        configuration.version = ProgramVersion(MartletVersion.current)
        configuration.stateDirectory = stateDir
        let limit = MemoryLimit.read()
        configuration.receivedRoutesMemory = try receivedRoutesSize?.octets ?? limit.receivedRoutes
        configuration.bounds = RouteBounds(perService: maxRoutesPerService, perNamespace: maxRoutesPerNamespace)
        configuration.serviceNetworks = try networks
        configuration.classes = serving.effective
        options(of: configuration, listeners, logger: logger).tell(logger)
        logger.info(
            "memory is bounded",
            metadata: [
                .memoryLimit: "\(MemorySize(octets: limit.octets))", .memorySource: "\(limit.source.rawValue)",
                .memoryForRoutes: "\(MemorySize(octets: configuration.receivedRoutesMemory))",
            ]
        )
        services += SpeakerProgram(configuration, metrics: metrics, logger: logger).services
        try await ServiceGroup(
            named: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        ).run()
    }

    private var nodeName: String {
        get throws {
            guard let node = node ?? ProcessInfo.processInfo.environment["NODE_NAME"], !node.isEmpty else {
                throw ValidationError("which node? Give --node or set NODE_NAME.")
            }
            return node
        }
    }

    private var probe: DatapathProbe {
        get throws {
            try DatapathProbe.option(datapathProbe ?? (manifests == nil ? "auto" : "none"), named: "--datapath-probe")
        }
    }

    private var networks: [IPPrefix] {
        get throws { try serviceNetworks.map { try IPPrefix.option($0, named: "--service-cidr") } }
    }

    private var receivedRoutesSize: MemorySize? {
        get throws { try receivedRoutesMemory.map { try MemorySize.option($0, named: "--received-routes-memory") } }
    }

    private func options(
        of configuration: SpeakerConfiguration,
        _ listeners: Listeners,
        logger: Logger
    ) -> ActiveOptions {
        var options = ActiveOptions()
        options.add("node", configuration.node)
        options.add(server)
        options.add("manifests", manifests)
        options.add("namespace", configuration.namespace)
        options.add("load-balancer-class", configuration.classes.names)
        options.add("unclassed", configuration.classes.includesUnclassed)
        options.add(listening, listeners)
        options.add("datapath-probe", configuration.datapathProbe.withoutSecrets)
        options.add("max-routes-per-service", maxRoutesPerService)
        options.add("max-routes-per-namespace", maxRoutesPerNamespace)
        options.add("service-cidr", configuration.serviceNetworks.map(\.description))
        options.add("state-dir", configuration.stateDirectory)
        options.add("received-routes-memory", MemorySize(octets: configuration.receivedRoutesMemory))
        options.add(log, logger: logger)
        return options
    }
}

enum SpeakerListeners: UsualListeners {
    static let adminPort = 9179
    static let health = "127.0.0.1:9180"
}
