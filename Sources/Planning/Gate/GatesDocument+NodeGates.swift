import BGPTypes
package import KubeModel
package import SpeakerAPI

extension GatesDocument {
    /// The gates as a document.
    package init(_ gates: NodeGates) {
        let drain: Drain =
            switch gates.drain {
            case .none: .none
            case .shuttingDown: .shuttingDown
            case .drained: .drained
            }
        self.init(dataPathReady: gates.dataPath.isOpen, drain: drain)
        dataPathDetail = gates.dataPath.obstacle
        if case .answered(let who) = gates.dataPath { dataPathProbe = who }
        if case .drained(let keeping) = gates.drain, !keeping.isEmpty { kept = keeping.sorted() }
        maxRoutesPerService = gates.bounds.perService
        maxRoutesPerNamespace = gates.bounds.perNamespace
        serviceNetworks = gates.serviceNetworks.isEmpty ? nil : gates.serviceNetworks
        loadBalancerClasses = gates.classes.names
        unclassed = gates.classes.includesUnclassed
    }

    /// The gates as a speaker's conditions tell of them, without the prefixes that are kept; nil without conditions.
    package init?(reported conditions: [Condition]) {
        guard let drained = DrainCondition.reason(in: conditions) else { return nil }
        let drain: Drain =
            switch drained {
            case .inService, .invalidAnnotation: .none
            case .shuttingDown: .shuttingDown
            case .lastAnnouncer, .drained: .drained
            }
        let obstacle = DataPathCondition.obstacle(in: conditions)
        self.init(dataPathReady: obstacle == nil, drain: drain)
        dataPathDetail = obstacle
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
