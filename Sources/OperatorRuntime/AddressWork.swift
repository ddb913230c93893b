import BGPResources
import BGPTypes
import KubeClient
import KubeModel
import Planning

/// The allocator with its view of the stores and of the ledger, and what it has decided that is not written yet.
struct AddressWork {
    let stores: OperatorStores
    private let serviceReader: StoreReader<AddressedService>
    private let poolReader: StoreReader<LoadBalancerIPPool>
    private var foreign: ReservedRanges
    var allocator: AddressAllocator
    var ledger = ClaimLedger()
    var newClaims: [IPAddress: [ObjectKey]] = [:]
    private var written = PendingWrites<AddressedService>()
    private let classes: LoadBalancerClasses
    private var layouts: [PoolLayout]?
    private var deletions: [PendingDeletion] = []
    /// Services whose outcome may differ from their status.
    var unwritten: Set<ObjectKey> = []
    /// Services whose status was not taken.
    var refusals = RefusedWrites()
    /// Services that may lack a claim, or have one they no longer need.
    var unsettled: Set<ObjectKey> = []
    /// What Services lost whose status does not say so yet.
    var losses: [ObjectKey: [AddressLoss]] = [:]
    /// Claims that were compared with the server lately, and when.
    var asked: [AddressClaim: ContinuousClock.Instant] = [:]

    init(
        stores: OperatorStores,
        serviceNetworks: [IPPrefix],
        limits: AddressLimits,
        classes: LoadBalancerClasses
    ) {
        self.stores = stores
        self.classes = classes
        allocator = AddressAllocator(limits: limits)
        foreign = ReservedRanges(stores: stores, serviceNetworks: serviceNetworks)
        serviceReader = stores.services.makeReader()
        poolReader = stores.pools.makeReader()
    }

    /// Takes what changed since the last look and decides.
    mutating func look() {
        let (pools, poolChanges) = poolReader.read()
        var newPools: PoolSet?
        let foreignChange = foreign.look()
        let deleted = stores.pools.deletions
        if foreignChange.isOfPools || !poolChanges.isEmpty || layouts == nil || deleted != deletions {
            let objects = pools.objects
            // Their status changes with every address, which is no reason to look at all Services anew.
            let present = objects.map { pool in
                PoolLayout(pool, deletion: deleted.first { $0.object == pool.reference })
            }
            if foreignChange.isOfPools || present != layouts {
                newPools = PoolSet(objects, foreign: foreign.ranges, deletions: deleted)
            }
            layouts = present
            deletions = deleted
        }
        let (services, changes) = serviceReader.read()
        var changed: [AddressRequest] = []
        var removed = Array(changes.removed)
        var strangers: [ObjectKey: [IPAddress]] = [:]
        var touched = changes.removed
        for key in changes.changed {
            guard let service = services[key] else { continue }
            let version = service.metadata.resourceVersion
            let isKnown = written.isAnswer(key, at: version)
            written.forget(key, unlessAt: version)
            ledger.see(key, at: version ?? "")
            guard !isKnown else { continue }
            touched.insert(key)
            refusals.forget(key)
            if let request = AddressRequest(service, clusterFamilies: foreign.families, classes: classes) {
                changed.append(request)
            } else {
                removed.append(key)
                // What the ledger says is ours is on its way out.
                let others = service.addresses.filter { !ledger.addresses(of: key).contains($0) }
                if !others.isEmpty { strangers[key] = others }
            }
        }
        for key in changes.removed {
            written.forget(key, unlessAt: nil)
            refusals.forget(key)
        }
        let outcomes = allocator.update(
            pools: newPools,
            nodes: foreignChange.nodes,
            changed: changed,
            removed: removed.sorted(),
            strangers: strangers,
            claims: newClaims
        )
        newClaims = [:]
        for (key, lost) in allocator.takeLosses() {
            let known = Set((losses[key] ?? []).map(\.address))
            losses[key, default: []] += lost.filter { !known.contains($0.address) }
        }
        // A status that somebody else wrote over is put right, too.
        unwritten.formUnion(outcomes)
        unwritten.formUnion(touched)
        unsettled.formUnion(outcomes)
        unsettled.formUnion(touched)
    }

    /// The newest known version of a Service; nil when there is none.
    func service(_ key: ObjectKey) -> AddressedService? {
        stores.services.snapshot[key].map(written.newest)
    }

