import FoundationEssentials
package import Logging
import ServiceLifecycle

/// A client with its connections: finds the server, and closes everything in the end.
///
/// As a `Service` it closes when the group shuts down, so it stands before all services that use its client.
package struct KubeConnection: Service {
    package let client: KubeClient
    /// The server, and the namespace and context that were chosen.
    package let endpoint: KubeEndpoint
    private let transport: HTTPTransport

    /// Prepares connections to a server; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - endpoint: The server.
    ///   - program: The program's name and version for the `User-Agent`, such as `bgp-speaker/2.0`.
    ///   - environment: The process's environment, for proxies and credential plugins.
    ///   - pluginTimeout: How long a credential plugin may take; nil is no limit.
    ///   - mostConnections: How many connections there are at a time; each watch has one.
    ///   - logger: Hears of connections that break while nobody uses them.
    /// - Throws: `KubeError` with code `configuration`.
    package init(
        _ endpoint: KubeEndpoint,
        program: String,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        pluginTimeout: Duration? = Authenticator.pluginPatience,
        mostConnections: Int = HTTPTransport.usualConnections,
        logger: Logger = Logger(label: "martlet.kube")
    ) throws {
        transport = try HTTPTransport(
            endpoint,
            userAgent: "martlet/2 \(program)",
            environment: environment,
            pluginTimeout: pluginTimeout,
            mostConnections: mostConnections,
            logger: logger
        )
        client = KubeClient(transport: transport)
        self.endpoint = endpoint
    }

    /// Finds the server as kubectl does and prepares connections to it; throws `KubeError`.
    package static func open(
        _ options: KubeConfigOptions = KubeConfigOptions(),
        program: String,
        mostConnections: Int = HTTPTransport.usualConnections,
        logger: Logger = Logger(label: "martlet.kube")
    ) throws -> KubeConnection {
        try KubeConnection(
            try KubeEndpoint.discover(options),
            program: program,
            mostConnections: mostConnections,
            logger: logger
        )
    }

    /// Waits for shutdown, then closes.
    package func run() async throws {
        try? await gracefulShutdown()
        await close()
    }

    /// Closes all connections; every connection has to be closed, by this or by `run`.
    package func close() async {
        await transport.close()
    }
}
