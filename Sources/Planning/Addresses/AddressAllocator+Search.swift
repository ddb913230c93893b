import BGPTypes
import KubeModel

extension AddressAllocator {
    /// Why a Service cannot have an address that others have; nil when it can.
    func obstacle(to request: AddressRequest, at address: IPAddress) -> AllocationFailure? {
        guard let present = holders[address] else { return nil }
        if let failure = obstacle(to: request, at: address, ofHolders: present) { return failure }
        if let stranger = present.strangers.min(), !present.strangers.contains(request.service) {
            return taken(address, by: stranger, nil, for: request)
        }
        if present.sharers != nil, pageCounts[ClaimPage.network(of: address), default: 0] >= AddressLimits.perPage {
            return .crowded(address)
        }
        // Of two with a claim each was let in by the other, or came when it was.
        guard !present.claims.contains(request.service), !present.claimants.isEmpty else { return nil }
        for claimant in present.claimants.sorted() {
            // A claim of a Service that is not known here can be of any kind.
            guard request.sharing.key != nil, let other = requests[claimant] else {
                return taken(address, by: claimant, nil, for: request)
            }
            if let obstacle = request.sharing.obstacle(to: other.sharing) {
                return taken(address, by: claimant, obstacle, for: request)
            }
        }
        return nil
    }

    /// Why a Service cannot have an address together with those that have it; nil when it can.
    func obstacle(
        to request: AddressRequest,
        at address: IPAddress,
        ofHolders present: AddressHolders
    ) -> AllocationFailure? {
        guard let first = present.services.first else { return nil }
        let sharing = request.sharing
        guard let sharers = present.sharers else {
            let obstacle = sharing.key == nil ? nil : AddressRequest.Sharing.keyMissing
            return taken(address, by: first, obstacle, for: request)
        }
        guard sharing.key != nil else {
            return .alreadyAllocated(address, by: sharers.member(of: sharing.namespace))
        }
        if let obstacle = sharers.obstacle(to: sharing) {
            guard let holder = obstacle.holder else { return .alreadyAllocated(address, by: nil) }
            return .incompatible(address, with: holder, obstacle: obstacle.words)
        }
        return nil
    }

    /// Of another namespace's Service nothing is told, not even that a key differs.
    private func taken(
        _ address: IPAddress,
        by holder: ObjectKey,
        _ obstacle: String?,
        for request: AddressRequest
    ) -> AllocationFailure {
        guard holder.namespace == request.service.namespace else { return .alreadyAllocated(address, by: nil) }
        guard let obstacle else { return .alreadyAllocated(address, by: holder) }
        return .incompatible(address, with: holder, obstacle: obstacle)
    }

    /// Whether a pool serves a Service, and is the one it asks for if it does.
    func serves(_ position: Int, _ request: AddressRequest) -> Bool {
        let layout = pools[position].layout
        return layout.serves(request) && (request.pool.map { $0 == layout.name } ?? true)
    }

    /// Why a Service can have no more addresses, whichever they are; nil when it can.
    private func bound(on request: AddressRequest) -> Refusal? {
        let namespace = request.sharing.namespace
        guard let most = limits.perNamespace, counts[namespace, default: 0] >= most else { return nil }
        return Refusal(failure: .namespaceFull(namespace, most: most), needs: [.namespace(namespace)])
    }

