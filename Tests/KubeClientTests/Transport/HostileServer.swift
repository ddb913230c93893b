import NIOCore
import NIOPosix

/// A server that reads the first line of a request and then writes whatever a test wants, HTTP or not.
struct HostileServer {
    /// What is written, after which the connection ends.
    enum Answer: Sendable {
        /// These octets.
        case octets([UInt8])
        /// The first octets, then the others again and again for as long as somebody reads.
        case endless([UInt8], [UInt8])
        /// These octets, and then nothing, for as long as the other side waits.
        case stalled([UInt8])
        /// The first octets, and then one of the others every few milliseconds, again and again.
        case trickling([UInt8], UInt8)

        /// The beginning of a body that does not go on.
        static func stalledBody(_ text: String) -> Answer { .stalled(head(200) + Array(text.utf8)) }

        /// The beginning of a body that goes on by an octet now and then.
        static func tricklingBody(_ text: String, _ octet: UInt8) -> Answer {
            .trickling(head(200) + Array(text.utf8), octet)
        }

        /// A body without a length, which ends with the connection.
        static func body(_ text: String, status: Int = 200, headers: String = "") -> Answer {
            .octets(head(status, headers) + Array(text.utf8))
        }

        /// A body that never ends.
        static func endlessBody(_ first: String = "", _ rest: String, status: Int = 200) -> Answer {
            .endless(head(status) + Array(first.utf8), Array(rest.utf8))
        }

        private static func head(_ status: Int, _ headers: String = "") -> [UInt8] {
            Array("HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nConnection: close\r\n\(headers)\r\n".utf8)
        }
    }

    /// Runs one on a free port of loopback for as long as `body` does; `answer` is asked for every request.
    static func with(
        _ answer: @escaping @Sendable (_ target: String) -> Answer,
        _ body: (_ port: Int) async throws -> Void
    ) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Connection(answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(server.localAddress?.port ?? 0)
        } catch {
            try? await server.close()
            throw error
        }
        try await server.close()
    }

    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: @Sendable (String) -> Answer
        private var request = ""
        private var hasAnswered = false
        private var rest: ByteBuffer?
        private var trickle: RepeatedTask?

        init(answer: @escaping @Sendable (String) -> Answer) {
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !hasAnswered else { return }
            request += String(buffer: unwrapInboundIn(data))
            guard request.contains("\r\n\r\n") else { return }
            hasAnswered = true
            let words = request.prefix { !$0.isNewline }.split(separator: " ")
            switch answer(words.count > 1 ? String(words[1]) : "") {
            case .octets(let octets):
                let box = NIOLoopBound(context, eventLoop: context.eventLoop)
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: octets)))
                    .whenComplete { _ in box.value.close(promise: nil) }
            case .endless(let first, let rest):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: first)), promise: nil)
                self.rest = ByteBuffer(bytes: rest)
                writeOn(context)
            case .stalled(let octets):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: octets)), promise: nil)
            case .trickling(let first, let octet):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: first)), promise: nil)
                let channel = context.channel
                trickle = context.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(5)) { _ in
                    channel.writeAndFlush(ByteBuffer(bytes: [octet]), promise: nil)
                }
            }
        }

        func channelWritabilityChanged(context: ChannelHandlerContext) {
            writeOn(context)
        }

        private func writeOn(_ context: ChannelHandlerContext) {
            guard let rest else { return }
            while context.channel.isActive, context.channel.isWritable {
                context.writeAndFlush(wrapOutboundOut(rest), promise: nil)
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            trickle?.cancel()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
