package import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import Synchronization

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
        /// Who may read the pages; health is for everybody.
        package var access: AdminAccess
        /// With it everything goes over TLS; nil is plain HTTP.
        package var certificate: AdminCertificate?

        /// Listens on an address with the checks and pages given.
        package init(
            _ address: ListenAddress,
            live: [HealthCheck] = [],
            ready: [HealthCheck] = [],
            pages: [AdminPage] = [],
            access: AdminAccess = .open,
            certificate: AdminCertificate? = nil
        ) {
            self.address = address
            self.live = live
            self.ready = ready
            self.pages = pages
            self.access = access
            self.certificate = certificate
        }
    }

    private let configuration: Configuration
    private let router: AdminRouter
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
        self.logger = logger
        self.onListening = onListening
        let own = [
            Self.health("livez", configuration.live), Self.health("readyz", configuration.ready),
            AdminPage("metrics") { _ in
                AdminPage.Answer(status: 200, contentType: "text/plain; version=0.0.4", body: metrics.exposition())
            },
        ]
        router = AdminRouter(own + configuration.pages)
    }

    private static func health(_ name: String, _ checks: [HealthCheck]) -> AdminPage {
        AdminPage(name) { request in
            let report = await HealthReport(endpoint: name, checks: checks)
            return AdminPage.Answer(
                status: report.isHealthy ? 200 : 503,
                contentType: "text/plain",
                body: report.text(verbose: request.query["verbose"] != nil)
            )
        }
    }

    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    /// How long a connection may lie idle.
    private static let idleTime: TimeAmount = .seconds(60)

    /// Serves until graceful shutdown; throws when the address cannot be listened on.
    package func run() async throws {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: configuration.address.host, port: configuration.address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                    try pipeline.addHandler(IdleStateHandler(allTimeout: Self.idleTime))
                    try pipeline.addHandler(CloseWhenIdle())
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        let port = server.channel.localAddress?.port ?? 0
        logger.info("serving health, metrics and state", metadata: ["port": "\(port)"])
        await onListening(port)
        do {
            try await cancelWhenGracefulShutdown {
                try await withThrowingDiscardingTaskGroup { group in
                    try await server.executeThenClose { connections in
                        let open = OpenConnections()
                        for try await connection in connections {
                            // What goes wrong on a connection is its client's concern.
                            group.addTask {
                                guard open.enter() else {
                                    try? await connection.executeThenClose { _, _ in }
                                    return
                                }
                                defer { open.leave() }
                                try? await self.serve(connection)
                            }
                        }
                    }
                }
            }
        } catch is CancellationError where !Task.isCancelled {
            return
        }
    }

    /// How many connections may be open at a time, so that none takes the descriptors that the program needs for its work.
    package static let mostConnections = 128

    /// Counts the connections that are served.
    private final class OpenConnections: Sendable {
        private let count = Mutex(0)

        func enter() -> Bool {
            count.withLock { count in
                guard count < AdminServer.mostConnections else { return false }
                count += 1
                return true
            }
        }

        func leave() {
            count.withLock { $0 -= 1 }
        }
    }

    private func serve(_ connection: Connection) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var head: HTTPRequestHead?
            for try await part in inbound {
                switch part {
                case .head(let received): head = received
                case .body: continue
                case .end:
                    guard let request = head else { return }
                    head = nil
                    try await answer(request, outbound)
                    if !request.isKeepAlive { return }
                }
            }
        }
    }

    private func answer(
        _ request: HTTPRequestHead,
        _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws {
        let answer =
            request.method == .GET || request.method == .HEAD
            ? await router.answer(request.uri) : .refusal(405, "only GET is answered")
        let body = ByteBuffer(string: answer.body)
        let head = HTTPResponseHead(
            version: request.version,
            status: HTTPResponseStatus(statusCode: answer.status),
            headers: ["content-type": answer.contentType, "content-length": "\(body.readableBytes)"]
        )
        try await outbound.write(.head(head))
        if request.method != .HEAD { try await outbound.write(.body(.byteBuffer(body))) }
        try await outbound.write(.end(nil))
    }
}

/// Closes a connection on which nothing has happened for a while.
private final class CloseWhenIdle: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
