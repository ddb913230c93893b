import HTTPTypes
import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle

/// Health, metrics and state of one program over HTTP: `/livez`, `/readyz`, `/metrics` and what the program adds.
///
/// Nothing here changes anything, so there is no authentication; what is shown must not be secret.
package struct AdminServer: Service {
    /// Where to listen and what to answer.
    package struct Configuration: Sendable {
        /// Where to listen.
        package var address: ListenAddress
        /// The checks of `/livez`: wrong means that a restart would help.
        package var live: [HealthCheck]
        /// The checks of `/readyz`: wrong means not yet, or not now.
        ///
        /// Sessions and leadership are no part of it,
        /// since a dead router must not stop a rollout.
        package var ready: [HealthCheck]
        /// The program's own pages.
        package var pages: [AdminPage]

        /// Listens on an address with the checks and pages given.
        package init(
            _ address: ListenAddress,
            live: [HealthCheck] = [],
            ready: [HealthCheck] = [],
            pages: [AdminPage] = []
        ) {
            self.address = address
            self.live = live
            self.ready = ready
            self.pages = pages
        }
    }

    private let configuration: Configuration
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
        self.configuration = configuration
        self.metrics = metrics
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until graceful shutdown; throws when the address cannot be listened on.
    package func run() async throws {
        let router = Router()
        addHealth(to: router, "livez", configuration.live)
        addHealth(to: router, "readyz", configuration.ready)
        let metrics = self.metrics
        router.get("metrics") { _, _ in
            Self.response(.ok, "text/plain; version=0.0.4", metrics.exposition())
        }
        for page in configuration.pages {
            router.get(RouterPath(page.path)) { request, context in
                let query = Dictionary(
                    request.uri.queryParameters.map { (String($0.key), String($0.value)) },
                    uniquingKeysWith: { $1 }
                )
                let parameters = Dictionary(
                    context.parameters.map { (String($0.key), String($0.value)) },
                    uniquingKeysWith: { $1 }
                )
                let answer = await page.answer(AdminPage.Request(query: query, parameters: parameters))
                return Self.response(HTTPResponse.Status(code: answer.status), answer.contentType, answer.body)
            }
        }
        let onListening = self.onListening
        let application = Application(
            router: router,
            configuration: .init(address: .hostname(configuration.address.host, port: configuration.address.port)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger
        )
        try await application.run()
    }

    private func addHealth(to router: Router<BasicRequestContext>, _ name: String, _ checks: [HealthCheck]) {
        router.get(RouterPath(name)) { request, _ in
            let report = await HealthReport(endpoint: name, checks: checks)
            let verbose = request.uri.queryParameters["verbose"] != nil
            return Self.response(
                report.isHealthy ? .ok : .serviceUnavailable,
                "text/plain",
                report.text(verbose: verbose)
            )
        }
    }

    private static func response(_ status: HTTPResponse.Status, _ contentType: String, _ body: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body))
        )
    }
}
