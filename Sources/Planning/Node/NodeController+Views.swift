package import BGPEngine
package import BGPResources
package import BGPTypes
package import KubeModel
package import PlainText

/// What pages, the status and health read.
///
/// The decision is never handed out: a copy of it would make the next change copy the world.
extension NodeController {
    /// Whether sessions, of now or of an earlier run, are applied.
    package var isConfigured: Bool { sessions.areApplied }

    /// Whether nothing is announced yet, since an earlier run had withdrawn it for a drain that is still asked for.
    package var isResumingDrain: Bool { drain.isResuming }

    /// What is wrong when no Node has the speaker's name, in words for a person; nil when one has, or before the stores are loaded.
    package var missingNode: String? { world.inputs?.missingNode(options.node) }

    /// What the node says of itself, with what its peers and sockets look like.
    ///
    /// `stateFault` says why nothing is kept for the next run, `deletions` is what is deleted and still counts.
    package mutating func statusReport(
        peers: [PeerSnapshot],
        instances: [InstanceSnapshot],
        stateFault: String?,
        deletions: [PendingDeletion]
    ) -> StatusReport {
        StatusReport(
            plans: plans,
            peers: peers,
            instances: instances,
            gates: gates,
            heldBack: heldBack,
            excesses: reports.routes.excesses,
            withheld: reports.routes.withheld,
            unannounced: reports.routes.unannounced(routes),
            drainRequest: drain.request?.request,
            drainFault: DrainRequest.fault(in: world.inputs?.node),
            stateFault: stateFault,
            deletions: deletions,
            version: options.version,
            versionSkew: world.inputs?.versionSkew(of: options.version),
            node: options.node
        )
    }

    package var nodeConfigInForce: BGPNodeConfig? { routes.advertiser?.configuration.nodeConfig }

    /// What the sessions run with, in the user's order.
    package var plans: [InstancePlan] { sessions.plans }

    /// How many routes wait because of limits, by peer and family.
    package var heldBack: [PeerID: [IPFamily: Int]] { routes.limits.heldBack }

    /// The prefixes that wait because they flap, and how long.
    package func paused(at now: Duration) -> [(prefix: IPPrefix, rest: Duration)] {
        routes.tables.waiting.map { ($0.prefix, max(.zero, $0.end - now)) }
    }

    /// When routes to a peer became what they are; nil where that was before the speaker or its sessions began.
    package func times(of prefixes: [IPPrefix], to peer: PeerID) -> [Timestamp?] {
        prefixes.map { routes.history.time(of: $0, to: peer) }
    }

    /// What pages of routes begin with.
    package struct Overview: Sendable {
        /// In the order of their first peers.
        package let groups: [[PeerID]]
        package let configured: ConfiguredOrigins
        /// The Services that bring routes.
        package let services: [ObjectKey]
    }

    /// What pages of routes begin with; nil before the first decision.
    package var overview: Overview? {
        routes.advertiser.map { advertiser in
            Overview(
                groups: advertiser.tables.groups.map(\.peers),
                configured: advertiser.configured,
                services: advertiser.announcedServices
            )
        }
    }

    /// Where the routes of some Services come from.
    package func origins(of services: ArraySlice<ObjectKey>) -> [RouteOrigin] {
        routes.advertiser?.origins(of: services) ?? []
    }

    /// The routes that a peer is to have now, limits aside.
    package func routes(of peer: PeerID) -> RouteTable? { routes.tables.announced[peer] }
}
