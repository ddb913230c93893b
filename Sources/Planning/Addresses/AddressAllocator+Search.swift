import Addressing
import KubeModel

extension AddressAllocator {
    /// Why a Service cannot have an address that others have; nil when it can.
    func obstacle(to request: AddressRequest, at address: IPAddress) -> AllocationFailure? {
        var others = holders[address] ?? []
        let claims = claims[address] ?? []
        // Of two with a claim each was let in by the other, or came when it was.
        if !claims.contains(request.service) { others += claims.filter { !others.contains($0) } }
        for holder in others where holder != request.service {
            // A claim of a Service that is not known here can be of any kind.
            guard request.sharing.key != nil, let other = requests[holder] else {
                return .alreadyAllocated(address, by: holder)
            }
            if let obstacle = request.sharing.obstacle(to: other.sharing) {
                return .incompatible(address, with: holder, obstacle: obstacle)
            }
        }
        return nil
    }

    /// The pools with an address, in the order of use.
    func around(_ address: IPAddress) -> [PoolState] { index.pools(with: address).map { pools[$0] } }

    /// Whether an address is given or claimed.
    func isTaken(_ address: IPAddress) -> Bool { holders[address] != nil || claims[address] != nil }

    /// Notes in the pools that an address is taken.
    mutating func occupy(_ address: IPAddress) {
        for position in index.pools(with: address) { pools[position].take(address) }
    }

    /// Notes in the pools that an address is free.
    mutating func vacate(_ address: IPAddress) {
        for position in index.pools(with: address) { pools[position].free(address) }
    }

    /// The very address asked for, if the Service can have it.
    func find(_ address: IPAddress, for request: AddressRequest) -> Result<(IPAddress, pool: String), AllocationError> {
        func failed(_ failure: AllocationFailure) -> Result<(IPAddress, pool: String), AllocationError> {
            .failure(AllocationError(failure))
        }
        let around = around(address).filter(\.handsOut)
        guard !around.isEmpty else { return failed(.noPool(wish: address.description)) }
        let named = around.filter { pool in request.pool.map { $0 == pool.layout.name } ?? true }
        guard let pool = named.first(where: { $0.layout.serves(request.labels) }) else {
            return failed(.poolSelectorMismatch(address, pool: around[0].layout.name))
        }
        if pool.isReserved(address) { return failed(.reserved(address, pool: pool.layout.name)) }
        if let obstacle = obstacle(to: request, at: address) { return failed(obstacle) }
        return .success((address, pool: pool.layout.name))
    }

    /// An address of a family: one that the Service can share, else the lowest that is free.
    func find(_ family: IPFamily, for request: AddressRequest) -> Result<(IPAddress, pool: String), AllocationError> {
        let serving = pools.filter { pool in
            pool.handsOut && pool.has(family) && pool.layout.serves(request.labels)
                && (request.pool.map { $0 == pool.layout.name } ?? true)
        }
        guard !serving.isEmpty else {
            let wish = family == .ipv4 ? "IPv4 addresses for this service" : "IPv6 addresses for this service"
            return .failure(AllocationError(.noPool(wish: wish)))
        }
        if let key = request.sharing.key, let shared = shared[key], shared.hasRoom(for: request.sharing.ports) {
            for address in shared.addresses.sorted() where address.family == family {
                guard let pool = serving.first(where: { $0.contains(address) }),
                    obstacle(to: request, at: address) == nil
                else { continue }
                return .success((address, pool: pool.layout.name))
            }
        }
        for pool in serving {
            if let address = pool.lowestFree(family) { return .success((address, pool: pool.layout.name)) }
        }
        return .failure(AllocationError(.outOfIPs(family, pools: serving.map(\.layout.name))))
    }

    /// Notes that a Service has an address.
    mutating func hold(_ address: IPAddress, by request: AddressRequest) {
        if !isTaken(address) { occupy(address) }
        holders[address, default: []].append(request.service)
        if let key = request.sharing.key { shared[key, default: .init()].add(address, request.sharing.ports) }
    }

    /// Notes that a Service no longer has an address; with its last holder the address is free, unless it is claimed.
    mutating func drop(_ address: IPAddress, of service: ObjectKey, _ request: AddressRequest) {
        let left = (holders[address] ?? []).filter { $0 != service }
        holders[address] = left.isEmpty ? nil : left
        if let key = request.sharing.key {
            shared[key]?.remove(address, request.sharing.ports)
            if shared[key]?.addresses.isEmpty == true { shared[key] = nil }
        }
        if !isTaken(address) { vacate(address) }
    }
}
