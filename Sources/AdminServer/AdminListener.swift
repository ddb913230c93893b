import CoreMetrics
package import Logging
package import NIOCore
import NIOHTTP1
import NIOPosix
package import NIOSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One listening socket with its connections and answers, all on one thread.
///
/// Pages run here too, so that a flood of them takes one thread and none of those that the program's own work needs.
package actor AdminListener {
    nonisolated let eventLoop: any EventLoop
    let configuration: Configuration
    let tls: NIOSSLContext?
    var events: ListenerEvents
    var server: (any Channel)?
    var clients: Clients
    /// Whole requests on their way to `answerRequests`; a connection has one at most.
    let requests = AsyncStream.makeStream(of: Request.self)
    var queue: PageQueue
    /// What pages have written and no socket has taken.
    var octets: OctetBudget
    /// What each connection's answer waits for: its turn, room for octets, or its client.
    private var waits: [Int: CheckedContinuation<Wake, Never>] = [:]
    /// Octets of the part that a connection's client has to take.
    var untaken: [Int: Int] = [:]

    /// Octets that pages have written and no socket has taken.
    package var pendingOctets: Int { octets.pending }

    /// Who is connected, by a number that none has twice.
    struct Clients {
        var book: ConnectionBook<String>
        var open: [Int: Connection] = [:]
        var lastNumber = 0
    }

    struct Connection {
        let guardian: ConnectionGuard
        let handler: RequestHandler
    }

    struct Request: Sendable {
        let head: HTTPRequestHead
        let number: Int
    }

    /// How waiting ends.
    enum Wake {
        case ready
        case late
        case gone
    }

    /// What becomes of a connection after an answer.
    enum Ending {
        case nextRequest
        case closing
        /// The answer is not whole, and its client is to see that.
        case torn
    }

    /// The client is gone, or has used up its time.
    struct Gone: Error {}

    /// The thread of the event loop.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    /// Makes a listener whose connections and pages run on an event loop; with `tls` nil it is plain HTTP.
    package init(
        eventLoop: any EventLoop,
        configuration: Configuration,
        tls: NIOSSLContext?,
        metrics: MetricsRegistry,
        logger: Logger
    ) {
        self.eventLoop = eventLoop
        self.configuration = configuration
        self.tls = tls
        events = ListenerEvents(listener: configuration.name, metrics: metrics, logger: logger)
        let limits = configuration.limits
        clients = Clients(book: ConnectionBook(limit: limits.connections, ofSource: limits.connectionsOfSource))
        queue = PageQueue(limit: limits.pages, waiting: limits.waitingPages)
        octets = OctetBudget(limit: limits.pageOctets)
    }

    /// Listens; returns the port, or throws `ListenFault` when the address cannot be listened on.
    package func listen(on address: ListenAddress) async throws -> Int {
        let sendBuffer = SocketOptionValue(configuration.limits.socketOctets)
        let userTimeout = ChannelOptions.Types.SocketOption(level: .tcp, name: .init(rawValue: TCP_USER_TIMEOUT))
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.so_sndbuf), value: sendBuffer)
            // What is left in the kernel for a client that does not read goes too.
            .childChannelOption(userTimeout, value: SocketOptionValue(configuration.limits.stallTime.milliseconds))
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
            .childChannelInitializer { channel in self.assumeIsolated { $0.admit(channel) } }
        let server: any Channel
        do {
            server = try await bootstrap.bind(host: address.host, port: address.port).get()
        } catch {
            throw ListenFault("--\(configuration.name)-address \(address)", error)
        }
        self.server = server
        return server.localAddress?.port ?? 0
    }

    /// Answers requests until `close`, or cancellation; returns when the last answer, which is cancelled then, has ended.
    package func answerRequests() async {
        await withDiscardingTaskGroup { answers in
            for await request in requests.stream {
                // It begins on this thread, as it goes on: whatever the program does with its own does not delay it.
                answers.addImmediateTask { await self.respond(to: request) }
            }
            answers.cancelAll()
        }
    }

    /// Closes the listening socket and all connections at once, and lets `answerRequests` end.
    package func close() {
        server?.close(promise: nil)
        requests.continuation.finish()
        for connection in clients.open.values { connection.guardian.close() }
    }

    func wait(_ number: Int) async -> Wake {
        guard clients.open[number] != nil else { return .gone }
        return await withCheckedContinuation { waits[number] = $0 }
    }

    func resume(_ number: Int, _ wake: Wake) {
        waits.removeValue(forKey: number)?.resume(returning: wake)
    }
}

extension TimeAmount {
    fileprivate var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
