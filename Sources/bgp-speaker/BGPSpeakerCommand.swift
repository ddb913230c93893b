import Addressing
import AdminSecurity
import AdminServer
import ArgumentParser
import CommandLine
import FoundationEssentials
import KubeClient
import Logging
import NIOCore
import PlainLogging
import Planning
import ServiceLifecycle
import SpeakerRuntime
import UnixSignals

/// `bgp-speaker`: holds the BGP sessions of one node.
@main
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

    @Option(help: ArgumentHelp("A kubeconfig file, as for kubectl.", valueName: "file"))
    var kubeconfig: String?

    @Option(help: "The kubeconfig's context.")
    var context: String?

    @Option(help: ArgumentHelp("Read objects from manifests instead of an API server.", valueName: "directory"))
    var manifests: String?

    @Option(help: "The namespace of the Secrets with passwords; else the environment's POD_NAMESPACE.")
    var namespace: String?

    @Option(
        help: ArgumentHelp(
            "Where metrics and state are served, or none. 0.0.0.0:9179, and with --manifests 127.0.0.1:9179.",
            valueName: "host:port"
        )
    )
    var adminAddress: String?

    @Flag(help: "Serve metrics and state to whoever reaches the address, without TLS; for ports that are fenced.")
    var adminPlain = false

    @Option(help: ArgumentHelp("PEM certificate for the admin address; else one is made.", valueName: "file"))
    var adminCertificate: String?

    @Option(help: ArgumentHelp("PEM key of that certificate.", valueName: "file"))
    var adminKey: String?

    @Option(
        help: ArgumentHelp(
            """
            Where health alone is served, never kept waiting by what is asked elsewhere; else 127.0.0.1:9180, or none \
            with --manifests. With none the admin address serves it.
            """,
            valueName: "host:port"
        )
    )
    var healthAddress: String?

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

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = "info"

    func run() async throws {
        // One thread is plenty for pages and watches; a big machine would make one for each of its cores.
        NIOSingletons.groupLoopCountSuggestion = 1
        let environment = ProcessInfo.processInfo.environment
        guard let node = node ?? environment["NODE_NAME"], !node.isEmpty else {
            throw ValidationError("which node? Give --node or set NODE_NAME.")
        }
        LoggingSystem.bootstrapPlain()
        var logger = Logger(label: "bgp-speaker")
        logger.logLevel = try Logger.Level.option(logLevel, named: "--log-level")
        let metrics = MetricsRegistry.forProgram()
        var services: [any Service] = []
        let source: SpeakerConfiguration.Source
        if let manifests {
            source = .directory(manifests)
        } else {
            let connection = try KubeConnection.open(
                KubeConfigOptions(kubeconfig: kubeconfig, context: context),
                program: "bgp-speaker",
                logger: logger
            )
            services.append(connection)
            source = .server(connection.client)
        }
        var configuration = SpeakerConfiguration(
            node: node,
            source: source,
            namespace: namespace ?? environment["POD_NAMESPACE"] ?? "martlet-system"
        )
        let health = healthAddress ?? (manifests == nil ? "127.0.0.1:9180" : "none")
        configuration.health = try ListenAddress.option(health, named: "--health-address")
        let host = manifests == nil ? "0.0.0.0" : "127.0.0.1"
        configuration.admin = try ListenAddress.option(adminAddress ?? "\(host):9179", named: "--admin-address")
        if let address = configuration.admin {
            configuration.adminSecurity = try AdminSecurity(
                for: address,
                isPlain: adminPlain,
                certificate: adminCertificate,
                key: adminKey,
                hasServer: manifests == nil
            )
        }
        let probe = datapathProbe ?? (manifests == nil ? "auto" : "none")
        configuration.datapathProbe = try DatapathProbe.option(probe, named: "--datapath-probe")
        configuration.stateDirectory = stateDir
        let limit = MemoryLimit.read()
        let size = try receivedRoutesMemory.map { try MemorySize.option($0, named: "--received-routes-memory") }
        configuration.receivedRoutesMemory = size?.octets ?? limit.receivedRoutes
        logger.info(
            "memory is bounded",
            metadata: [
                "limit": "\(MemorySize(octets: limit.octets))", "limit.source": "\(limit.source.rawValue)",
                "received-routes": "\(MemorySize(octets: configuration.receivedRoutesMemory))",
            ]
        )
        for (count, option) in [
            (maxRoutesPerService, "--max-routes-per-service"), (maxRoutesPerNamespace, "--max-routes-per-namespace"),
        ] where count < 0 { throw ValidationError("\(option): expected 0 or more, found \(count)") }
        configuration.bounds = RouteBounds(perService: maxRoutesPerService, perNamespace: maxRoutesPerNamespace)
        configuration.serviceNetworks = try serviceNetworks.map { try IPPrefix.option($0, named: "--service-cidr") }
        services += Speaker(configuration, metrics: metrics, logger: logger).services
        try await ServiceGroup(
            named: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        ).run()
    }
}
