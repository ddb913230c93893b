package import NIOCore

/// Stands before everything else of a connection, TLS included, and closes it when its time or its octets are used up.
///
/// What arrives in drops counts as little as what does not arrive: only a whole request stops the clock.
package final class ConnectionGuard: ChannelInboundHandler {
    /// Octets as they arrive.
    package typealias InboundIn = ByteBuffer

    private let limits: AdminLimits
    private let overdue: () -> Void
    private var context: ChannelHandlerContext?
    private var received = 0
    private var request: Scheduled<Void>?
    private var answer: Scheduled<Void>?
    private var progress: Scheduled<Void>?

    /// `overdue` is told before a connection is closed.
    package init(_ limits: AdminLimits, overdue: @escaping () -> Void) {
        self.limits = limits
        self.overdue = overdue
    }

    /// Starts the clock of the first request.
    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        request = closing(after: limits.requestTime)
    }

    /// Stops all clocks.
    package func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        cancelAll()
    }

    /// Passes octets on as long as there are not too many.
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytes
        guard received <= limits.requestOctets else { return close() }
        context.fireChannelRead(data)
    }

    /// Stops all clocks.
    package func channelInactive(context: ChannelHandlerContext) {
        cancelAll()
        context.fireChannelInactive()
    }

    /// The request is whole; from now on the answer has its time.
    package func requestEnded() {
        request?.cancel()
        answer = closing(after: limits.answerTime)
    }

    /// The answer has been taken; the next request has its time.
    package func answerEnded() {
        cancelAll()
        received = 0
        request = closing(after: limits.requestTime)
    }

    /// Somebody has to do something now: the client to read, or whoever decides what it may see.
    package func expectProgress() {
        progress?.cancel()
        progress = closing(after: limits.stallTime)
    }

    /// It was done.
    package func notedProgress() {
        progress?.cancel()
        progress = nil
    }

    /// Closes without a word, however much TLS still would like to say.
    package func close() {
        cancelAll()
        context?.close(promise: nil)
    }

    private func closing(after time: TimeAmount) -> Scheduled<Void>? {
        guard let context else { return nil }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        return context.eventLoop.scheduleTask(in: time) {
            bound.value.overdue()
            bound.value.close()
        }
    }

    private func cancelAll() {
        for scheduled in [request, answer, progress] { scheduled?.cancel() }
        (request, answer, progress) = (nil, nil, nil)
    }
}
