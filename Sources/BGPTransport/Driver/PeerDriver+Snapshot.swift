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
        if state != publishedState {
            logger.debug("state changed", metadata: [.stateBefore: "\(publishedState)", .state: "\(state)"])
            if state == .established {
                failureIsCurrent = false
                toldReasons = []
                // The router only took its time.
                if failure?.explanation.reason == .notAcceptedYet { failure = nil }
                let families = session?.negotiation.families ?? []
                logger.info("session established", metadata: [.families: "\(families)"])
                let refused = machine.configuration.families.filter { !families.contains($0) }
                if !refused.isEmpty {
                    logger.notice(
                        "the router did not offer a family, so nothing of it is announced",
                        metadata: [.reason: "FamilyNotNegotiated", .families: "\(refused)"]
                    )
                }
            } else if publishedState == .established {
                logger.notice("session lost", metadata: [.state: "\(state)"])
            }
            publishedState = state
            since = .now()
        }
        setNeedsPublish()
    }

    /// Remembers a failure with its words.
    func note(_ evidence: SessionFailure) {
        if case .received(let error, _) = evidence { metrics.notificationReceived(error) }
        let peer = machine.configuration
        let source = peer.localAddress ?? addresses.source(for: peer.remote)
        let sinceSession = evidence.isTurnedAway ? lastSession?.age(from: source) : nil
        if let known = failure, failureIsCurrent, let echo = echo(evidence, of: known, sinceSession) {
            failure?.explanation = known.original.followed(by: echo)
            return
        }
        let explanation = evidence.explanation(
            for: peer,
            in: FailureContext(
                localAddress: source?.description,
                isOnLink: addresses.devices.isOnLink(peer.remote),
                rival: evidence.suggestsRival ? ConflictingConnections.find(peer.remote, port: peer.remotePort) : nil,
                sinceSession: sinceSession
            )
        )
        if failureIsCurrent, explanation.reason == .notAcceptedYet, failure?.explanation.reason == .notAcceptedYet {
            // The router still takes its time.
            return
        }
        failureIsCurrent = true
        metrics.failed(explanation.reason)
        failureSeen = .now()
        failure = PeerSnapshot.Failure(
            time: wallClock.time(of: failureSeen),
            evidence: evidence,
            explanation: explanation
        )
        // The same reason again is no news: a router that is away, now in this way and now in that, must not fill the log.
        let isNews = toldReasons.insert(explanation.reason).inserted
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
        guard !isPublishing, !isRetired else { return }
        isPublishing = true
        eventLoop.execute {
            self.assumeIsolated {
                $0.isPublishing = false
                $0.publish()
            }
        }
    }

    private func publish() {
        guard !isRetired else { return }
        wallClock.look()
        let snapshot = snapshot()
        metrics.record(snapshot)
        board.publish(snapshot, for: id)
    }

    private func snapshot() -> PeerSnapshot {
        let channel = machine.foremostConnection.flatMap { channels[$0] }
        var snapshot = PeerSnapshot(
            id: id,
            configuration: machine.configuration,
            state: machine.sessionState,
            since: wallClock.time(of: since)
        )
        snapshot.heldDown = heldDown
        snapshot.localEndpoint = channel?.localAddress?.endpoint
        snapshot.remoteEndpoint = channel?.remoteAddress?.endpoint
        snapshot.negotiation = machine.negotiation
        snapshot.families = counters()
        for family in session?.negotiation.families.compactMap(\.unicast) ?? [] {
            let address = adjacency.session?.nextHop(family)?.address
            snapshot.nextHops[family] = PeerSnapshot.NextHop(address, nextHopFault(family))
        }
        snapshot.attempts = machine.attempts
        snapshot.nextRetry = nextRetry.map(wallClock.time(of:))
        snapshot.establishedTransitions = machine.establishedTransitions
        snapshot.lastFailure = failure
        snapshot.lastFailure?.time = wallClock.time(of: failureSeen)
        return snapshot
    }

    private func counters() -> [PeerSnapshot.FamilyCounters] {
        (session?.negotiation.families ?? machine.configuration.families.sorted()).map { family in
            PeerSnapshot.FamilyCounters(
                family: family,
                desired: family.unicast.flatMap { adjacency.desired?.count($0) } ?? 0,
                heldBack: family.unicast.flatMap { heldBack[$0] } ?? 0,
                announced: family.unicast.map { adjacency.announcedCount($0) } ?? 0,
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
