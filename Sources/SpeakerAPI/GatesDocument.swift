package import BGPTypes

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

    /// Gates of which nothing else is known.
    package init(dataPathReady: Bool, drain: Drain) {
        self.dataPathReady = dataPathReady
        self.drain = drain
    }
}
