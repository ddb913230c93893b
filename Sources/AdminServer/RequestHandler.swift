package import NIOCore
package import NIOHTTP1

/// The end of a connection's pipeline: one whole request at a time, without a body, for the listener to answer.
package final class RequestHandler: ChannelInboundHandler {
    package typealias InboundIn = HTTPServerRequestPart
    /// Parts of answers.
    package typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        case waiting
        case received(HTTPRequestHead)
        case answering
        case closing
    }

    private var state = State.waiting
    private var context: ChannelHandlerContext?
    private let asked: (HTTPRequestHead) -> Void

    /// `asked` is told of every whole request, and of no other before that is answered.
    package init(asked: @escaping (HTTPRequestHead) -> Void) {
        self.asked = asked
    }

    /// Keeps the context, to write to.
    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    /// Lets go of the context; what is written from now on fails.
    package func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    /// Takes part after part until a request is whole.
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .waiting):
            if head.announcesBody { return refuse(head) }
            state = .received(head)
        case (.end, .received(let head)):
            state = .answering
            asked(head)
        default: break
        }
    }

    /// Closes, since what comes after a fault means nothing.
    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Writes one part of the answer; the promise is kept once the socket has taken it.
    package func write(_ part: HTTPServerResponsePart, promise: EventLoopPromise<Void>? = nil) {
        guard let context else { return promise?.fail(ChannelError.ioOnClosedChannel) ?? () }
        context.writeAndFlush(wrapOutboundOut(part), promise: promise)
    }

    /// Ends the answer, and takes the next request or closes.
    package func end(keepsAlive: Bool) {
        // The next request may lie ready, and comes as soon as the end is written.
        state = keepsAlive ? .waiting : .closing
        write(.end(nil))
        if !keepsAlive { context?.close(promise: nil) }
    }

    /// Nothing is asked here with a body, so whoever sends one is not waited for.
    private func refuse(_ head: HTTPRequestHead) {
        state = .closing
        let headers: HTTPHeaders = ["content-length": "0", "connection": "close"]
        write(.head(HTTPResponseHead(version: .http1_1, status: .payloadTooLarge, headers: headers)))
        write(.end(nil))
        context?.close(promise: nil)
    }
}

extension HTTPRequestHead {
    /// Whether a body follows, of whatever length.
    fileprivate var announcesBody: Bool {
        headers.contains(name: "transfer-encoding") || headers["content-length"].contains { $0 != "0" }
    }

    /// The token of whoever asks: `Authorization: Bearer …`, or `X-Martlet-Token`, since the API server keeps the former to
    /// itself when it passes a request on to a pod.
    var bearerToken: String? {
        if let token = headers.first(name: "x-martlet-token"), !token.isEmpty { return token }
        let scheme = "bearer "
        guard let credential = headers.first(name: "authorization"), credential.count > scheme.count,
            credential.prefix(scheme.count).lowercased() == scheme
        else { return nil }
        return String(credential.dropFirst(scheme.count))
    }
}

/// Tells a client that there is no room for it, and closes.
///
/// What the client has asked by then is read first: to close over it would reset the connection, and take the answer along.
final class NoRoomHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let answer = """
        HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n
        """
    /// How long a client may take to ask.
    private static let time = TimeAmount.milliseconds(100)

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: Self.answer)), promise: nil)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.time) { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.close(promise: nil)
    }
}
