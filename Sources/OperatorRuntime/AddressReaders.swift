import KubeClient
import KubeModel
import Planning

/// Reads the stores that addresses follow from, and what of them is new since the last time.
struct AddressReaders: Sendable {
    private let stores: OperatorStores
    private let services: StoreReader<AddressedService>
    private let nodes: StoreReader<Node>
    private let serviceCIDRs: StoreReader<ServiceCIDR>
    private let ciliumNodes: StoreReader<CiliumNode>
    private let blockAffinities: StoreReader<BlockAffinity>
    private let laterBlockAffinities: StoreReader<LaterBlockAffinity>

    init(_ stores: OperatorStores) {
        self.stores = stores
        services = stores.services.makeReader()
        nodes = stores.nodes.makeReader()
        serviceCIDRs = stores.serviceCIDRs.makeReader()
        ciliumNodes = stores.ciliumNodes.store.makeReader()
        blockAffinities = stores.blockAffinities.store.makeReader()
        laterBlockAffinities = stores.laterBlockAffinities.store.makeReader()
    }

    func read() -> AddressChanges {
        let pools = stores.pools
        let (present, changed) = services.read()
        var changes = AddressChanges(
            services: present,
            changed: changed.changed,
            removed: changed.removed,
            pools: pools.snapshot.objects
        )
        changes.invalidServices = stores.services.refused
        let (refused, known) = (pools.refused.compactMap(\.key), pools.snapshot)
        changes.invalidPools = Set(refused.map(\.name))
        changes.hasUnknownPool = refused.contains { known[$0] == nil }
        changes.deletions = pools.deletions
        changes.reservations = reservations()
        changes.epochs = (services: stores.services.epoch, pools: pools.epoch)
        changes.settlingTime = pools.restOfPatience
        return changes
    }

    private func reservations() -> ReservationChanges {
        var changes = ReservationChanges()
        let (present, changed) = nodes.read()
        for key in changed.changed { changes.nodes[key.name] = present[key] }
        for key in changed.removed { changes.nodes[key.name] = .some(nil) }
        let networks = serviceCIDRs.read()
        if !networks.changes.isEmpty { changes.serviceCIDRs = networks.snapshot.objects }
        // All are asked, so that each has seen what there is.
        let plugins = [
            ciliumNodes.read().changes, blockAffinities.read().changes, laterBlockAffinities.read().changes,
        ]
        if plugins.contains(where: { !$0.isEmpty }) { changes.podNetworks = stores.podNetworks }
        return changes
    }
}

extension StoreSnapshot: ServiceLookup where Object == AddressedService {}
