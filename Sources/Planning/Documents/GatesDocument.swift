package import Addressing
package import KubeModel

/// A node's gates as its speaker sees them.
package struct GatesDocument: Codable, Hashable, Sendable {
    /// How far the node is on its way out of service.
    package enum Drain: String, Codable, Hashable, Sendable {
        case none = "None"
        case shuttingDown = "ShuttingDown"
        case drained = "Drained"
    }

    /// Whether the data path has answered.
    package var dataPathReady: Bool
    /// What was seen when it has not.
    package var dataPathDetail: String?
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

    /// The gates as a document.
    package init(_ gates: NodeGates) {
        switch gates.dataPath {
        case .ready:
            dataPathReady = true
        case .notReady(let detail):
            dataPathReady = false
            dataPathDetail = detail
        }
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
    }

    /// The gates as a speaker's conditions tell of them, without the prefixes that are kept; nil without conditions.
    package init?(reported conditions: [Condition]) {
        guard let drained = DrainCondition.reason(in: conditions) else { return nil }
        let dataPath = conditions.of("DataPathReady")
        dataPathReady = dataPath?.status != .false
        dataPathDetail = dataPathReady ? nil : dataPath?.message
        drain =
            switch drained {
            case .inService, .invalidAnnotation: .none
            case .shuttingDown: .shuttingDown
            case .lastAnnouncer, .drained: .drained
            }
    }

    /// The document as gates.
    package var gates: NodeGates {
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
            serviceNetworks: serviceNetworks ?? []
        )
    }
}
