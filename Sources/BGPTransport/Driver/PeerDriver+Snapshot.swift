import BGPEngine
import BGPTypes
import BGPWire
import LogKeys
import Logging
import NIOCore

extension PeerDriver {
    /// Stamps a change of state, and logs it: the one place where sessions are logged.
    func noteState() {
        let state = machine.sessionState
        if state != publication.state {
            logger.debug("state changed", metadata: [.stateBefore: "\(publication.state)", .state: "\(state)"])
            if state == .established {
                failures.isCurrent = false
                failures.toldReasons = []
                // The router only took its time.
                if failures.latest?.explanation.reason == .notAcceptedYet { failures.latest = nil }
                let families = session?.negotiation.families ?? []
                logger.info("session established", metadata: [.families: "\(families)"])
                let refused = machine.configuration.families.filter { !families.contains($0) }
                if !refused.isEmpty {
                    logger.notice(
                        "the router did not offer a family, so nothing of it is announced",
                        metadata: [.reason: "FamilyNotNegotiated", .families: "\(refused)"]
                    )
                }
            } else if publication.state == .established {
                logger.notice("session lost", metadata: [.state: "\(state)"])
            }
            publication.state = state
            publication.since = .now()
        }
        setNeedsPublish()
    }

    /// Remembers a failure with its words.
    func note(_ evidence: SessionFailure) {
        if case .received(let error, _) = evidence { publication.metrics.notificationReceived(error) }
        let peer = machine.configuration
        let source = peer.localAddress ?? shared.addresses.source(for: peer.remote)
        let sinceSession = evidence.isTurnedAway ? contact.session?.age(from: source) : nil
        if let known = failures.latest, failures.isCurrent, let echo = echo(evidence, of: known, sinceSession) {
            failures.latest?.explanation = known.original.followed(by: echo)
            return
        }
        let explanation = evidence.explanation(
            for: peer,
            in: FailureContext(
                localAddress: source?.description,
                isOnLink: shared.addresses.devices.isOnLink(peer.remote),
                rival: evidence.suggestsRival ? ConflictingConnections.find(peer.remote, port: peer.remotePort) : nil,
                sinceSession: sinceSession
            )
        )
        if failures.isCurrent, explanation.reason == .notAcceptedYet,
            failures.latest?.explanation.reason == .notAcceptedYet
        {
            // The router still takes its time.
            return
        }
        failures.isCurrent = true
        publication.metrics.failed(explanation.reason)
        failures.seen = .now()
        failures.latest = PeerSnapshot.Failure(
            time: publication.wallClock.time(of: failures.seen),
            evidence: evidence,
            explanation: explanation
        )
        // The same reason again is no news: a router that is away, now in this way and now in that, must not fill the log.
        let isNews = failures.toldReasons.insert(explanation.reason).inserted
        logger.log(
            level: !isNews ? .debug : explanation.reason == .notAcceptedYet ? .info : .notice,
            "session failed",
            metadata: [
                .reason: "\(explanation.reason.rawValue)", .reasonSeen: "\(explanation.seen)",
                .reasonCause: "\(explanation.cause)", .reasonFix: "\(explanation.fix)",
            ]
        )
    }

    /// What a failure adds to the one before, if it only follows from it.
    private func echo(
        _ evidence: SessionFailure,
        of known: PeerSnapshot.Failure,
        _ sinceSession: Duration?
    ) -> String? {
        if let echo = evidence.echo(of: known.evidence) { return echo }
        // Why the session ended says more than that the router has not come back yet.
        return sinceSession != nil && known.evidence.endedSession ? "it has not accepted a new connection yet" : nil
    }

    /// Publishes at the end of the event loop's present turn, once for all that changes in it.
    func setNeedsPublish() {
        guard !publication.isDue, !publication.isRetired else { return }
        publication.isDue = true
        eventLoop.execute {
            self.assumeIsolated {
                $0.publication.isDue = false
                $0.publish()
            }
        }
    }

    private func publish() {
        guard !publication.isRetired else { return }
        publication.wallClock.look()
        let snapshot = snapshot()
        publication.metrics.record(snapshot)
        shared.board.publish(snapshot, for: id)
    }

    private func snapshot() -> PeerSnapshot {
        let channel = machine.foremostConnection.flatMap { connections.channels[$0] }
        var snapshot = PeerSnapshot(
            id: id,
            configuration: machine.configuration,
            state: machine.sessionState,
            since: publication.wallClock.time(of: publication.since)
        )
        snapshot.heldDown = failures.heldDown
        snapshot.connection.local = channel?.localAddress?.endpoint
        snapshot.connection.remote = channel?.remoteAddress?.endpoint
        snapshot.negotiation = machine.negotiation
        snapshot.families = counters()
        for family in session?.negotiation.families.compactMap(\.unicast) ?? [] {
            let address = announcement.adjacency.session?.nextHop(family)?.address
            snapshot.nextHops[family] = PeerSnapshot.NextHop(address, nextHopFault(family))
        }
        snapshot.connection.attempts = machine.attempts
        snapshot.connection.nextRetry = timers.nextRetry.map(publication.wallClock.time(of:))
        snapshot.establishedTransitions = machine.establishedTransitions
        snapshot.lastFailure = failures.latest
        snapshot.lastFailure?.time = publication.wallClock.time(of: failures.seen)
        return snapshot
    }

    private func counters() -> [PeerSnapshot.FamilyCounters] {
        (session?.negotiation.families ?? machine.configuration.families.sorted()).map { family in
            PeerSnapshot.FamilyCounters(
                family: family,
                desired: family.unicast.flatMap { announcement.adjacency.desired?.count($0) } ?? 0,
                heldBack: family.unicast.flatMap { announcement.heldBack[$0] } ?? 0,
                announced: family.unicast.map { announcement.adjacency.announcedCount($0) } ?? 0,
                received: family.unicast.flatMap { session?.received.count($0) } ?? 0,
                notKept: family.unicast.flatMap { session?.received.notKept($0) } ?? 0
            )
        }
    }
}

extension SocketAddress {
    /// Address and port, for people.
    var endpoint: PeerSnapshot.Endpoint? {
        guard let scopedAddress, let port = port.flatMap(UInt16.init(exactly:)) else { return nil }
        return PeerSnapshot.Endpoint(address: scopedAddress, port: port)
    }
}
