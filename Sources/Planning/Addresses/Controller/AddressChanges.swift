package import BGPResources
package import KubeModel

/// What addresses follow from, and what of it is new since the last time.
package struct AddressChanges: Sendable {
    /// All Services as the watch has brought them.
    package var services: any ServiceLookup
    package var changedServices: Set<ObjectKey>
    package var removedServices: Set<ObjectKey>
    /// Services whose newest version cannot be read, the first few.
    package var invalidServices: [InvalidObject] = []
    /// All pools, also those that are deleted and still count.
    package var pools: [LoadBalancerIPPool]
    /// The names of pools whose newest version cannot be read.
    package var invalidPools: Set<String> = []
    /// Whether there is a pool of which no version could ever be read: it may be the one that addresses were given from.
    package var hasUnknownPool = false
    /// The pools among `pools` that are deleted and still count.
    package var deletions: [PendingDeletion] = []
    /// What reserves addresses, as far as it is new.
    package var reservations = ReservationChanges()
    /// How often the server's data may have been replaced by older ones: of Services, and of pools.
    package var epochs = (services: 0, pools: 0)
    /// How long a pool may still come back that was deleted right before this process came; nil when that time is over.
    package var settlingTime: Duration?

    package init(
        services: any ServiceLookup,
        changed: Set<ObjectKey> = [],
        removed: Set<ObjectKey> = [],
        pools: [LoadBalancerIPPool]
    ) {
        self.services = services
        changedServices = changed
        removedServices = removed
        self.pools = pools
    }

    /// Takes what is newer; what was new before stays so.
    mutating func merge(_ newer: AddressChanges) {
        let before = self
        self = newer
        changedServices.formUnion(before.changedServices.subtracting(newer.removedServices))
        removedServices.formUnion(before.removedServices.subtracting(newer.changedServices))
        reservations = before.reservations
        reservations.merge(newer.reservations)
    }
}

/// All Services of a moment, by name.
package protocol ServiceLookup: Sendable {
    subscript(key: ObjectKey) -> AddressedService? { get }
}
