import NIOCore
import NIOHTTP1
import NIOSSL

/// Who connects, and what becomes of a connection after an answer.
extension AdminListener {
    func admit(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard let source = Self.source(of: channel) else {
            return channel.eventLoop.makeFailedFuture(Gone())
        }
        clients.lastNumber += 1
        let number = clients.lastNumber
        switch clients.book.admit(number, from: source) {
        case .admitted(let other?):
            events.note(.evicted)
            let guardian = clients.open[other]?.guardian
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
        clients.open[number] = Connection(guardian: guardian, handler: handler)
    }

    private func closed(_ number: Int) {
        clients.open[number] = nil
        clients.book.remove(number)
        octets.forget(number)
        resume(number, .gone)
    }

    private func received(_ head: HTTPRequestHead, on number: Int) {
        clients.open[number]?.guardian.requestEnded()
        requests.continuation.yield(Request(head: head, number: number))
    }

    func respond(to request: Request) async {
        // The client may have gone before its turn came.
        guard clients.open[request.number] != nil else { return }
        let ending = (try? await answer(request.head, on: request.number)) ?? .torn
        finished(request.number, ending)
    }

    private func finished(_ number: Int, _ ending: Ending) {
        guard let connection = clients.open[number] else { return }
        clients.book.set(number, isIdle: true)
        connection.guardian.answerEnded()
        switch ending {
        case .nextRequest: connection.handler.end(keepsAlive: true)
        case .closing: connection.handler.end(keepsAlive: false)
        case .torn: connection.guardian.close()
        }
    }
}