    /// The very address asked for, if the Service can have it.
    mutating func find(
        _ address: IPAddress,
        for request: AddressRequest,
        _ quota: AddressQuota
    ) -> Result<Found, Refusal> {
        steps += 1
        let around = index.pools(with: address)
        guard let position = around.first(where: { pools[$0].handsOut && serves($0, request) }) else {
            return .failure(noPool(for: request, .address(address), having: around))
        }
        let pool = pools[position].layout
        func refused(_ failure: AllocationFailure, _ needs: [AddressQueues.Need] = []) -> Result<Found, Refusal> {
            .failure(Refusal(failure: failure, needs: needs, pool: position))
        }
        // What is beyond the quota is told, and counted, when all were tried.
        guard quota.hasRoom(in: pool) else {
            return refused(.tooMany(first: address, others: 0, most: quota.most(of: pool), pool: pool.name))
        }
        if let reservation = pool.reservation(of: address) {
            return refused(.reserved(address, pool: pool.name, by: reservation))
        }
        var needs: [AddressQueues.Need] = [.address(address)]
        if let key = request.sharing.key { needs.append(.room(address, key: key)) }
        if pools[position].isSpared(address) {
            return refused(.spared(address, pool: pool.name), needs)
        }
        if let failure = obstacle(to: request, at: address) { return refused(failure, needs) }
        if let refusal = bound(on: request) { return refused(refusal.failure, refusal.needs) }
        return .success(Found(address: address, pool: position))
    }

    /// That no pool gives what is asked for; of those that have the address, when there are some, and else of all.
    private func noPool(for request: AddressRequest, _ wish: PoolWish, having some: [Int]) -> Refusal {
        let all = obstacles(to: request, wish)
        let names = Set(some.map { pools[$0].layout.name })
        let nearest = all.filter { names.contains($0.pool) }
        return Refusal(failure: .noPool(wish: wish, obstacles: nearest.isEmpty ? all : nearest))
    }

    /// An address of a family: one that the Service can share, else the lowest that is free.
    mutating func find(_ family: IPFamily, for request: AddressRequest) -> Result<Found, Refusal> {
        steps += 1
        let serving = pools.indices.filter { pools[$0].handsOut && pools[$0].has(family) && serves($0, request) }
        guard !serving.isEmpty else {
            return .failure(noPool(for: request, .family(family), having: []))
        }
        if let refusal = bound(on: request) { return .failure(refusal) }
        var needs: [AddressQueues.Need] = []
        if let found = shareable(family, for: request, serving, &needs) { return .success(found) }
        for position in serving {
            if let address = pools[position].lowestFree(family) {
                return .success(Found(address: address, pool: position))
            }
        }
        needs += serving.map { .pool($0, family) }
        let names = serving.map { pools[$0].layout.name }
        return .failure(Refusal(failure: .outOfIPs(family, pools: names), needs: needs))
    }

    /// The lowest address that a Service can share, of its own namespace before others; `needs` gets what has to change
    /// before there can be one.
    private mutating func shareable(
        _ family: IPFamily,
        for request: AddressRequest,
        _ serving: [Int],
        _ needs: inout [AddressQueues.Need]
    ) -> Found? {
        let sharing = request.sharing
        guard let key = sharing.key else { return nil }
        let own = SharingGroup(key: key, namespace: sharing.namespace, family: family)
        needs.append(.group(own, shared[own]?.crowdedPort(of: sharing.ports)))
        if !sharing.namespaces.isEmpty { needs.append(.key(own.anyNamespace)) }
        var tries = AddressLimits.tries
        for group in [own] + partners(of: own, sharing) {
            guard let addresses = shared[group], addresses.crowdedPort(of: sharing.ports) == nil else { continue }
            for address in addresses.addresses.prefix(tries) {
                steps += 1
                tries -= 1
                guard let pool = index.pools(with: address).first(where: serving.contains),
                    !pools[pool].isSpared(address), obstacle(to: request, at: address) == nil
                else { continue }
                return Found(address: address, pool: pool)
            }
        }
        return nil
    }

    /// The groups of other namespaces that a Service shares with, the first few.
    private func partners(of own: SharingGroup, _ sharing: AddressRequest.Sharing) -> [SharingGroup] {
        guard !sharing.namespaces.isEmpty, let present = sharingNamespaces[own.anyNamespace] else { return [] }
        let names =
            sharing.permitsAll
            ? present.prefix(AddressLimits.tries) : sharing.namespaces.filter(present.contains).sorted()
        return names.filter { $0 != own.namespace }.prefix(AddressLimits.tries).map {
            SharingGroup(key: own.key, namespace: $0, family: own.family)
        }
    }
}
