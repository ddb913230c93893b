import Glibc
import Logging
import Metrics
import NIOCore

/// Lets a listening socket rest while the system has no descriptor or memory for another connection.
///
/// The connection stays in the kernel's queue, so without a rest the socket would be ready again at once and take all of a
/// core. NIO's own `AcceptBackoffHandler` delays the next read alone, while the one that failed still counts as wanted.
final class AcceptPauseHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause: TimeAmount = .seconds(1)
    private let logger: Logger
    private let pauses: Counter
    private var isPaused = false
    /// Whether a person has been told since a connection was last accepted.
    private var isTold = false

    init(instance: String, logger: Logger) {
        self.logger = logger
        pauses = Counter(label: "bgp_accept_pauses_total", dimensions: [("instance", instance)])
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isTold = false
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode) else {
            context.fireErrorCaught(error)
            return
        }
        guard !isPaused else { return }
        isPaused = true
        pauses.increment()
        logger.log(
            level: isTold ? .debug : .warning,
            isTold ? "connections still wait" : "connections wait: the system has no room for them",
            metadata: ["bgp.seen": "\(error)"]
        )
        isTold = true
        let channel = context.channel
        channel.setOption(.autoRead, value: false).whenFailure { _ in }
        let box = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.pause) {
            box.value.isPaused = false
            channel.setOption(.autoRead, value: true).whenFailure { _ in }
        }
    }
}
