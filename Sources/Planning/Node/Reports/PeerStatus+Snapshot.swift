package import BGPEngine
package import BGPResources
package import BGPTypes
import BGPWire
import PlainText

extension PeerStatus {
    /// What is known of a peer; without a snapshot, because it has no address or its instance does not run, only the plan.
    package init(_ plan: PeerPlan, _ snapshot: PeerSnapshot?, heldBack: [IPFamily: Int] = [:]) {
        self.init(name: plan.id.peer)
        peerAddress = plan.address
        peerASN = plan.remoteASN.rawValue == 0 ? nil : plan.remoteASN
        peerPort = plan.configuration.map { Int($0.remotePort) }
        peeringState = .idle
        if let snapshot { fill(from: snapshot, heldBack) }
        guard peeringState == .established, let agreed = negotiated?.families else { return }
        // A family that something is to be announced in is listed, also where the peer did not agree to it.
        let missing = plan.announcing.map(\.routeFamily)
            .filter { family in !agreed.contains(family) && !routeCount.contains { $0.family == family } }
        routeCount += missing.map { RouteCount($0, received: 0, advertised: 0) }
    }

    private mutating func fill(from snapshot: PeerSnapshot, _ heldBack: [IPFamily: Int]) {
        peeringState = snapshot.state
        stateSince = snapshot.since.wholeSecond
        if let remote = snapshot.connection.remote { peerPort = Int(remote.port) }
        localAddress = snapshot.connection.local?.address
        localPort = snapshot.connection.local.map { Int($0.port) }
        connectAttempts = snapshot.connection.attempts
        nextRetryTime = snapshot.connection.nextRetry.map(\.wholeSecond)
        lastError = snapshot.lastFailure.map(SessionError.init)
        if let negotiation = snapshot.negotiation {
            peerASN = negotiation.remoteAS
            peerRouterID = negotiation.remoteRouterID
        }
        guard snapshot.state == .established, let negotiation = snapshot.negotiation else { return }
        establishedTime = snapshot.since.wholeSecond
        timers = AppliedTimers(
            appliedHoldTimeSeconds: Int(negotiation.holdTime.rawValue),
            appliedKeepaliveSeconds: Int(negotiation.keepaliveInterval.map { $0.components.seconds } ?? 0)
        )
        negotiated = Negotiated(
            families: negotiation.families.filter { $0.unicast != nil },
            fourByteASN: negotiation.wire.fourOctetAS,
            localGracefulRestart: negotiation.localGracefulRestart.map {
                GracefulRestartOffer($0, longLived: negotiation.localLongLivedStaleTime)
            },
            peerGracefulRestart: negotiation.remoteGracefulRestart.map {
                GracefulRestartOffer($0, longLived: negotiation.remoteLongLivedStaleTime)
            }
        )
        routeCount = snapshot.families.compactMap { counters in
            counters.family.unicast.map { version in
                RouteCount(
                    counters.family,
                    received: counters.received,
                    advertised: counters.announced,
                    heldBack: heldBack[version] ?? 0,
                    notKept: counters.notKept,
                    nextHop: snapshot.nextHops[version]?.address,
                    nextHopProblem: snapshot.nextHops[version]?.fault.map(NextHopProblem.init)
                )
            }
        }
    }
}

extension PeerStatus.GracefulRestartOffer {
    init(_ offer: GracefulRestart, longLived: UInt32?) {
        self.init(
            restartTimeSeconds: Int(offer.restartTime),
            longLivedStaleTimeSeconds: longLived.map(Int.init),
            restarting: offer.restarted,
            families: offer.families.map(\.family).filter { $0.unicast != nil }
        )
    }
}

extension SessionError {
    init(_ failure: PeerSnapshot.Failure) {
        self.init(
            reason: failure.explanation.reason.rawValue,
            message: failure.explanation.seen.asMessage,
            time: failure.time.wholeSecond,
            cause: failure.explanation.cause.asMessage,
            fix: failure.explanation.fix.asMessage
        )
        switch failure.evidence {
        case .sent(let notification, _, _): describe(notification, .sent)
        case .received(let notification, _): describe(notification, .received)
        case .holdTimerExpired: describe(.holdTimerExpired, .sent)
        case .stopped(let stop, _): if let notification = stop.notification { describe(notification, .sent) }
        case .dial, .disconnected, .openOverdue, .heldDown, .notAdmitted: break
        }
    }

    private mutating func describe(_ notification: NotificationError, _ direction: Direction) {
        self.direction = direction
        code = Int(notification.code.rawValue)
        subcode = Int(notification.subcode)
        text = (notification.insideHardReset ?? notification).message
    }
}

extension NextHopProblem {
    init(_ fault: NextHopFault) {
        self =
            switch fault {
            case .missing: .noNextHop
            case .loopback: .loopbackNextHop
            }
    }
}
