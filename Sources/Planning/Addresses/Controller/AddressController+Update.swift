import BGPTypes
import KubeModel

extension AddressController {
    /// Decides anew on what is new since the last time: what changed, as far as it may be looked at, and claims.
    mutating func update() {
        let changes = news.flatMap { $0.hasUnknownPool ? nil : $0 }
        var newPools: PoolSet?
        var newNodes: [String: [ForeignRange]] = [:]
        var work = ServiceChanges()
        if let changes {
            news = nil
            services = changes.services
            let change = reserved.update(changes.reservations, apiServer: services[ForeignRange.apiServer])
            newNodes = change.nodes
            newPools = pools.update(changes, reserved: reserved.ranges, isReservedNew: change.isOfPools)
            work = take(changes)
        }
        let outcomes = allocator.update(
            pools: newPools,
            nodes: newNodes,
            changed: work.requests,
            removed: work.removed.sorted(),
            strangers: work.strangers,
            claims: claims.new
        )
        claims.new = [:]
        for (key, lost) in allocator.takeLosses() {
            let known = Set((statuses.losses[key] ?? []).map(\.address))
            statuses.losses[key, default: []] += lost.filter { !known.contains($0.address) }
        }
        // A status that somebody else wrote over is put right, too.
        statuses.unwritten.formUnion(outcomes)
        statuses.unwritten.formUnion(work.touched)
        claims.pending.formUnion(outcomes)
        claims.pending.formUnion(work.touched)
    }

    /// What the allocator is to know of Services.
    private struct ServiceChanges {
        var requests: [AddressRequest] = []
        /// Services that are gone, or ask for nothing.
        var removed: [ObjectKey] = []
        /// Of those that ask for nothing, the addresses that others gave.
        var strangers: [ObjectKey: [IPAddress]] = [:]
        var touched: Set<ObjectKey> = []
    }

    private mutating func take(_ changes: AddressChanges) -> ServiceChanges {
        statuses.writes.enter(epoch: changes.epochs.services)
        var work = ServiceChanges(removed: Array(changes.removedServices), touched: changes.removedServices)
        for key in changes.changedServices {
            guard let service = services[key] else { continue }
            claims.ledger.see(key, at: service.metadata.resourceVersion ?? "")
            // What was written here comes back, and was decided on already.
            guard statuses.writes.take(service, at: key) else { continue }
            work.touched.insert(key)
            statuses.refused.forget(key)
            if let request = AddressRequest(service, clusterFamilies: reserved.families, classes: classes) {
                work.requests.append(request)
            } else {
                work.removed.append(key)
                // What the ledger says is ours is on its way out.
                let others = service.addresses.filter { !claims.ledger.addresses(of: key).contains($0) }
                if !others.isEmpty { work.strangers[key] = others }
            }
        }
        for key in changes.removedServices {
            _ = statuses.writes.take(nil, at: key)
            statuses.refused.forget(key)
        }
        return work
    }

    /// The newest known version of a Service; nil when there is none.
    func service(_ key: ObjectKey) -> AddressedService? { services[key].map(statuses.writes.newest) }

    /// About how many Services that cannot be read events are written; the log has all.
    private static let mostInvalid = 16

    func noticeInvalidServices(_ changes: AddressChanges) -> [AddressEffect] {
        changes.invalidServices.prefix(Self.mostInvalid).compactMap(ConditionEvents.invalidService)
            .map(AddressEffect.record)
    }
}