    /// What is to be written to the status of a Service; nil when it is right as it is.
    ///
    /// Of what is there only what the ledger says we gave is taken away, and where that leaves what another gave the list is
    /// written alone, without a condition: `request` does that so that we do not come to own the rest. A status without
    /// addresses leaves them as they are.
    func status(of service: AddressedService, now: Timestamp) -> Service.Status? {
        let present = service.status ?? Service.Status()
        let entries = present.loadBalancer?.ingress ?? []
        let previous = present.conditions?.of(AddressAllocation.conditionType)
        let allocation = allocator.allocations[service.key]
        let given = ledger.addresses(of: service.key)
        let others = entries.filter { entry in
            !(entry.ip.flatMap { IPAddress($0) }.map(given.contains) ?? false)
        }
        let addresses = (allocation?.addresses ?? []).map(\.description)
        if addresses.isEmpty, others.count < entries.count, !others.isEmpty {
            return Service.Status(loadBalancer: .init(ingress: others))
        }
        let isTold = allocation?.isToBeTold(present, hasPools: !(layouts?.isEmpty ?? true)) ?? false
        guard let allocation, isTold else {
            // To leave them out would not take them away where another writer once set the same.
            if others.count < entries.count { return Service.Status(loadBalancer: .init(ingress: [])) }
            // Whoever is responsible now may have set its own already.
            return previous != nil ? Service.Status() : nil
        }
        let condition = allocation.condition(observedGeneration: service.metadata.generation)
        let isOurs = !addresses.isEmpty || others.count < entries.count
        let isSame =
            (!isOurs || entries.map(\.ip) == addresses) && previous?.status == condition.status
            && previous?.reason == condition.reason && previous?.message == condition.message
            && previous?.observedGeneration == condition.observedGeneration
        guard !isSame else { return nil }
        return Service.Status(
            loadBalancer: isOurs ? .init(ingress: addresses.map { Service.Ingress(ip: $0, ipMode: "VIP") }) : nil,
            conditions: [condition].settled(after: present.conditions ?? [], now: now)
        )
    }

    /// Whether every address that a status would bring is claimed for this very version of the Service.
    func isClaimed(_ status: Service.Status, for service: AddressedService) -> Bool {
        let present = service.addresses
        return status.addresses.allSatisfy { address in
            present.contains(address)
                || ledger.claim(on: address, by: service.key)?.basis == service.metadata.resourceVersion
        }
    }

    /// Puts a Service aside whose status the server does not take.
    mutating func putAside(_ key: ObjectKey, at now: ContinuousClock.Instant) {
        unwritten.remove(key)
        refusals.note(key, at: now)
    }

    /// Takes up again those that were put aside long enough.
    mutating func takeUp(at now: ContinuousClock.Instant) { unwritten.formUnion(refusals.due(at: now)) }

    /// Notes that a Service's status is as decided, with the server's answer if it was written.
    mutating func settle(_ key: ObjectKey, _ answer: AddressedService? = nil, to service: AddressedService? = nil) {
        unwritten.remove(key)
        refusals.forget(key)
        guard let answer, let service else { return }
        losses[key] = nil
        written.note(answer, to: service)
        allocator.show(key)
        // What it has no longer is to be taken back.
        if ledger.addresses(of: key) != Set(answer.addresses) { unsettled.insert(key) }
    }

    /// How long an operator that has just started waits before it decides: not at all, unless addresses were given from a pool
    /// that is not there, which may have been deleted a moment ago to come back.
    func pause() -> Duration? {
        let pools = stores.pools.snapshot.objects.map { PoolLayout($0) }
        let isLost = ledger.addresses.contains { address in !pools.contains { $0.contains(address) } }
        return isLost ? stores.pools.restOfPatience : nil
    }

    /// How many Services have what they ask for; none are waited for where there was never a pool.
    var serviceCounts: ServiceCounts {
        allocator.hasPools || !ledger.pages.isEmpty ? allocator.serviceCounts : ServiceCounts()
    }

    /// What every pool's status says now.
    func statuses(of pools: [LoadBalancerIPPool], now: Timestamp) -> [String: LoadBalancerIPPool.Status] {
        allocator.poolStatuses(of: pools, now: now)
    }
}

extension AddressedService {
    /// The addresses in the status, those that can be read.
    var addresses: [IPAddress] { status?.addresses ?? [] }
}

extension Service.Status {
    /// The addresses of the load balancer, those that can be read.
    var addresses: [IPAddress] { (loadBalancer?.ingress ?? []).compactMap { $0.ip.flatMap { IPAddress($0) } } }
}
