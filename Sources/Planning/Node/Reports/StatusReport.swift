package import BGPEngine
package import BGPResources
package import BGPTypes
import BGPWire
package import KubeJSON
package import KubeModel
package import PlainText

/// What a speaker says of itself in the status of its BGPNodeConfig, made from the plan and what the sockets show.
package struct StatusReport {
    let node: String
    let plans: [InstancePlan]
    let peers: [PeerID: PeerSnapshot]
    let instances: [InstanceSnapshot]
    let gates: NodeGates
    let routes: KeptBack
    let drainRequest: String?
    let drainFault: FieldError?
    let stateFault: String?
    let deletions: [PendingDeletion]
    let version: ProgramVersion?
    let versionSkew: Condition?

    /// What is selected and not announced, by what keeps it back.
    struct KeptBack {
        /// By peer and family, because of a limit.
        let heldBack: [PeerID: [IPFamily: Int]]
        let excesses: [BoundExcess]
        let withheld: [Reason]
        let unannounced: [UnannouncedCause]
    }

    /// Takes what is planned, what is seen, how many routes limits of peers and bounds of tenants hold back, and what else is
    /// selected and not announced.
    ///
    /// `withheld` says of addresses of Services why no node announces them, `drainRequest` when the drain was asked for
    /// that is followed, `drainFault` what is wrong with the Node's
    /// annotations for draining, `stateFault` why nothing is kept for the next run, `deletions` what is deleted and still
    /// counts, `version` is the speaker's, `versionSkew` whether the operator's works with it. Reasons are about the BGPNodeConfig of `node`.
    package init(
        plans: [InstancePlan],
        peers: [PeerSnapshot],
        instances: [InstanceSnapshot],
        gates: NodeGates,
        heldBack: [PeerID: [IPFamily: Int]] = [:],
        excesses: [BoundExcess] = [],
        withheld: [Reason] = [],
        unannounced: [UnannouncedCause] = [],
        drainRequest: String? = nil,
        drainFault: FieldError? = nil,
        stateFault: String? = nil,
        deletions: [PendingDeletion] = [],
        version: ProgramVersion? = nil,
        versionSkew: Condition? = nil,
        node: String = ""
    ) {
        self.node = node
        self.plans = plans
        self.peers = Dictionary(peers.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.instances = instances
        self.gates = gates
        routes = KeptBack(heldBack: heldBack, excesses: excesses, withheld: withheld, unannounced: unannounced)
        self.drainRequest = drainRequest
        self.drainFault = drainFault
        self.stateFault = stateFault
        self.deletions = deletions
        self.version = version
        self.versionSkew = versionSkew
    }

    /// The whole status, its conditions found at a generation.
    package func status(observedGeneration: Int64?, previous: [Condition], now: Timestamp) -> BGPNodeConfig.Status {
        let statuses = plans.map { plan in
            BGPNodeConfig.InstanceStatus(
                name: plan.name,
                localASN: plan.localASN,
                routerID: plan.routerID,
                localPort: plan.localPort.map(Int.init),
                peers: plan.peers.map { PeerStatus($0, peers[$0.id], heldBack: routes.heldBack[$0.id] ?? [:]) }
            )
        }
        let all = statuses.flatMap(\.peers)
        let established = all.count { $0.peeringState == .established }
        let conditions = conditions(established: established, total: all.count).map { condition in
            var condition = condition
            condition.observedGeneration = observedGeneration
            return condition
        }
        return BGPNodeConfig.Status(
            conditions: conditions.settled(after: previous, now: now),
            sessions: SessionCounts(established: established, total: all.count),
            advertisedRoutes: all.flatMap(\.routeCount).reduce(0) { $0 + $1.advertised },
            problem: problem(in: statuses),
            speakerVersion: version?.description,
            bgpInstances: statuses
        )
    }

    /// What keeps the configuration from being applied as it is.
    private var obstacles: [Reason] {
        plans.flatMap { plan in plan.obstacles + plan.peers.compactMap(\.obstacle) }
    }

    /// The settings that are not used as they are written.
    private var remarks: [String] {
        plans.flatMap(\.peers).flatMap { peer in peer.remarks.map { "peer \(peer.id): \($0)" } }
    }

    /// The instances that cannot listen, or not for all of their peers, and why.
    private var portFailures: [String] {
        instances.flatMap { instance in instance.problems.map { "instance \(instance.name): \($0)" } }
    }

    /// The peers whose routes a limit holds back, a sentence each.
    private var heldBackRoutes: [String] {
        plans.flatMap(\.peers).flatMap { peer in
            IPFamily.allCases.compactMap { family in
                routes.heldBack[peer.id]?[family].map { count in
                    "\(count) route\(count == 1 ? "" : "s") of \(family.routeFamily) for peer \(peer.id) "
                        + "\(count == 1 ? "is" : "are") held back by announceLimit \(peer.announceLimit ?? 0)"
                }
            }
        }
    }

    /// The families that PeerConfigs ask for something to be announced in and that routers did not agree to.
    private var unexchanged: [UnannouncedCause] {
        let names = plans.flatMap(\.peers).flatMap { plan -> [String] in
            guard let peer = peers[plan.id], peer.state == .established, let agreed = peer.negotiation?.families else {
                return []
            }
            return plan.announcing.filter { !agreed.contains($0.routeFamily) }.map {
                "\(plan.id) \($0.routeFamily)"
            }
        }
        return names.isEmpty ? [] : [UnannouncedCause(code: .familyNotNegotiated, names: names)]
    }

    /// Families that are withheld from peers for want of a next hop, or whose next hop is of no use beyond the node.
    private func nextHopReasons(_ fault: NextHopFault) -> [Reason] {
        var reasons: [Reason] = []
        for peer in plans.flatMap(\.peers) {
            for family in IPFamily.allCases where peers[peer.id]?.nextHops[family]?.fault == fault {
                switch fault {
                case .missing: reasons.append(.session(.noNextHop(family, peer.id, node: node)))
                case .loopback: reasons.append(.session(.loopbackNextHop(family, peer.id, node: node)))
                }
            }
        }
        return reasons
    }

    private var nextHopCondition: Condition {
        let missing = nextHopReasons(.missing)
        let loopback = nextHopReasons(.loopback)
        let first = missing.first ?? loopback.first
        let all = (missing + loopback).map(\.message)
        return Condition(
            .noNextHop,
            ConditionStatus(!missing.isEmpty),
            first?.code ?? .nextHopsFound,
            all.isEmpty ? "every family has a next hop" : all.asFindings()
        )
    }

    /// What keeps most from working comes first: configuration, ports, data path, then peers that failed and are down.
    private func problem(in instances: [BGPNodeConfig.InstanceStatus]) -> String? {
        let failures = instances.lazy.flatMap { instance in
            instance.peers.filter { $0.peeringState != .established }.compactMap { peer in
                peer.lastError.map { "peer \(instance.name)/\(peer.name): \($0.message)" }
            }
        }
        let dataPath = DataPathCondition.found(gates.dataPath)
        var found = [obstacles.first?.message, portFailures.first]
        found += [dataPath.status == .false ? dataPath.message : nil, failures.first]
        found += [drainFault?.description, deletions.first?.message, stateFault]
        found += [nextHopReasons(.missing).first?.message, heldBackRoutes.first, routes.excesses.first?.message]
        let first = found.lazy.compactMap(\.self).first
        // The schema bounds it as it does conditions; a message can hold what the peer wrote.
        return first?.asMessage
    }

    /// Ready is about the configuration, not about the sessions: a dead router does not make a node unready.
    private func conditions(established: Int, total: Int) -> [Condition] {
        let problems = obstacles.map(\.message) + portFailures
        let port = instances.lazy.flatMap(\.problems).first
        let reason = obstacles.first?.code ?? port.map { ReasonCode(rawValue: $0.reason.rawValue) } ?? .applied
        let limited = heldBackRoutes
        let heldBack = limited + routes.excesses.map(\.message)
        let allUp = total > 0 && established == total
        return [
            Condition(
                .ready,
                ConditionStatus(problems.isEmpty),
                reason,
                problems.isEmpty
                    ? (["the configuration is applied", stateFault].compactMap(\.self) + remarks).joined(
                        separator: "; "
                    )
                    : problems.asFindings()
            ),
            DataPathCondition.found(gates.dataPath),
            DrainCondition.found(gates.drain, fault: drainFault, request: drainRequest),
            UnannouncedCondition.found(routes.unannounced + unexchanged),
            nextHopCondition,
            .deletionPending(deletions, observedGeneration: nil),
            Condition(
                .routesHeldBack,
                ConditionStatus(!heldBack.isEmpty),
                heldBack.isEmpty ? .withinLimits : limited.isEmpty ? .tooManyRoutes : .announceLimitReached,
                heldBack.isEmpty ? "no route is held back by a limit" : heldBack.asFindings()
            ),
            Condition(
                .addressesWithheld,
                ConditionStatus(!routes.withheld.isEmpty),
                routes.withheld.first?.code ?? .noneWithheld,
                routes.withheld.isEmpty
                    ? "no address of a Service belongs to something else" : routes.withheld.map(\.message).asFindings()
            ),
            Condition(
                .sessionsEstablished,
                ConditionStatus(allUp),
                allUp ? .allEstablished : total == 0 ? .noPeers : .sessionsDown,
                "\(established) of \(total) sessions established"
            ),
        ] + [versionSkew].compactMap(\.self)
    }
}
