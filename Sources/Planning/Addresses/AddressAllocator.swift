package import Addressing
package import KubeModel

/// Hands out the addresses of pools to Services; a value that is fed with what changes.
///
/// What a Service has, it keeps for as long as the address lies in a pool that serves it: neither an edit of pools
/// nor the order in which objects arrive moves an address. All state is rebuilt from the Services' own status, so a
/// restart knows what the last run did. Services are served in the order of their age, pools in the order of
/// priority and name, addresses from the lowest.
package struct AddressAllocator: Sendable {
    var pools: [PoolState] = []
    var index = PoolIndex([])
    var requests: [ObjectKey: AddressRequest] = [:]
    var holders: [IPAddress: [ObjectKey]] = [:]
    /// Addresses by the sharing key of those who have them.
    var shared: [String: SharedAddresses] = [:]
    /// Who may have which address, as the ledger has it; nobody else can, whatever the Services' status says.
    var claims: [IPAddress: [ObjectKey]] = [:]
    private var claimed: [ObjectKey: Set<IPAddress>] = [:]
    /// Services with a wish that is not met.
    private var waiting: Set<ObjectKey> = []
    /// What every Service has.
    package private(set) var allocations: [ObjectKey: AddressAllocation] = [:]

    /// No pools, no Services.
    package init() {}

    /// Takes the world as it is after changes and returns the Services whose outcome is new, sorted.
    ///
    /// `pools` is nil when pools and what conflicts with them are as before. `removed` names Services that are gone or
    /// no longer ours. `claims` has for every address whose claims are new all Services with one, and no one where the
    /// last is gone. What Services have is honoured before new wishes, whatever the order of arrival.
    package mutating func update(
        pools newPools: PoolSet? = nil,
        changed: [AddressRequest] = [],
        removed: [ObjectKey] = [],
        claims newClaims: [IPAddress: [ObjectKey]] = [:]
    ) -> [ObjectKey] {
        var before: [ObjectKey: AddressAllocation?] = [:]
        func note(_ key: ObjectKey) {
            if before[key] == nil { before[key] = .some(allocations[key]) }
        }
        var freed = newPools != nil
        var affected: Set<ObjectKey> = []
        for (address, services) in newClaims {
            freed = claim(address, by: services, &affected) || freed
        }
        for key in removed {
            note(key)
            freed = release(key) || freed
        }
        var work = changed
        if newPools != nil || !affected.isEmpty {
            let named = Set(changed.map(\.service))
            let others = newPools != nil ? Set(requests.keys) : affected
            work += others.subtracting(named).compactMap { requests[$0] }
        }
        if let newPools { adopt(newPools) }
        for request in work.sorted(by: Self.isServedBefore) {
            note(request.service)
            freed = keep(request) || freed
        }
        let served = freed ? waiting.union(work.map(\.service)) : Set(work.map(\.service))
        for request in served.compactMap({ requests[$0] }).sorted(by: Self.isServedBefore) {
            note(request.service)
            serve(request)
        }
        return before.filter { $0.value != allocations[$0.key] }.map(\.key).sorted()
    }

    /// The older Service first, then by name; one without a time is only about to be created.
    private static func isServedBefore(_ left: AddressRequest, _ right: AddressRequest) -> Bool {
        switch (left.created, right.created) {
        case (let left?, let right?) where left != right: left < right
        case (_?, nil): true
        case (nil, _?): false
        default: left.service < right.service
        }
    }

    /// Changes the pools and forgets who has what; `keep` of all Services brings it back.
    private mutating func adopt(_ set: PoolSet) {
        pools = set.pools
        index = PoolIndex(pools)
        holders = [:]
        shared = [:]
        for address in claims.keys { occupy(address) }
    }

    /// Changes who has claims on an address; true when the address became free.
    ///
    /// `affected` gets the Services that have the address without a claim while another has one, and the others with one.
    private mutating func claim(
        _ address: IPAddress,
        by services: [ObjectKey],
        _ affected: inout Set<ObjectKey>
    ) -> Bool {
        let wasTaken = isTaken(address)
        for service in claims[address] ?? [] {
            claimed[service]?.remove(address)
            if claimed[service]?.isEmpty == true { claimed[service] = nil }
        }
        claims[address] = services.isEmpty ? nil : services
        for service in services { claimed[service, default: []].insert(address) }
        let isTaken = isTaken(address)
        if isTaken, !wasTaken { occupy(address) }
        if wasTaken, !isTaken { vacate(address) }
        let holders = holders[address] ?? []
        if services.contains(where: { !holders.contains($0) }) { affected.formUnion(services + holders) }
        return wasTaken && !isTaken
    }

    /// Frees what a Service has and forgets it; true when something became free.
    private mutating func release(_ key: ObjectKey) -> Bool {
        guard let request = requests.removeValue(forKey: key) else { return false }
        let had = allocations.removeValue(forKey: key)?.addresses ?? []
        for address in had { drop(address, of: key, request) }
        waiting.remove(key)
        return !had.isEmpty
    }

    /// Takes a Service's request and leaves it what it rightly has; true when something became free.
    private mutating func keep(_ request: AddressRequest) -> Bool {
        let key = request.service
        let known = requests[key]
        let had = allocations[key]?.addresses
        for address in had ?? [] where holders[address]?.contains(key) == true {
            drop(address, of: key, known ?? request)
        }
        requests[key] = request
        var allocation = AddressAllocation()
        let claims = claimed[key] ?? []
        // What the ledger says comes first; without it, what is in the status, unless this allocator knows better.
        let recorded = request.assigned.filter(claims.contains) + claims.sorted()
        for address in recorded + (had ?? request.assigned) {
            guard let pool = keeper(of: address, request, allocation), obstacle(to: request, at: address) == nil
            else { continue }
            hold(address, by: request)
            allocation.addresses.append(address)
            allocation.pools[address] = pool.layout.name
        }
        allocations[key] = allocation
        return !Set(had ?? []).isSubset(of: allocation.addresses)
    }

    /// The pool that lets a Service keep an address; nil when pools or wishes no longer allow it.
    private func keeper(
        of address: IPAddress,
        _ request: AddressRequest,
        _ allocation: AddressAllocation
    ) -> PoolState? {
        guard !allocation.addresses.contains(address) else { return nil }
        let isWanted =
            request.addresses.isEmpty
            ? request.families.contains(address.family)
                && !allocation.addresses.contains { $0.family == address.family }
            : request.addresses.contains(address)
        guard isWanted else { return nil }
        return around(address).first { pool in
            pool.layout.serves(request.labels) && (request.pool.map { $0 == pool.layout.name } ?? true)
        }
    }

    /// Gives a Service what it still lacks.
    private mutating func serve(_ request: AddressRequest) {
        var allocation = allocations[request.service] ?? AddressAllocation()
        allocation.failure = request.unreadable.first.map(AllocationFailure.unreadable)
        if let wanted = request.pool, !pools.contains(where: { $0.layout.name == wanted }) {
            allocation.failure = .unknownPool(wanted)
        }
        for address in request.addresses where !allocation.addresses.contains(address) {
            give(find(address, for: request), to: request, &allocation)
        }
        for family in request.families where !allocation.addresses.contains(where: { $0.family == family }) {
            give(find(family, for: request), to: request, &allocation)
        }
        allocation.addresses.sort { Self.position($0, request) < Self.position($1, request) }
        allocations[request.service] = allocation
        if allocation.failure == nil { waiting.remove(request.service) } else { waiting.insert(request.service) }
    }

    private mutating func give(
        _ found: Result<(IPAddress, pool: String), AllocationError>,
        to request: AddressRequest,
        _ allocation: inout AddressAllocation
    ) {
        switch found {
        case .success(let (address, pool)):
            hold(address, by: request)
            allocation.addresses.append(address)
            allocation.pools[address] = pool
        case .failure(let error):
            if allocation.failure == nil { allocation.failure = error.failure }
        }
    }

    /// Where an address stands in the Service's list.
    private static func position(_ address: IPAddress, _ request: AddressRequest) -> (Int, IPAddress) {
        (request.families.firstIndex(of: address.family) ?? 0, address)
    }
}

/// Carries a failure through `Result`.
struct AllocationError: Error {
    let failure: AllocationFailure

    init(_ failure: AllocationFailure) {
        self.failure = failure
    }
}
