import BGPTypes
package import KubeModel

/// What reserves addresses, as far as it is new.
package struct ReservationChanges: Sendable {
    /// Nodes that changed; nil for one that is gone.
    package var nodes: [String: Node?] = [:]
    /// What network plugins say of pod networks; nil when they say what they said.
    package var podNetworks: ClusterPodNetworks?
    /// The networks of cluster IPs that the cluster names; nil when they are the same.
    package var serviceCIDRs: [ServiceCIDR]?

    package init() {}

    mutating func merge(_ newer: ReservationChanges) {
        nodes.merge(newer.nodes) { $1 }
        podNetworks = newer.podNetworks ?? podNetworks
        serviceCIDRs = newer.serviceCIDRs ?? serviceCIDRs
    }
}

/// The addresses that are the cluster's own, so that no pool may hand them out: those of nodes, pods and cluster IPs.
struct ReservedRanges: Sendable {
    /// Those that stop a pool, in the order of their owners: networks and addresses of cluster IPs.
    private(set) var ranges: [ForeignRange] = []
    /// The networks of cluster IPs that the operator was started with.
    private let configured: [IPPrefix]
    private var podNetworks = ClusterPodNetworks()
    private var nodes: [String: Node] = [:]
    private var facts: [String: NodeFacts] = [:]
    /// How many nodes have internal addresses of a family.
    private var counts: [IPFamily: Int] = [:]
    private var ofServices: [ForeignRange]?

    private struct NodeFacts: Hashable, Sendable {
        var ranges: [ForeignRange] = []
        var families: Set<IPFamily> = []
    }

    /// What is another than before.
    struct Change {
        /// Whether what stops pools is.
        var isOfPools = false
        /// What every changed node and its pods have now; nothing when it is gone.
        var nodes: [String: [ForeignRange]] = [:]
    }

    init(serviceNetworks: [IPPrefix]) {
        configured = serviceNetworks
    }

    /// The families that nodes have addresses of; IPv4 while there are none.
    var families: [IPFamily] {
        let found = IPFamily.allCases.filter { counts[$0, default: 0] > 0 }
        return found.isEmpty ? [.ipv4] : found
    }

    /// Takes what changed, and the Service by which pods reach the API server; a node that changed costs no look at the others.
    mutating func update(_ changes: ReservationChanges, apiServer: AddressedService?) -> Change {
        var change = Change()
        var concerned = Set(changes.nodes.keys)
        for (name, node) in changes.nodes { nodes[name] = node }
        if let networks = changes.podNetworks {
            // A block that is gone no longer says whose it was, so all nodes are looked at.
            podNetworks = networks
            concerned.formUnion(nodes.keys)
        }
        for name in concerned {
            let new = nodes[name].map { node in
                NodeFacts(
                    ranges: ForeignRange.of(node, podNetworks.networks(of: name)),
                    families: Set(node.internalIPs.compactMap { IPAddress($0)?.family })
                )
            }
            let known = facts[name]
            guard new != known else { continue }
            facts[name] = new
            for family in known?.families ?? [] { counts[family, default: 0] -= 1 }
            for family in new?.families ?? [] { counts[family, default: 0] += 1 }
            if new?.ranges ?? [] != known?.ranges ?? [] { change.nodes[name] = new?.ranges ?? [] }
        }
        if let found = changes.serviceCIDRs {
            ofServices = ForeignRange.serviceNetworks(told: configured, found: found)
        }
        let networks = ofServices ?? ForeignRange.serviceNetworks(told: configured, found: [])
        let now = networks + ForeignRange.clusterIPs(apiServer)
        change.isOfPools = now != ranges
        ranges = now
        return change
    }
}
