import AdminServer
import ArgumentParser
import BGPTypes
import CommandLine
import DaemonOptions
import FoundationEssentials
import KubeClient
import Logging
import OperatorRuntime
import PlainLogging
import Planning
import ServiceLifecycle
import UnixSignals

/// `bgp-operator`: renders every node's BGP configuration and gives services their addresses.
@main
struct BGPOperatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bgp-operator",
        abstract: "Renders every node's BGP configuration and gives services their addresses.",
        discussion: """
            With --manifests it reads a directory instead of an API server, writes nothing, and shows what it would \
            write on its admin address under /v1/nodeconfigs.
            """,
        version: MartletVersion.current,
        subcommands: [CheckCommand.self]
    )

    @OptionGroup var server: ServerOptions

    @Option(help: ArgumentHelp("Read objects from manifests instead of an API server.", valueName: "directory"))
    var manifests: String?

    @Option(help: "The namespace of speakers, Secrets and the Lease; else the environment's POD_NAMESPACE.")
    var namespace: String?

    @Option(
        name: .customLong("router-id-pool"),
        help: ArgumentHelp(
            "From where nodes without an IPv4 address get router ids; 198.18.0.0/15 unless given.",
            valueName: "cidr"
        )
    )
    var routerIDPool: String?

    @Option(
        name: .customLong("service-cidr"),
        help: ArgumentHelp("A network of cluster IPs, which no pool may hand out; repeatable.", valueName: "cidr")
    )
    var serviceNetworks: [String] = []

    @Option(
        help: ArgumentHelp(
            "The most addresses that the services of one namespace may have together; 0 is any number.",
            valueName: "number"
        )
    )
    var maxAddressesPerNamespace = AddressLimits.defaultPerNamespace

    @OptionGroup var serving: ClassOptions

    @OptionGroup var listening: ListenerOptions<OperatorListeners>

    @Flag(inversion: .prefixedNo, help: "Whether replicas elect a leader by Lease.")
    var leaderElect = true

    @OptionGroup var log: LogOptions

    static func main() async {
        refuseInJSON("bgp-operator", words: Array(Swift.CommandLine.arguments.dropFirst()))
        await main(nil)
    }

    func validate() throws {
        guard maxAddressesPerNamespace >= 0 else {
            throw ValidationError(
                "--max-addresses-per-namespace: expected 0 or more, found \(maxAddressesPerNamespace)"
            )
        }
        try NamespaceOption.check(namespace)
        guard try networks.routerIDPool?.family != .ipv6 else {
            throw ValidationError("--router-id-pool: expected an IPv4 network, found \"\(routerIDPool ?? "")\"")
        }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let metrics = MetricsRegistry.forProgram(.ofProgram(environment: environment), describing: Operator.metrics)
        let logger = try log.begin("bgp-operator", counting: metrics)
        try await log.reporting(to: logger) { try await serve(environment, metrics, logger) }
    }

    private func serve(_ environment: [String: String], _ metrics: MetricsRegistry, _ logger: Logger) async throws {
        let listeners = try listening.listeners(hasServer: manifests == nil)
        var services: [any Service] = []
        let source: OperatorConfiguration.Source
        if let manifests {
            source = .directory(manifests)
        } else {
            let connection = try server.connection(for: "bgp-operator", logger: logger)
            services.append(connection)
            source = .server(connection.client)
        }
        var configuration = OperatorConfiguration(
            source: source,
            namespace: namespace ?? environment["POD_NAMESPACE"] ?? "martlet-system",
            identity: environment["POD_NAME"] ?? environment["HOSTNAME"] ?? "bgp-operator"
        )
        configuration.version = ProgramVersion(MartletVersion.current)
        configuration.electsLeader = leaderElect
        let networks = try self.networks
        configuration.routerIDPool = networks.routerIDPool
        configuration.serviceNetworks = networks.services
        configuration.classes = serving.effective
        configuration.addressLimits.perNamespace = maxAddressesPerNamespace == 0 ? nil : maxAddressesPerNamespace
        configuration.health = listeners.health
        configuration.admin = listeners.admin
        configuration.adminSecurity = listeners.security
        options(of: configuration, listeners, logger: logger).tell(logger)
        services += Operator(configuration, metrics: metrics, logger: logger).services
        try await ServiceGroup(
            named: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        ).run()
    }

    private var networks: (routerIDPool: IPPrefix?, services: [IPPrefix]) {
        get throws {
            (
                try routerIDPool.map { try IPPrefix.option($0, named: "--router-id-pool") },
                try serviceNetworks.map { try IPPrefix.option($0, named: "--service-cidr") }
            )
        }
    }

    private func options(
        of configuration: OperatorConfiguration,
        _ listeners: Listeners,
        logger: Logger
    ) -> ActiveOptions {
        var options = ActiveOptions()
        options.add(server)
        options.add("manifests", manifests)
        options.add("namespace", configuration.namespace)
        options.add("router-id-pool", configuration.routerIDPool ?? ClusterSettings.defaultRouterIDPool)
        options.add("service-cidr", configuration.serviceNetworks.map(\.description))
        options.add("max-addresses-per-namespace", maxAddressesPerNamespace)
        options.add("load-balancer-class", configuration.classes.names)
        options.add("unclassed", configuration.classes.includesUnclassed)
        options.add(listening, listeners)
        options.add("leader-elect", configuration.electsLeader)
        options.add(log, logger: logger)
        return options
    }
}

enum OperatorListeners: UsualListeners {
    static let adminPort = 9178
    static let health = ":9181"
}
