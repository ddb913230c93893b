import AsyncHTTPClient
import FoundationEssentials
import KubeModel
import LogKeys
package import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// Carries requests over HTTP to the server that a `KubeEndpoint` names.
///
/// HTTP/1.1 on purpose: each watch has a connection of its own, so that a connection that died without a word is closed
/// with its watch and never used again, which one shared HTTP/2 connection would be.
package final class HTTPTransport: KubeTransport {
    private let http: HTTPClient
    let endpoint: KubeEndpoint
    let address: ServerAddress
    let authenticator: Authenticator
    let tls: TLSConfiguration
    private let userAgent: String
    let eventLoop: any EventLoop
    /// Whether there is no proxy on the way.
    let isDirect: Bool
    /// The proxy that is asked for everything itself, since the server is asked without TLS.
    private let plainProxy: PlainProxy?
    /// The thread of some of the connections.
    package let executor: (any TaskExecutor)?

    /// Prepares the connection to a server; nothing is sent yet.
    ///
    /// Throws `KubeError` for a URL, a file or a certificate that is not usable. `close()` must be called in the end.
    ///
    /// `pluginTimeout` is how long a credential plugin may take, `mostConnections` how many connections there are at a time;
    /// each watch has one, and a request beyond them waits ten seconds for one.
    package init(
        _ endpoint: KubeEndpoint,
        userAgent: String,
        environment: [String: String],
        pluginTimeout: Duration? = Authenticator.pluginPatience,
        mostConnections: Int = usualConnections,
        logger: Logger
    ) throws {
        address = try ServerAddress(endpoint)
        tls = try endpoint.tlsConfiguration()
        self.endpoint = endpoint
        self.userAgent = userAgent
        authenticator = Authenticator(endpoint: endpoint, environment: environment, pluginTimeout: pluginTimeout)
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(10), read: .seconds(300)),
            connectionPool: .init(
                idleTimeout: .seconds(60),
                concurrentHTTP1ConnectionsPerHostSoftLimit: mostConnections
            ),
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        // A refusal is told at once; whoever wants to try again says so itself.
        configuration.connectionPool.retryConnectionEstablishment = false
        let proxy = try address.proxy(endpoint, environment: environment)
        isDirect = proxy == nil
        plainProxy = address.scheme == "http" ? PlainProxy(proxy, to: address) : nil
        if let plainProxy {
            configuration.http1_1ConnectionDebugInitializer = { plainProxy.prepare($0) }
        } else {
            configuration.proxy = proxy?.configuration
        }
        if let name = address.alias { configuration.dnsOverride = [name: address.host] }
        if address.scheme == "https", !endpoint.insecureSkipTLSVerify {
            // The one place where every new connection comes by before it carries a request, also through a proxy.
            let identity = address.identity
            configuration.http1_1ConnectionDebugInitializer = { identity.confirm($0) }
        }
        // Nobody collects spans here.
        configuration.tracing.tracer = nil
        eventLoop = HTTPClient.defaultEventLoopGroup.any()
        executor = ConnectionExecutor(eventLoop)
        if !endpoint.isSecured, endpoint.credential != .none {
            logger.warning(
                "the server is asked without TLS, so it is not shown the credential",
                metadata: [.server: "\(endpoint.server)"]
            )
        }
        http = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: configuration,
            backgroundActivityLogger: logger
        )
    }

    /// How many connections a transport has at most unless told otherwise: many times what one program watches.
    package static let usualConnections = 256

    /// Closes all connections; requests under way fail.
    package func close() async {
        try? await http.shutdown()
    }

    /// Sends a request and collects the answer.
    package func send(_ request: KubeRequest) async throws -> KubeResponse {
        try await exchange(request) { answer in
            self.response(to: answer, body: try await self.collect(answer.body, of: request))
        }
    }

    /// Sends a request and hands over the body of a good answer as it comes.
    package func read(
        _ request: KubeRequest,
        take: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> KubeResponse {
        try await exchange(request) { answer in
            guard (200..<300).contains(answer.status.code) else {
                return self.response(to: answer, body: try await self.beginning(of: answer.body))
            }
            var octets = 0
            for try await piece in answer.body {
                octets += piece.readableBytes
                guard octets <= request.longestAnswer else { throw self.tooLong(request) }
                try take(Array(piece.readableBytesView))
            }
            return self.response(to: answer, body: ByteBuffer())
        }
    }

    private func response(to answer: HTTPClientResponse, body: ByteBuffer) -> KubeResponse {
        KubeResponse(
            status: Int(answer.status.code),
            headers: fields(answer.headers),
            body: Data(body.readableBytesView)
        )
    }

    private func collect(_ body: HTTPClientResponse.Body, of request: KubeRequest) async throws -> ByteBuffer {
        do {
            return try await body.collect(upTo: request.longestAnswer)
        } catch is NIOTooManyBytesError {
            throw tooLong(request)
        }
    }

    /// Enough for a Status; the rest may have no end.
    private func beginning(of body: HTTPClientResponse.Body) async throws -> ByteBuffer {
        var beginning = ByteBuffer()
        for try await var piece in body {
            beginning.writeBuffer(&piece)
            if beginning.readableBytes >= 1 << 16 { break }
        }
        return beginning
    }

    private func tooLong(_ request: KubeRequest) -> KubeError {
        KubeError(
            .tooLong,
            "\(endpoint.server) answers \(request.method.rawValue) \(request.path) with more than "
                + "\(request.longestAnswer) octets"
        )
    }

    /// Sends a request and returns once the header of the answer is there.
    package func stream(_ request: KubeRequest) async throws -> KubeStream {
        try await translate {
            let response = try await executeForStream(request)
            return KubeStream(
                status: Int(response.status.code),
                headers: fields(response.headers),
                pieces: response.body.map { Array($0.readableBytesView) }
            )
        }
    }

    /// A 401 may mean that the token has been replaced, so it is tried once more with a fresh one.
    private func executeForStream(_ request: KubeRequest) async throws -> HTTPClientResponse {
        let response = try await execute(request, as: try await authenticator.identity())
        guard response.status == .unauthorized, await authenticator.refused() else { return response }
        return try await execute(request, as: try await authenticator.identity())
    }

    /// Sends a request and reads the answer, all within the request's time.
    ///
    /// A credential plugin has a time of its own, since it may ask a person.
    private func exchange(
        _ request: KubeRequest,
        _ read: @escaping @Sendable (HTTPClientResponse) async throws -> KubeResponse
    ) async throws -> KubeResponse {
        try await translate {
            let answer = try await exchangeOnce(request, read)
            guard answer.status == 401, await authenticator.refused() else { return answer }
            return try await exchangeOnce(request, read)
        }
    }

    private func exchangeOnce(
        _ request: KubeRequest,
        _ read: @escaping @Sendable (HTTPClientResponse) async throws -> KubeResponse
    ) async throws -> KubeResponse {
        let identity = try await authenticator.identity()
        return try await within(request.timeout) { try await read(try await self.execute(request, as: identity)) }
    }

    /// Ends work that takes longer than it may.
    private func within<Value: Sendable>(
        _ limit: Duration?,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let limit else { return try await work() }
        let end = eventLoop.makePromise(of: Void.self)
        let timer = eventLoop.scheduleTask(in: TimeAmount(limit)) { end.fail(HTTPClientError.deadlineExceeded) }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await end.futureResult.get()
                return nil
            }
            defer {
                group.cancelAll()
                timer.cancel()
                end.succeed()
            }
            guard let result = try await group.next(), let value = result else { throw CancellationError() }
            return value
        }
    }

    private func execute(_ request: KubeRequest, as identity: Identity) async throws -> HTTPClientResponse {
        var message = HTTPClientRequest(url: (plainProxy?.base ?? address.base) + request.target)
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        message.headers = headers(of: request, as: identity)
        if address.alias != nil || plainProxy != nil {
            message.headers.replaceOrAdd(name: "Host", value: address.authority)
        }
        if let pair = identity.certificate { message.tlsConfiguration = try tls.with(pair) }
        if let body = request.body { message.body = .bytes(ByteBuffer(bytes: body)) }
        let deadline = request.timeout.map { NIODeadline.now() + TimeAmount($0) } ?? .distantFuture
        return try await http.execute(message, deadline: deadline)
    }

    func headers(of request: KubeRequest, as identity: Identity) -> HTTPHeaders {
        var headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
        headers.replaceOrAdd(name: "User-Agent", value: userAgent)
        if !headers.contains(name: "Accept") { headers.add(name: "Accept", value: "application/json") }
        if let authorization = identity.authorization {
            headers.replaceOrAdd(name: "Authorization", value: authorization.value)
        }
        if let who = endpoint.impersonation {
            headers.add(name: "Impersonate-User", value: who.user)
            for group in who.groups { headers.add(name: "Impersonate-Group", value: group) }
            if let uid = who.uid { headers.add(name: "Impersonate-Uid", value: uid) }
        }
        return headers
    }

    private func fields(_ headers: HTTPHeaders) -> [KubeRequest.Field] {
        headers.map { KubeRequest.Field($0.name, $0.value) }
    }

    /// Gives failures of the network the words and the recovery that callers act on.
    func translate<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as KubeError {
            throw error
        } catch is CancellationError {
            throw CancellationError()
        } catch let error as HTTPClientError {
            if error == .cancelled { throw CancellationError() }
            let isLate = error == .deadlineExceeded || error == .connectTimeout || error == .readTimeout
            let what = isLate ? "did not answer in time" : "cannot be reached"
            throw KubeError(
                isLate ? .timedOut : .unreachable,
                "\(endpoint.server) \(what): \(ConnectionFault(error).words)"
            )
        } catch {
            throw KubeError(.unreachable, "\(endpoint.server) cannot be reached: \(ConnectionFault(error).words)")
        }
    }
}
