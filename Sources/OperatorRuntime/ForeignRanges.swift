import Addressing
import KubeClient
import KubeModel
import Planning

/// Follows which addresses are the cluster's own, so that no pool may hand them out: those of nodes, pods and cluster IPs.
struct ForeignRanges {
    /// All of them, in the order of their owners.
    private(set) var ranges: [ForeignRange] = []
    /// The families that nodes have addresses of; IPv4 while there are none.
    private(set) var families: [IPFamily] = [.ipv4]

    private let stores: OperatorStores
    private let nodeReader: StoreReader<Node>
    private let networkReader: StoreReader<ServiceCIDR>
    private let told: [IPPrefix]
    private var ofNodes: [ForeignRange] = []
    private var ofServices: [ForeignRange] = []

    /// `serviceNetworks` are the networks of cluster IPs that the operator was told of.
    init(stores: OperatorStores, serviceNetworks: [IPPrefix]) {
        self.stores = stores
        told = serviceNetworks
        nodeReader = stores.nodes.makeReader()
        networkReader = stores.serviceCIDRs.makeReader()
    }

    /// Looks again; true when the ranges are others than before.
    mutating func look() -> Bool {
        let (nodes, nodeChanges) = nodeReader.read()
        if !nodeChanges.isEmpty {
            let objects = nodes.objects
            ofNodes = ForeignRange.nodes(objects)
            let found = Set(objects.flatMap(\.internalIPs).compactMap { IPAddress($0)?.family })
            families = found.isEmpty ? [.ipv4] : found.sorted()
        }
        let (networks, networkChanges) = networkReader.read()
        if !networkChanges.isEmpty {
            ofServices = ForeignRange.serviceNetworks(told: told, found: networks.objects)
        }
        let now = ofNodes + ofServices + ForeignRange.clusterIPs(stores.services.snapshot[ForeignRange.apiServer])
        guard now != ranges else { return false }
        ranges = now
        return true
    }
}
