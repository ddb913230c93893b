import BGPEngine
import BGPResources
import BGPTypes
import KubeClient
import KubeModel
import Planning

/// What pages, the status and the other services of the speaker read.
extension SpeakerLoop {
    /// The BGPNodeConfig in force; asked for often, and without a copy of the decision, which would have to be made anew
    /// if the decision changed meanwhile.
    var nodeConfigInForce: BGPNodeConfig? { advertiser?.configuration.nodeConfig }

    /// When routes to a peer came to be as they are; nil where that was before the speaker or its sessions began.
    func times(of prefixes: [IPPrefix], to peer: PeerID) -> [Timestamp?] {
        prefixes.map { history.time(of: $0, to: peer) }
    }

    /// The decision in force, as far as it can be handed out without a copy of it, which would have to be made anew with
    /// the next change; nil before the stores are ready.
    var overview: Overview? {
        advertiser.map {
            Overview(groups: $0.tables.groups.map(\.peers), configured: $0.configured, services: $0.announcedServices)
        }
    }

    /// What pages begin with.
    struct Overview {
        let groups: [[PeerID]]
        let configured: ConfiguredOrigins
        let services: [ObjectKey]
    }

    /// What some Services bring.
    func origins(of services: ArraySlice<ObjectKey>) -> [RouteOrigin] {
        advertiser?.origins(of: services) ?? []
    }

    /// The routes that a peer is to have, limits aside.
    func desiredRoutes(of peer: PeerID) -> RouteTable? { routes.announced[peer] }

    /// What the sessions run with, in the user's order.
    var sessions: [InstancePlan] { plans }

    /// How many routes wait because of limits, by peer and family.
    var heldBack: [PeerID: [IPFamily: Int]] { limits.heldBack }

    /// Why nothing is kept for the next run, if it is to be.
    nonisolated var stateFault: String? { keeper?.refusal }

    /// What keeps routes back.
    var presentGates: NodeGates { gates }

    /// The prefixes that wait because they flap, and how long.
    var paused: [(prefix: IPPrefix, rest: Duration)] {
        let now = stopwatch()
        return routes.waiting.map { ($0.prefix, max(.zero, $0.end - now)) }
    }

    /// What the node is asked to do, whatever keeps its routes back; nil before the stores are ready.
    func resources() -> NodeConfiguration? {
        guard stores.set.isReady else { return nil }
        return stores.wish(
            gates: gates.opened,
            network: network,
            addresses: foreign,
            earlier: earlier,
            inUse: renderedBefore
        )
        .configuration
    }
}
