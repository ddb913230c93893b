import BGPEngine
import BGPResources
import BGPTypes
import KubeModel
import Planning
import SpeakerAPI

/// Compares what a node wants announced to a peer with what its speaker says of the wire.
struct WireComparison {
    let configuration: NodeConfiguration
    let wire: NodeWire

    /// What the speaker says of a peer.
    func status(_ peer: PeerID) -> PeerStatus? {
        wire.peers.peers.first { $0.instance == peer.instance && $0.status.name == peer.peer }?.status
    }

    /// The session's state as the speaker tells.
    func state(_ peer: PeerID) -> SessionState { status(peer)?.peeringState ?? .unknown }

    /// The routes on the wire to a peer; nil when the speaker did not say.
    func sent(to peer: PeerID) -> [RouteDocument]? {
        guard let advertised = wire.advertised else { return nil }
        guard state(peer) == .established else { return [] }
        return advertised.routes.filter { $0.instance == peer.instance && $0.peer == peer.peer }
    }

    /// Why none of some prefixes that are wanted is on the wire.
    func absence(of prefixes: [IPPrefix], to peer: PeerID) -> Reason {
        let absences = absences(to: peer)
        return prefixes.first.map(absences.reason) ?? .session(.announcementPending(peer, node: configuration.nodeName))
    }

    /// Why routes that are wanted are not on the wire to a peer: by prefix what waits because it flaps, and by family the rest.
    struct Absences {
        fileprivate let waiting: [IPPrefix: Reason]
        fileprivate let ipv4: Reason
        fileprivate let ipv6: Reason

        func reason(for prefix: IPPrefix) -> Reason {
            waiting[prefix] ?? (prefix.family == .ipv4 ? ipv4 : ipv6)
        }
    }

    /// Why routes that are wanted are not on the wire to a peer.
    func absences(to peer: PeerID) -> Absences {
        let paused = state(peer) == .established ? wire.peers.paused ?? [] : []
        let waiting = paused.map { paused in
            (paused.prefix, Reason.limit(.flapping(paused.prefix, node: configuration.nodeName, until: paused.until)))
        }
        return Absences(
            waiting: Dictionary(waiting, uniquingKeysWith: { first, _ in first }),
            ipv4: absence(of: .ipv4, to: peer),
            ipv6: absence(of: .ipv6, to: peer)
        )
    }

    private func absence(of family: IPFamily, to peer: PeerID) -> Reason {
        let node = configuration.nodeName
        let status = status(peer)
        guard state(peer) == .established else {
            return obstacle(peer)
                ?? .session(
                    .notEstablished(
                        peer,
                        node: node,
                        state: state(peer).rawValue,
                        detail: status?.lastError?.message
                    )
                )
        }
        let wanted = family.routeFamily
        if let negotiated = status?.negotiated, !negotiated.families.contains(wanted) {
            return .session(.familyNotNegotiated(family, peer, node: node))
        }
        let count = status?.routeCount.first { $0.family == wanted }
        if count?.nextHopProblem == .noNextHop { return .session(.noNextHop(family, peer, node: node)) }
        if count?.heldBack != nil, let plan = plan(peer),
            let limit = plan.announceLimit
        {
            return .limit(.announceLimitReached(family, peer, peerConfig: plan.peerConfig ?? "", limit: limit))
        }
        return .session(.announcementPending(peer, node: node))
    }

    private func plan(_ peer: PeerID) -> PeerPlan? {
        planSessions(configuration).lazy.flatMap(\.peers).first { $0.id == peer }
    }

    /// What keeps a session down on purpose.
    func obstacle(_ peer: PeerID) -> Reason? {
        let plans = planSessions(configuration)
        guard let instance = plans.first(where: { $0.name == peer.instance }) else { return nil }
        return instance.obstacles.first ?? instance.peers.first { $0.id == peer }?.obstacle
    }

    /// How a sent route differs from the decided one; nil when it does not.
    ///
    /// LOCAL_PREF is compared where it is sent, which is to internal peers.
    static func difference(_ sent: RouteDocument, from decided: RouteDocument) -> String? {
        var parts: [String] = []
        func compare(_ name: String, _ sent: String?, _ decided: String?) {
            if sent != decided { parts.append("\(name) \(sent ?? "absent") instead of \(decided ?? "none")") }
        }
        compare("origin", sent.origin, decided.origin)
        compare("med", sent.med?.description, decided.med?.description)
        compare("asPathPrepend", sent.asPathPrepend?.description, decided.asPathPrepend?.description)
        compare("communities", sent.communities?.joined(separator: ","), decided.communities?.joined(separator: ","))
        compare(
            "largeCommunities",
            sent.largeCommunities?.joined(separator: ","),
            decided.largeCommunities?.joined(separator: ",")
        )
        if let preference = sent.localPreference, let wanted = decided.localPreference {
            compare("localPreference", "\(preference)", "\(wanted)")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
