import BGPResources
import KubeModel

/// The pools as they were last seen, and what of them has to be written.
struct PoolView: Sendable {
    private(set) var pools: [LoadBalancerIPPool] = []
    /// Nil before pools were seen at all.
    private(set) var layouts: [PoolLayout]?
    private var deletions: [PendingDeletion] = []
    private var invalid: Set<String> = []
    private var writes = PendingWrites<LoadBalancerIPPool>()

    /// Whether there are pools, also such as are deleted and still count.
    var hasPools: Bool { !(layouts?.isEmpty ?? true) }

    /// Takes the pools as they are; returns them when services have to be looked at anew.
    ///
    /// A pool's status changes with every address, which is no reason for that.
    mutating func update(_ changes: AddressChanges, reserved: [ForeignRange], isReservedNew: Bool) -> PoolSet? {
        writes.enter(epoch: changes.epochs.pools)
        pools = writes.newest(changes.pools)
        invalid = changes.invalidPools
        deletions = changes.deletions
        let present = pools.map { pool in
            PoolLayout(pool, deletion: deletions.first { $0.object == pool.reference })
        }
        let isNew = layouts == nil || isReservedNew || present != layouts
        layouts = present
        return isNew ? PoolSet(layouts: present, foreign: reserved) : nil
    }

    /// The pools whose status is to be another, with it; what is deleted or cannot be read is left alone.
    mutating func statusWrites(_ statuses: [String: LoadBalancerIPPool.Status]) -> [LoadBalancerIPPool] {
        let deleted = Set(deletions.map(\.object))
        return pools.compactMap { pool in
            guard let status = statuses[pool.metadata.name], status != pool.status,
                !invalid.contains(pool.metadata.name), !deleted.contains(pool.reference)
            else { return nil }
            var wanted = pool
            wanted.status = status
            writes.start(wanted, over: pool)
            return wanted
        }
    }

    mutating func answer(_ metadata: ObjectMeta, at key: ObjectKey) {
        guard let (_, written) = writes.answer(metadata, at: key),
            let place = pools.firstIndex(where: { $0.key == key })
        else { return }
        pools[place] = written
    }
}
