import BGPEngine
import BGPTypes
import KubeModel
import LogKeys
import Logging
import PlainText
import Planning

/// What the log is told of what is wanted and not done, beside what sessions say of themselves.
extension SpeakerLoop {
    /// Says what is wrong with the Node itself: that none has the speaker's name, which no status can tell, for there is no
    /// BGPNodeConfig to hold one, or that it is to be drained in words that nobody understands.
    func reportNode() {
        let fault = DrainRequest.fault(in: stores.ownNode)
        if let fault, fault != reportedDrainFault {
            logger.warning(
                "an annotation for draining cannot be read",
                metadata: [.reasonMessage: "\(fault.description.asMessage)"]
            )
        }
        reportedDrainFault = fault
        let missing = stores.missingNode
        guard missing != reportedNode else { return }
        reportedNode = missing
        if let missing {
            logger.error(
                "nothing is announced",
                metadata: [.reason: "NoSuchNode", .reasonMessage: "\(missing.asMessage)"]
            )
        } else {
            logger.notice("the Node is there now")
        }
    }

    /// Says, once, that the operator is of a version or was told options that do not go with this speaker's.
    func reportOperator() {
        let skew = stores.versionSkew.flatMap { $0.status == .true ? $0.message : nil }
        let found = Set([skew, stores.operatorDifference].compactMap(\.self))
        for problem in found.subtracting(reportedOperator).sorted() {
            logger.warning("operator and speaker do not go together", metadata: [.reasonMessage: "\(problem)"])
        }
        if found.isEmpty, !reportedOperator.isEmpty { logger.notice("operator and speaker go together again") }
        reportedOperator = found
    }

    /// Says which instances and peers stay down, and which settings are not used as they are written, each once.
    func reportObstacles() {
        let node = stores.nodeName
        let isIdle = nodeConfigInForce != nil && sessions.allSatisfy(\.peers.isEmpty)
        let idle = isIdle ? [(name: node, reason: Reason.configuration(.noPeers(node: node)))] : []
        let obstacles: [(name: String, reason: Reason)] =
            idle
            + sessions.flatMap { plan in
                plan.obstacles.map { (plan.name, $0) }
                    + plan.peers.compactMap { peer in peer.obstacle.map { ("\(peer.id)", $0) } }
            }
        let remarks = sessions.flatMap(\.peers).flatMap { peer in
            peer.remarks.map { (name: "\(peer.id)", remark: $0) }
        }
        let known = reportedObstacles
        reportedObstacles = []
        if nodeConfigInForce == nil, let problem = stores.unselected, reportedObstacles.insert(problem).inserted,
            !known.contains(problem)
        {
            logger.warning(
                "nothing is announced",
                metadata: [.reason: "NotSelected", .reasonMessage: "\(problem.asMessage)"]
            )
        }
        for (name, reason) in obstacles where reportedObstacles.insert("\(name) \(reason.message)").inserted {
            guard !known.contains("\(name) \(reason.message)") else { continue }
            logger.warning(
                "stays down",
                metadata: [
                    .bgpName: "\(name.asMessage)", .reason: "\(reason.code)", .reasonMessage: "\(reason.message)",
                    .reasonFix: "\(reason.fix ?? "")",
                ]
            )
        }
        for (name, remark) in remarks where reportedObstacles.insert("\(name) \(remark)").inserted {
            guard !known.contains("\(name) \(remark)") else { continue }
            logger.warning(
                "a setting is not used as it is written",
                metadata: [.bgpName: "\(name.asMessage)", .reasonMessage: "\(remark.description.asMessage)"]
            )
        }
    }

    /// Says which peers came to be told less than all because of their announceLimit.
    func reportHeldBack() {
        let present = heldBack.filter { !$0.value.isEmpty }
        let new = present.keys.filter { !reportedHeldBack.contains($0) }.sorted()
        reportedHeldBack = Set(present.keys)
        guard !new.isEmpty else { return }
        logger.warning(
            "announceLimit holds routes back",
            metadata: [.reason: "HeldBackByLimit", .peers: "\(new.map(\.description).asSentence(most: 5))"]
        )
    }

    /// What is selected and not announced as things are now, prefixes that wait because they flap among it.
    func currentlyUnannounced() -> [UnannouncedCause] {
        let waiting = routes.waiting.map(\.prefix).sorted().map(\.description)
        return presentCauses() + (waiting.isEmpty ? [] : [UnannouncedCause(code: .flapping, names: waiting)])
    }

    /// The same without what flaps; a look at all that is kept back, once for each version of the decision.
    private func presentCauses() -> [UnannouncedCause] {
        guard let version = advertiser?.unannouncedVersion else { return [] }
        if version != unannounced?.version {
            unannounced = (version, advertiser?.unannouncedCauses ?? [])
        }
        return unannounced?.causes ?? []
    }

    /// Says what came to be selected and not announced, at most once a second unless it is to be `now`.
    func reportUnannounced(now isUrgent: Bool = false) {
        guard let version = advertiser?.unannouncedVersion, version != reportedUnannounced?.version else { return }
        let now = stopwatch()
        guard isUrgent || now >= reportedUnannounced?.next ?? .zero else { return }
        let before = reportedUnannounced?.codes ?? []
        let fresh = advertiser?.takeFreshlyUnannounced() ?? []
        let causes = presentCauses()
        reportedUnannounced = (version, now + .seconds(1), Set(causes.map(\.code)))
        // Of entries that have nothing to announce the first of each reason is news.
        let known = before.union(fresh.map(\.code))
        let news = (fresh + causes.filter { !known.contains($0.code) }).sorted()
        guard !news.isEmpty else { return }
        logger.info(
            "selected and not announced by this node",
            metadata: [.reasonMessage: "\(news.map(\.description).asFindings(most: 8).asMessage)"]
        )
    }
}
