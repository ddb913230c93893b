import BGPEngine
import BGPTypes
import BGPWire
import LogKeys
import Logging
import NIOCore

extension PeerDriver {
    /// Carries out orders in their order.
    func perform(_ actions: [PeerStateMachine.Action]) {
        for action in actions {
            switch action {
            case .dial: startDial()
            case .abandonDial: abandonDial()
            case .send(let message, let id): send(message, on: id)
            case .arm(let timer, let duration): arm(timer, duration)
            case .cancel(let timer): cancel(timer)
            case .established(let id, let negotiation): establish(id, negotiation)
            case .deliver(let update, let id): receive(update, on: id)
            case .repeatRoutes(let family, let id): repeatRoutes(family, on: id)
            case .close(let id): close(id)
            case .lost(let id): lose(id)
            case .report(let failure): note(failure)
            }
        }
    }

    private func send(_ message: Message, on id: ConnectionID) {
        if case .notification(let error) = message {
            publication.metrics.notificationSent(error)
            logger.info("NOTIFICATION sent", metadata: [.notification: "\(error)"])
        }
        guard let channel = connections.channels[id] else { return }
        publication.metrics.messageSent(message)
        channel.writeAndFlush(Outbound.message(message), promise: sendPromise(id, channel))
    }

    /// Tells the machine when the system has taken what is written next, for its send hold timer.
    private func sendPromise(_ id: ConnectionID, _ channel: any Channel) -> EventLoopPromise<Void>? {
        guard session?.connection == id else { return nil }
        let promise = channel.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenSuccess { self.assumeIsolated { $0.submit(.session(id, .sent)) } }
        return promise
    }

    /// Closes after all that was written, so that a NOTIFICATION arrives.
    ///
    /// Only the sending side is shut: a close while unread bytes wait would make the kernel reset the connection and
    /// the peer lose what was sent last. The peer closes in answer, or the time runs out.
    private func close(_ id: ConnectionID) {
        for timer in SessionStateMachine.Timer.allCases { cancel(.session(id, timer)) }
        guard let channel = connections.channels[id] else { return }
        channel.close(mode: .output, promise: nil)
        channel.eventLoop.scheduleTask(in: .milliseconds(500)) { channel.close(promise: nil) }
    }

    private func establish(_ id: ConnectionID, _ negotiation: Negotiation) {
        guard let channel = connections.channels[id] else { return }
        let hops = chooseNextHops(id, negotiation) ?? NextHopSet()
        announcement.adjacency.sessionEstablished(
            SessionEncoding(
                context: negotiation.wire,
                localAS: machine.configuration.localAS,
                ipv4: hops.ipv4,
                ipv6: hops.ipv6,
                linkLocal: hops.linkLocal,
                sendsEndOfRIB: negotiation.remoteGracefulRestart != nil
            )
        )
        if let session { release(session) }
        session = EstablishedSession(connection: id, negotiation: negotiation, share: shared.memory.enter(self))
        contact.routerID = negotiation.remoteRouterID
        contact.source = channel.localAddress?.scopedAddress?.address
        publication.metrics.established()
        write()
        noteNextHops()
    }

    private func lose(_ id: ConnectionID) {
        guard let session, session.connection == id else { return }
        release(session)
        contact.session = LastSession(holdTime: session.negotiation.holdTime, local: contact.source)
        self.session = nil
        endTimers(isTold: false)
        failures.drops = .now()
        announcement.adjacency.sessionLost()
        announcement.toldNextHops = [:]
    }

    private func repeatRoutes(_ family: RouteFamily, on id: ConnectionID) {
        guard session?.connection == id else { return }
        announcement.adjacency.refresh(family)
        write()
    }

    /// Sends what is owed for as long as the socket takes it; the socket calls again when it can take more.
    func write() {
        guard let id = session?.connection, let channel = connections.channels[id] else { return }
        var wrote = false
        var taken: EventLoopFuture<Void>?
        while channel.isWritable, let bytes = shared.updates.nextBatch(of: &announcement.adjacency) {
            publication.metrics.messagesSent(bytes)
            let promise = sendPromise(id, channel)
            taken = promise?.futureResult
            channel.write(Outbound.encoded(bytes), promise: promise)
            wrote = true
        }
        if !announcement.unsent.isEmpty, announcement.adjacency.isSettled { endTimers(when: taken) }
        if wrote { channel.flush() }
        if announcement.adjacency.isDesiredComplete, announcement.adjacency.desired != nil,
            announcement.adjacency.isSettled, session?.announcedAll == false
        {
            session?.announcedAll = true
            submit(.announcedAll)
        }
        if wrote { setNeedsPublish() }
    }

    /// Ends the changes on their way when the system has taken what was written last; nothing was when that is `nil`.
    private func endTimers(when taken: EventLoopFuture<Void>?) {
        guard let taken else { return endTimers(isTold: false) }
        let (timers, convergence) = (announcement.unsent, announcement.convergence)
        announcement.unsent = []
        taken.whenComplete { result in
            let isTold = if case .success = result { true } else { false }
            for timer in timers { timer.end(convergence, isTold: isTold) }
        }
    }

    private func endTimers(isTold: Bool) {
        for timer in announcement.unsent { timer.end(announcement.convergence, isTold: isTold) }
        announcement.unsent = []
    }
}
