import CoreMetrics
import Glibc
import LogKeys
import Logging
import NIOCore
import PlainMetrics

/// Lets a listening socket rest while there is no descriptor or memory to spare for another connection.
///
/// Connections stay in the kernel's queue. Where the system refuses one, the socket would be ready again at once and take all
/// of a core without a rest: NIO's own `AcceptBackoffHandler` delays the next read alone, while the one that failed still
/// counts as wanted.
final class AcceptBackpressureHandler: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = Never

    private static let pause: TimeAmount = .seconds(1)
    private let logger: Logger
    private let pauses: Counter
    private var isPaused = false
    /// Whether a person has been told since a connection was last accepted.
    private var isTold = false

    init(instance: String, metrics: any MetricsFactory, logger: Logger) {
        self.logger = logger
        pauses = Self.counter(of: instance, metrics)
    }

    /// Drops the series of an instance that is removed.
    static func forget(instance: String, metrics: any MetricsFactory) {
        counter(of: instance, metrics).destroy()
    }

    private static func counter(of instance: String, _ metrics: any MetricsFactory) -> Counter {
        MetricDescription.acceptPauses.counter([instance], in: metrics)
    }

    func read(context: ChannelHandlerContext) {
        guard !isPaused else { return }
        guard FileDescriptorReserve.leaveRoom else {
            tell("too few descriptors are free")
            rest(context) { $0.read(context: $1) }
            return
        }
        context.read()
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
        tell("\(error)")
        // The read that failed still counts as wanted. Setting this fails on a socket that has just been closed.
        context.channel.setOption(.autoRead, value: false).whenFailure { _ in }
        rest(context) { $1.channel.setOption(.autoRead, value: true).whenFailure { _ in } }
    }

    private func tell(_ seen: String) {
        pauses.increment()
        logger.log(
            level: isTold ? .debug : .warning,
            isTold ? "connections still wait" : "connections wait: the system has no room for them",
            metadata: [.reasonSeen: "\(seen)"]
        )
        isTold = true
    }

    private func rest(
        _ context: ChannelHandlerContext,
        then resume: @escaping (AcceptBackpressureHandler, ChannelHandlerContext) -> Void
    ) {
        isPaused = true
        let box = NIOLoopBound((self, context, resume), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.pause) {
            let (handler, context, resume) = box.value
            handler.isPaused = false
            guard context.channel.isActive else { return }
            resume(handler, context)
        }
    }
}
