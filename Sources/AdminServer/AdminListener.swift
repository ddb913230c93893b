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
    private let tls: NIOSSLContext?
    private var events: ListenerEvents
    var server: (any Channel)?
    private var book: ConnectionBook<String>
    private var connections: [Int: Connection] = [:]
    private var lastNumber = 0
    /// Whole requests on their way to `answerRequests`; a connection has one at most.
    private let requests = AsyncStream.makeStream(of: Request.self)
    private var queue: PageQueue
    /// Octets that pages have written and no socket has taken, and who waits to write more.
    package private(set) var pendingOctets = 0
    private var waitingForOctets: [(number: Int, count: Int)] = []
    /// What each connection's answer waits for: its turn, room for octets, or its client.
    private var waits: [Int: CheckedContinuation<Wake, Never>] = [:]
    /// Octets of the part that a connection's client has to take.
    private var untaken: [Int: Int] = [:]

    private struct Connection {
        let guardian: ConnectionGuard
        let handler: RequestHandler
    }

    private struct Request: Sendable {
        let head: HTTPRequestHead
        let number: Int
    }

    /// How waiting ends.
    private enum Wake {
        case ready
        case late
        case gone
    }

    /// What becomes of a connection after an answer.
    private enum Ending {
        case nextRequest
        case closing
        /// The answer is not whole, and its client is to see that.
        case torn
    }

    /// The client is gone, or has used up its time.
    private struct Gone: Error {}

    /// Nothing but the head was asked for.
    private struct HeadOnly: Error {}

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
        book = ConnectionBook(limit: limits.connections, ofSource: limits.connectionsOfSource)
        queue = PageQueue(limit: limits.pages, waiting: limits.waitingPages)
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
        for connection in connections.values { connection.guardian.close() }
    }

    // Connections.

    func admit(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard let source = Self.source(of: channel) else {
            return channel.eventLoop.makeFailedFuture(Gone())
        }
        lastNumber += 1
        let number = lastNumber
        switch book.admit(number, from: source) {
        case .admitted(let other?):
            events.note(.evicted)
            let guardian = connections[other]?.guardian
            guardian?.close()
        case .admitted(nil): break
        case .refused:
            events.note(.refused)
            guard tls == nil else { return channel.eventLoop.makeFailedFuture(Gone()) }
            return channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(NoRoomHandler())
            }
        }
        channel.closeFuture.whenComplete { _ in self.assumeIsolated { $0.closed(number) } }
        return channel.eventLoop.makeCompletedFuture { try build(channel.pipeline.syncOperations, number) }
    }

    private func build(_ pipeline: ChannelPipeline.SynchronousOperations, _ number: Int) throws {
        let guardian = ConnectionGuard(configuration.limits) { self.assumeIsolated { $0.events.note(.overdue) } }
        let handler = RequestHandler { head in self.assumeIsolated { $0.received(head, on: number) } }
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderListSize = configuration.limits.requestOctets
        decoding.maxHeaderFieldSize = configuration.limits.requestOctets
        decoding.maxHeaderFieldCount = 64
        try pipeline.addHandler(guardian)
        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
        try pipeline.configureHTTPServerPipeline(
            withEncoderConfiguration: HTTPResponseEncoder.Configuration(),
            withDecoderLimitConfiguration: decoding
        )
        try pipeline.addHandler(handler)
        connections[number] = Connection(guardian: guardian, handler: handler)
    }

    private func closed(_ number: Int) {
        connections[number] = nil
        book.remove(number)
        waitingForOctets.removeAll { $0.number == number }
        resume(number, .gone)
    }

    private func received(_ head: HTTPRequestHead, on number: Int) {
        connections[number]?.guardian.requestEnded()
        requests.continuation.yield(Request(head: head, number: number))
    }

    private func respond(to request: Request) async {
        // The client may have gone before its turn came.
        guard connections[request.number] != nil else { return }
        let ending = (try? await answer(request.head, on: request.number)) ?? .torn
        finished(request.number, ending)
    }

    private func finished(_ number: Int, _ ending: Ending) {
        guard let connection = connections[number] else { return }
        book.set(number, isIdle: true)
        connection.guardian.answerEnded()
        switch ending {
        case .nextRequest: connection.handler.end(keepsAlive: true)
        case .closing: connection.handler.end(keepsAlive: false)
        case .torn: connection.guardian.close()
        }
    }

    // Answers.

    private func answer(_ head: HTTPRequestHead, on number: Int) async throws -> Ending {
        guard head.method == .GET || head.method == .HEAD else {
            return try await send(.refusal(405, "only GET is answered"), head, number)
        }
        guard let found = configuration.router.find(head.uri) else {
            let path = head.uri.prefix { $0 != "?" }
            return try await send(.refusal(404, "nothing is served at \(path)"), head, number)
        }
        if found.page.isHealth { return try await send(await found.page.answer(found.request), head, number) }
        if let refusal = try await refusal(of: found.path, head, number) {
            return try await send(refusal.answer, head, number, refusal.headers)
        }
        book.set(number, isIdle: false)
        guard try await begin(number, isNew: true) else {
            events.note(.pageRefused)
            let refusal = AdminPage.Answer.refusal(503, "too many pages are asked for at a time")
            return try await send(refusal, head, number, ["retry-after": "5"])
        }
        defer { end(number) }
        return try await send(await found.page.answer(found.request), head, number)
    }

    /// Why a page is not shown; nil when it is.
    private func refusal(
        of path: String,
        _ head: HTTPRequestHead,
        _ number: Int
    ) async throws -> (answer: AdminPage.Answer, headers: HTTPHeaders)? {
        connections[number]?.guardian.expectProgress()
        let verdict = await configuration.access.verdict(path, head.bearerToken)
        guard let connection = connections[number] else { throw Gone() }
        connection.guardian.notedProgress()
        switch verdict {
        case .allowed: return nil
        case .unauthenticated(let message): return (.refusal(401, message), ["www-authenticate": "Bearer"])
        case .forbidden(let message): return (.refusal(403, message), [:])
        case .unavailable(let message): return (.refusal(503, message), ["retry-after": "5"])
        }
    }

    private func send(
        _ answer: AdminPage.Answer,
        _ request: HTTPRequestHead,
        _ number: Int,
        _ headers: HTTPHeaders = [:]
    ) async throws -> Ending {
        let isHead = request.method == .HEAD
        let status = HTTPResponseStatus(statusCode: answer.status)
        var fields = headers
        fields.add(name: "content-type", value: answer.contentType)
        if !request.isKeepAlive { fields.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(version: request.version, status: status, headers: fields)
        let writer = AdminWriter(threshold: configuration.limits.chunkOctets) { octets, isFirst in
            if isFirst { self.write(.head(head), to: number) }
            if isHead { throw HeadOnly() }
            try await self.send(octets, to: number)
        }
        do {
            switch answer.body {
            case .text(let text): try await writer.write(text)
            case .stream(let write): try await write(writer)
            }
        } catch is HeadOnly {
            // How long the body is nobody knows, so the connection ends with the head.
            return .torn
        } catch  where !writer.hasSent && connections[number] != nil && !(error is Gone) && !Task.isCancelled {
            return try await send(.refusal(500, "the page cannot be written: \(error)"), request, number)
        }
        let rest = writer.takeRest()
        if !writer.hasSent {
            var complete = head
            complete.headers.add(name: "content-length", value: "\(rest.readableBytes)")
            write(.head(complete), to: number)
        }
        if !isHead, rest.readableBytes > 0 { try await send(rest, to: number) }
        // Without a length and without chunks the end of the connection is the end of the body.
        let endsByClosing = writer.hasSent && request.version.minor == 0
        return request.isKeepAlive && !endsByClosing ? .nextRequest : .closing
    }

    private func write(_ part: HTTPServerResponsePart, to number: Int) {
        connections[number]?.handler.write(part)
    }

    // Turns.

    /// Waits for a connection's turn; returns false when too many wait or it does not come in time.
    private func begin(_ number: Int, isNew: Bool) async throws -> Bool {
        switch queue.enter(number, isNew: isNew) {
        case .now: return true
        case .refused: return false
        case .later: break
        }
        let timer =
            isNew
            ? eventLoop.scheduleTask(in: configuration.limits.waitingTime) {
                self.assumeIsolated { $0.resume(number, .late) }
            } : nil
        let wake = await wait(number)
        timer?.cancel()
        if wake == .ready { return true }
        end(number)
        guard wake == .late else { throw Gone() }
        return false
    }

    private func end(_ number: Int) {
        if let next = queue.leave(number) { resume(next, .ready) }
    }

    // Octets.

    /// Sends octets once there is room for them, and returns when the client has taken them.
    ///
    /// While the client does not, others have their turn.
    private func send(_ octets: ByteBuffer, to number: Int) async throws {
        var octets = octets
        if queue.isWorking(number) {
            try await reserve(octets.readableBytes, for: number)
        } else {
            // Health and refusals are a few words.
            pendingOctets += octets.readableBytes
        }
        while let part = octets.readSlice(length: min(octets.readableBytes, configuration.limits.chunkOctets)),
            part.readableBytes > 0
        {
            do {
                try await sendPart(part, to: number)
            } catch {
                release(octets.readableBytes)
                throw error
            }
        }
    }

    private func sendPart(_ part: ByteBuffer, to number: Int) async throws {
        guard let connection = connections[number] else {
            release(part.readableBytes)
            throw Gone()
        }
        untaken[number] = part.readableBytes
        connection.guardian.expectProgress()
        let promise = eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { _ in self.assumeIsolated { $0.taken(number) } }
        connection.handler.write(.body(.byteBuffer(part)), promise: promise)
        if untaken[number] == nil {
            // Whatever else there is to do comes in between.
            eventLoop.scheduleTask(in: .microseconds(50)) { self.assumeIsolated { $0.resume(number, .ready) } }
            guard await wait(number) == .ready else { throw Gone() }
        } else {
            let isPage = queue.isWorking(number)
            if isPage { end(number) }
            guard await wait(number) == .ready, untaken[number] == nil else { throw Gone() }
            if isPage { guard try await begin(number, isNew: false) else { throw Gone() } }
        }
    }

    /// A part has been taken by the socket, or never will be.
    private func taken(_ number: Int) {
        release(untaken.removeValue(forKey: number) ?? 0)
        connections[number]?.guardian.notedProgress()
        resume(number, .ready)
    }

    private func reserve(_ count: Int, for number: Int) async throws {
        if pendingOctets == 0 || pendingOctets + count <= configuration.limits.pageOctets {
            pendingOctets += count
            return
        }
        waitingForOctets.append((number, count))
        guard await wait(number) == .ready else { throw Gone() }
    }

    private func release(_ count: Int) {
        pendingOctets -= count
        while let next = waitingForOctets.first,
            pendingOctets == 0 || pendingOctets + next.count <= configuration.limits.pageOctets
        {
            waitingForOctets.removeFirst()
            pendingOctets += next.count
            resume(next.number, .ready)
        }
    }

    // Waiting.

    private func wait(_ number: Int) async -> Wake {
        guard connections[number] != nil else { return .gone }
        return await withCheckedContinuation { waits[number] = $0 }
    }

    private func resume(_ number: Int, _ wake: Wake) {
        waits.removeValue(forKey: number)?.resume(returning: wake)
    }
}

extension TimeAmount {
    fileprivate var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
