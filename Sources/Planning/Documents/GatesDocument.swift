package import BGPTypes
package import KubeModel

/// A node's gates as its speaker sees them.
package struct GatesDocument: Codable, Hashable, Sendable {
    /// How far the node is on its way out of service.
    package enum Drain: String, Codable, Hashable, Sendable {
        case none = "None"
        case shuttingDown = "ShuttingDown"
        case drained = "Drained"
    }

    /// Whether service routes may be announced as far as the data path goes.
    package var dataPathReady: Bool
    /// What was seen when they may not.
    package var dataPathDetail: String?
    /// Who said that the node forwards service traffic; absent where nobody did.
    package var dataPathProbe: String?
    /// How far the node is drained.
    package var drain: Drain
    /// Prefixes that a drained node keeps because no other node announces them.
    package var kept: [IPPrefix]?
    /// The most routes of one Service that a peer is told, 0 for no bound; absent when unknown.
    package var maxRoutesPerService: Int?
    /// The most routes of one namespace that a peer is told, 0 for no bound; absent when unknown.
    package var maxRoutesPerNamespace: Int?
    /// The networks of cluster IPs that the speaker was told of; absent when there are none.
    package var serviceNetworks: [IPPrefix]?
    /// The load balancer classes that the speaker announces; absent when unknown.
    package var loadBalancerClasses: [String]?
    /// Whether it announces load balancers without a class; absent when unknown.
    package var unclassed: Bool?

    /// The gates as a document.
    package init(_ gates: NodeGates) {
        dataPathReady = gates.dataPath.isOpen
        dataPathDetail = gates.dataPath.obstacle
        if case .answered(let who) = gates.dataPath { dataPathProbe = who }
        switch gates.drain {
        case .none: drain = .none
        case .shuttingDown: drain = .shuttingDown
        case .drained(let keeping):
            drain = .drained
            kept = keeping.isEmpty ? nil : keeping.sorted()
        }
        maxRoutesPerService = gates.bounds.perService
        maxRoutesPerNamespace = gates.bounds.perNamespace
        serviceNetworks = gates.serviceNetworks.isEmpty ? nil : gates.serviceNetworks
        loadBalancerClasses = gates.classes.names
        unclassed = gates.classes.includesUnclassed
    }

    /// The gates as a speaker's conditions tell of them, without the prefixes that are kept; nil without conditions.
    package init?(reported conditions: [Condition]) {
        guard let drained = DrainCondition.reason(in: conditions) else { return nil }
        dataPathDetail = DataPathCondition.obstacle(in: conditions)
        dataPathReady = dataPathDetail == nil
        drain =
            switch drained {
            case .inService, .invalidAnnotation: .none
            case .shuttingDown: .shuttingDown
            case .lastAnnouncer, .drained: .drained
            }
    }

    /// The document as gates.
    package var gates: NodeGates { gates(assuming: .standard) }

    /// The document as gates of a speaker that announces these load balancers if it does not say.
    package func gates(assuming classes: LoadBalancerClasses) -> NodeGates {
        let drain: NodeGates.Drain =
            switch drain {
            case .none: .none
            case .shuttingDown: .shuttingDown
            case .drained: .drained(keeping: Set(kept ?? []))
            }
        let standard = RouteBounds()
        return NodeGates(
            dataPath: dataPathReady ? .ready : .notReady(dataPathDetail ?? ""),
            drain: drain,
            bounds: RouteBounds(
                perService: maxRoutesPerService ?? standard.perService,
                perNamespace: maxRoutesPerNamespace ?? standard.perNamespace
            ),
            serviceNetworks: serviceNetworks ?? [],
            classes: loadBalancerClasses.map { LoadBalancerClasses($0, includesUnclassed: unclassed ?? true) }
                ?? classes
        )
    }
}
