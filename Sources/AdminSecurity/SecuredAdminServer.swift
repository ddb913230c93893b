package import AdminServer
package import KubeClient
import LogKeys
package import Logging
import ServiceLifecycle

/// The admin server with the guard it was told: makes or reads the certificate when it starts, and begins anew with another
/// when the files have changed.
package struct SecuredAdminServer: Service {
    private let configuration: AdminServer.Configuration
    private let security: AdminSecurity
    private let client: KubeClient?
    private let metrics: MetricsRegistry
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let onListening: @Sendable (Int) async -> Void

    /// How often the files of a certificate are looked at.
    package static let interval = Duration.seconds(30)

    /// Guards a server.
    ///
    /// - Parameters:
    ///   - configuration: The server; access and certificate are set here.
    ///   - security: How it is guarded.
    ///   - client: The API server that says who may read; without it nobody may, unless all may.
    ///   - metrics: What `/metrics` shows.
    ///   - logger: Hears of files that cannot be used.
    ///   - clock: Measures how long answers hold and when files are looked at.
    ///   - onListening: Is told the port once it accepts connections.
    package init(
        _ configuration: AdminServer.Configuration,
        security: AdminSecurity,
        client: KubeClient?,
        metrics: MetricsRegistry,
        logger: Logger,
        clock: any Clock<Duration> = ContinuousClock(),
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.security = security
        self.client = client
        self.metrics = metrics
        self.logger = logger
        self.clock = clock
        self.onListening = onListening
    }

    /// Serves until graceful shutdown; throws when the address cannot be listened on or the certificate cannot be used.
    package func run() async throws {
        switch security {
        case .open:
            try await server(.open, nil).run()
        case .reviewed(let source):
            let access = client.map { AccessReviewer(client: $0, clock: clock, logger: logger).access } ?? Self.closed
            var certificate = try source.certificate()
            while let next = try await serve(access, certificate, from: source) {
                logger.notice("serving with another certificate", metadata: [.certificate: "\(source)"])
                certificate = next
            }
        }
    }

    private static let closed = AdminAccess { _, _ in .unavailable("there is no API server that says who may read this")
    }

    private func server(_ access: AdminAccess, _ certificate: AdminCertificate?) -> AdminServer {
        var configuration = configuration
        configuration.access = access
        configuration.certificate = certificate
        return AdminServer(configuration, metrics: metrics, logger: logger, onListening: onListening)
    }

    /// Serves until shutdown, which is nil, or until there is another certificate.
    private func serve(
        _ access: AdminAccess,
        _ certificate: AdminCertificate,
        from source: CertificateSource
    ) async throws -> AdminCertificate? {
        let server = server(access, certificate)
        guard case .files = source else {
            try await server.run()
            return nil
        }
        return try await withThrowingTaskGroup(of: AdminCertificate?.self) { group in
            group.addTask {
                try await server.run()
                return nil
            }
            group.addTask { try await change(of: certificate, from: source) }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// Waits until the files hold another certificate that can be used; what cannot be used is told once.
    private func change(
        of certificate: AdminCertificate,
        from source: CertificateSource
    ) async throws -> AdminCertificate {
        var told: String?
        while true {
            try await clock.sleep(for: Self.interval)
            do {
                let now = try source.certificate()
                if now != certificate { return now }
                told = nil
            } catch {
                let words = "\(error)"
                guard words != told else { continue }
                told = words
                logger.warning("serving with the certificate as it was", metadata: [.error: "\(words)"])
            }
        }
    }
}
