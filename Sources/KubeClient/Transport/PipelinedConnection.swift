import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A connection for many small requests: what goes out together costs one write to the socket, and hardly more than that.
///
/// It is opened for a burst of them and closed after it, so that no request meets a connection which the server has given up
/// meanwhile.
struct PipelinedConnection: Sendable {
    private let channel: any Channel

    /// Connects, on the event loop; throws what the network's layers throw.
    static func open(
        to address: ServerAddress,
        tls: NIOSSLContext?,
        name: String?,
        identity: ServerIdentity?,
        on eventLoop: any EventLoop
    ) async throws -> PipelinedConnection {
        let channel = try await ClientBootstrap(group: eventLoop)
            .connectTimeout(.seconds(10))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        try pipeline.addHandler(Self.security(context: tls, name: name, identity: identity))
                    }
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(PipelineHandler())
                }
            }
            .connect(host: address.host, port: address.port)
            .get()
        return PipelinedConnection(channel: channel)
    }

    /// Requests that were written wait in the handler until the certificate was looked at.
    private static func security(
        context: NIOSSLContext,
        name: String?,
        identity: ServerIdentity?
    ) throws -> NIOSSLClientHandler {
        guard let identity else { return try NIOSSLClientHandler(context: context, serverHostname: name) }
        return try NIOSSLClientHandler._makeSSLClientHandler(
            context: context,
            serverHostname: name
        ) { certificate, channel in
            identity.isNamed(by: certificate)
                ? channel.eventLoop.makeSucceededVoidFuture()
                : channel.eventLoop.makeFailedFuture(NIOSSLExtraError.failedToValidateHostname)
        }
    }

    /// Sends requests and returns the answers to them in their order, to fewer than all when the connection does not last or
    /// the time is over.
    func exchange(_ requests: [(head: HTTPRequestHead, body: ByteBuffer)], within time: TimeAmount) async
        -> [KubeResponse]
    {
        let promise = channel.eventLoop.makePromise(of: [KubeResponse].self)
        let end = channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
        channel.writeAndFlush(Exchange(requests: requests, answers: promise)).whenFailure { _ in promise.succeed([]) }
        let answers = await withTaskCancellationHandler {
            try? await promise.futureResult.get()
        } onCancel: {
            channel.close(promise: nil)
        }
        end.cancel()
        return answers ?? []
    }

    /// Closes the connection.
    func close() async {
        try? await channel.close()
    }
}
