import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Requests that go out together on one connection.
struct Exchange: Sendable {
    /// The requests in their order, with their bodies.
    let requests: [(head: HTTPRequestHead, body: ByteBuffer)]
    /// The answers to the first of them: to fewer than all, when the connection did not last.
    let answers: EventLoopPromise<[KubeResponse]>
}

/// Writes requests one behind the other and collects the answers, which come in the same order (RFC 9112 §9.3.2).
final class PipelineHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = Exchange
    typealias OutboundOut = HTTPClientRequestPart

    private var exchange: Exchange?
    private var answers: [KubeResponse] = []
    private var head: HTTPResponseHead?
    private var body = ByteBuffer()
    /// The length of the answers so far.
    private var octets = 0

    /// No more is taken of what answers the requests of one exchange.
    private static let longestAnswers = 32 << 20

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let next = unwrapOutboundIn(data)
        guard exchange == nil, context.channel.isActive else {
            next.answers.succeed([])
            promise?.succeed()
            return
        }
        exchange = next
        octets = 0
        for (head, body) in next.requests {
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            if body.readableBytes > 0 { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
            context.write(wrapOutboundOut(.end(nil)), promise: nil)
        }
        context.flush()
        promise?.succeed()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(var part):
            body.writeBuffer(&part)
            octets += part.readableBytes
            // Whoever sends so much answers something else.
            if octets > Self.longestAnswers { context.close(promise: nil) }
        case .end:
            guard let head, head.status.code >= 200 else { return }
            self.head = nil
            answers.append(
                KubeResponse(
                    status: Int(head.status.code),
                    headers: head.headers.map { KubeRequest.Field($0.name, $0.value) },
                    body: Data(body.readableBytesView)
                )
            )
            if answers.count == exchange?.requests.count { finish() }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    private func finish() {
        let done = exchange
        exchange = nil
        done?.answers.succeed(answers)
        answers = []
    }
}
