import AdminServer
import Hummingbird
package import KubeJSON
package import KubeModel
package import Logging
import NIOCore
import ServiceLifecycle

/// A Kubernetes API server in this process: an impression of the real one, good enough for `kubectl` and for controllers.
///
/// It keeps objects in memory and knows nothing of what they mean. Kinds come from CustomResourceDefinitions, as in a
/// real cluster. CEL rules are not evaluated; `Configuration.validator` stands in for them.
package struct LabAPIServer: ServiceLifecycle.Service {
    /// Rules of a kind beyond its schema; what it returns is refused with 422.
    package typealias Validator = @Sendable (ResourceType, JSONValue) -> [FieldError]

    /// How the server is set up.
    package struct Configuration: Sendable {
        /// The address to listen at.
        package var host = "127.0.0.1"
        /// The port to listen at; 0 takes a free one.
        package var port = 0
        /// When set, requests must carry this bearer token.
        package var bearerToken: String?
        /// How many changes of each kind later watches can ask for.
        package var historyLimit = 4096
        /// How often watchers are told how far they have seen.
        package var bookmarkInterval = Duration.seconds(10)
        /// Rules beyond the schemas, such as those the real server reads as CEL.
        package var validator: Validator = { _, _ in [] }

        /// Loopback, a free port, no token.
        package init() {}
    }

    /// The objects, for tests and for programs in the same process.
    package var store: ObjectStore { context.store }

    private let context: ServerContext
    private let logger: Logger
    private let address: AsyncStream<Int>
    private let addressContinuation: AsyncStream<Int>.Continuation

    /// Sets the server up with the namespaces every cluster begins with; nothing listens before `run()`.
    package init(configuration: Configuration = Configuration(), logger: Logger) {
        context = ServerContext(configuration: configuration)
        context.seed()
        self.logger = logger
        (address, addressContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Waits until the server listens; the base URL, or nil when it ended without.
    ///
    /// To be asked once.
    package func baseURL() async -> String? {
        for await port in address {
            let host = context.configuration.host
            return "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        }
        return nil
    }

    /// Serves until graceful shutdown; throws when the address cannot be had.
    package func run() async throws {
        defer { addressContinuation.finish() }
        let (context, addressContinuation) = (context, addressContinuation)
        var configuration = ApplicationConfiguration()
        configuration.address = .hostname(context.configuration.host, port: context.configuration.port)
        let application = Application(
            responder: APIResponder(context: context, proxy: PodProxy()),
            configuration: configuration,
            onServerRunning: { channel in
                addressContinuation.yield(channel.localAddress?.port ?? 0)
                addressContinuation.finish()
            },
            logger: logger
        )
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await context.collector.run {
                        context.registry.resources.all.filter(\.type.isNamespaced).map(\.collection)
                    }
                }
                group.addTask {
                    while true {
                        try await Task.sleep(for: context.configuration.bookmarkInterval)
                        context.store.sendBookmarks()
                    }
                }
                do {
                    try await application.run()
                } catch let error as IOError {
                    let place = ListenAddress(host: context.configuration.host, port: context.configuration.port)
                    throw ListenFault("the API server at \(place)", error)
                }
                context.store.endWatches()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            context.store.endWatches()
        }
    }
}
