import LogKeys
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Metrics and state of one program over HTTP, `/metrics` and what the program adds, to those who may read them.
///
/// Nothing here changes anything, and what is shown must not be secret. Everything runs on one thread of the server's own,
/// and what a client can make it keep, or wait for, has a bound (`AdminLimits`).
package struct AdminServer: Service {
    /// Where to listen and what to answer.
    package struct Configuration: Sendable {
        /// Where to listen.
        package var address: ListenAddress
        /// What `/livez` and `/readyz` say here; nil when health has a listener of its own.
        package var health: HealthChecks?
        /// The program's own pages.
        package var pages: [AdminPage]
        /// Who may read the pages; health is for everybody.
        package var access: AdminAccess
        /// With it everything goes over TLS; nil is plain HTTP.
        package var certificate: AdminCertificate?
        /// What is spent on clients.
        package var limits = AdminLimits()

        /// Listens on an address with the checks and pages given.
        package init(
            _ address: ListenAddress,
            health: HealthChecks? = HealthChecks(),
            pages: [AdminPage] = [],
            access: AdminAccess = .open,
            certificate: AdminCertificate? = nil
        ) {
            self.address = address
            self.health = health
            self.pages = pages
            self.access = access
            self.certificate = certificate
        }
    }

    private let address: ListenAddress
    private let certificate: AdminCertificate?
    private let configuration: AdminListener.Configuration
    private let metrics: MetricsRegistry
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// Makes the server; `onListening` is told the port once it accepts connections.
    package init(
        _ configuration: Configuration,
        metrics: MetricsRegistry,
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        address = configuration.address
        certificate = configuration.certificate
        self.metrics = metrics
        self.logger = logger
        self.onListening = onListening
        self.configuration = AdminListener.Configuration(
            name: "admin",
            router: AdminRouter((configuration.health?.pages ?? []) + [.metrics(metrics)] + configuration.pages),
            access: configuration.access,
            limits: configuration.limits
        )
    }

    /// Serves until graceful shutdown; throws when the address cannot be listened on.
    package func run() async throws {
        try await AdminListener.serve(
            configuration,
            on: address,
            certificate: certificate,
            metrics: metrics,
            logger: logger,
            onListening: onListening
        )
    }
}

/// `/livez` and `/readyz` alone, for the kubelet, on a thread and under bounds of their own.
///
/// Nothing that is asked of other addresses of the program delays it. It is plain HTTP for everybody: it says no more than
/// that the program works, and which of its parts do not.
package struct HealthServer: Service {
    private let address: ListenAddress
    private let configuration: AdminListener.Configuration
    private let metrics: MetricsRegistry
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// Makes the server; `onListening` is told the port once it accepts connections.
    package init(
        _ address: ListenAddress,
        _ checks: HealthChecks,
        limits: AdminLimits = .health,
        metrics: MetricsRegistry,
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.address = address
        self.metrics = metrics
        self.logger = logger
        self.onListening = onListening
        self.configuration = AdminListener.Configuration(
            name: "health",
            router: AdminRouter(checks.pages),
            access: .open,
            limits: limits
        )
    }

    /// Serves until graceful shutdown; throws when the address cannot be listened on.
    package func run() async throws {
        try await AdminListener.serve(
            configuration,
            on: address,
            certificate: nil,
            metrics: metrics,
            logger: logger,
            onListening: onListening
        )
    }
}

/// State of a program for its own user on this machine, and for root: plain HTTP on a Unix socket.
///
/// Nobody is asked who may read it, so it works while the API server is away. Who may open the socket is for the directory to
/// say that it lies in.
package struct LocalServer: Service {
    private let path: String
    private let configuration: AdminListener.Configuration
    private let metrics: MetricsRegistry
    private let logger: Logger

    /// Makes the server; the directory of `path` has to be there when it runs, closed to others.
    package init(path: String, pages: [AdminPage], metrics: MetricsRegistry, logger: Logger) {
        self.path = path
        self.metrics = metrics
        self.logger = logger
        configuration = AdminListener.Configuration(
            name: "local",
            router: AdminRouter(pages),
            access: .open,
            limits: AdminLimits()
        )
    }

    /// Serves until graceful shutdown; throws when the socket cannot be made.
    package func run() async throws {
        try await AdminListener.serve(
            configuration,
            certificate: nil,
            metrics: metrics,
            logger: logger,
            listen: { listener in
                try await listener.listen(onSocket: path)
                logger.info("serving local", metadata: [.socket: "\(path)"])
                return 0
            }
        )
    }
}

extension AdminListener {
    /// Listens on an address, on a thread of its own, until graceful shutdown or cancellation.
    fileprivate static func serve(
        _ configuration: Configuration,
        on address: ListenAddress,
        certificate: AdminCertificate?,
        metrics: MetricsRegistry,
        logger: Logger,
        onListening: @Sendable (Int) async -> Void
    ) async throws {
        try await serve(
            configuration,
            certificate: certificate,
            metrics: metrics,
            logger: logger,
            listen: { listener in
                let port = try await listener.listen(on: address)
                logger.info(
                    "serving \(configuration.name)",
                    metadata: [.port: "\(port)", .tls: "\(certificate != nil)"]
                )
                return port
            },
            onListening: onListening
        )
    }

    /// Listens as `listen` does, on a thread of its own, until graceful shutdown or cancellation; `onListening` is told the port.
    fileprivate static func serve(
        _ configuration: Configuration,
        certificate: AdminCertificate?,
        metrics: MetricsRegistry,
        logger: Logger,
        listen: (AdminListener) async throws -> Int,
        onListening: @Sendable (Int) async -> Void = { _ in }
    ) async throws {
        let tls = try certificate?.context()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listener = AdminListener(
            eventLoop: group.next(),
            configuration: configuration,
            tls: tls,
            metrics: metrics,
            logger: logger
        )
        do {
            let port = try await listen(listener)
            await withDiscardingTaskGroup { tasks in
                tasks.addTask { await listener.answerRequests() }
                await onListening(port)
                // Throws when the task is cancelled, which ends it as well.
                try? await gracefulShutdown()
                await listener.close()
            }
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }
}
