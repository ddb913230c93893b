import Addressing
import AdminSecurity
import AdminServer
import ArgumentParser
import CommandLine
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
        version: MartletVersion.current
    )

    @Option(help: ArgumentHelp("A kubeconfig file, as for kubectl.", valueName: "file"))
    var kubeconfig: String?

    @Option(help: "The kubeconfig's context.")
    var context: String?

    @Option(help: ArgumentHelp("Read objects from manifests instead of an API server.", valueName: "directory"))
    var manifests: String?

    @Option(help: "The namespace of speakers, Secrets and the Lease; else the environment's POD_NAMESPACE.")
    var namespace: String?

    @Option(
        name: .customLong("router-id-pool"),
        help: ArgumentHelp("From where nodes without an IPv4 address get router ids.", valueName: "cidr")
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

    @Option(
        help: ArgumentHelp(
            "Where metrics and state are served, or none. 0.0.0.0:9178, and with --manifests 127.0.0.1:9178.",
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
            Where health alone is served, never kept waiting by what is asked elsewhere; else :9181, or none with \
            --manifests. With none the admin address serves it.
            """,
            valueName: "host:port"
        )
    )
    var healthAddress: String?

    @Flag(inversion: .prefixedNo, help: "Whether replicas elect a leader by Lease.")
    var leaderElect = true

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = "info"

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        LoggingSystem.bootstrapPlain()
        var logger = Logger(label: "bgp-operator")
        logger.logLevel = try Logger.Level.option(logLevel, named: "--log-level")
        let metrics = MetricsRegistry.forProgram()
        var services: [any Service] = []
        let source: OperatorConfiguration.Source
        if let manifests {
            source = .directory(manifests)
        } else {
            let connection = try KubeConnection.open(
                KubeConfigOptions(kubeconfig: kubeconfig, context: context),
                program: "bgp-operator",
                logger: logger
            )
            services.append(connection)
            source = .server(connection.client)
        }
        var configuration = OperatorConfiguration(
            source: source,
            namespace: namespace ?? environment["POD_NAMESPACE"] ?? "martlet-system",
            identity: environment["POD_NAME"] ?? environment["HOSTNAME"] ?? "bgp-operator"
        )
        configuration.electsLeader = leaderElect
        configuration.routerIDPool = try routerIDPool.map { try Self.network($0, named: "--router-id-pool") }
        configuration.serviceNetworks = try serviceNetworks.map { try Self.network($0, named: "--service-cidr") }
        guard maxAddressesPerNamespace >= 0 else {
            throw ValidationError(
                "--max-addresses-per-namespace: expected 0 or more, found \(maxAddressesPerNamespace)"
            )
        }
        configuration.addressLimits.perNamespace = maxAddressesPerNamespace == 0 ? nil : maxAddressesPerNamespace
        let health = healthAddress ?? (manifests == nil ? ":9181" : "none")
        configuration.health = try ListenAddress.option(health, named: "--health-address")
        let host = manifests == nil ? "0.0.0.0" : "127.0.0.1"
        configuration.admin = try ListenAddress.option(adminAddress ?? "\(host):9178", named: "--admin-address")
        if let address = configuration.admin {
            configuration.adminSecurity = try AdminSecurity(
                for: address,
                isPlain: adminPlain,
                certificate: adminCertificate,
                key: adminKey,
                hasServer: manifests == nil
            )
        }
        services += Operator(configuration, metrics: metrics, logger: logger).services
        try await ServiceGroup(
            named: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        ).run()
    }

    private static func network(_ text: String, named option: String) throws -> IPPrefix {
        guard let prefix = IPPrefix(text) else {
            throw ValidationError("\(option): expected a network such as 10.0.0.0/24, found \"\(text)\"")
        }
        return prefix
    }
}
