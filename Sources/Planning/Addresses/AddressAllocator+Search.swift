import Addressing
import KubeModel

extension AddressAllocator {
    /// Why a Service cannot have an address that others have; nil when it can.
    func obstacle(to request: AddressRequest, at address: IPAddress) -> AllocationFailure? {
        for holder in holders[address] ?? [] where holder != request.service {
            guard let other = requests[holder] else { continue }
            guard request.sharing.key != nil else { return .alreadyAllocated(address, by: holder) }
            if let obstacle = request.sharing.obstacle(to: other.sharing) {
                return .incompatible(address, with: holder, obstacle: obstacle)
            }
        }
        return nil
    }

    /// The very address asked for, if the Service can have it.
    func find(_ address: IPAddress, for request: AddressRequest) -> Result<(IPAddress, pool: String), AllocationError> {
        func failed(_ failure: AllocationFailure) -> Result<(IPAddress, pool: String), AllocationError> {
            .failure(AllocationError(failure))
        }
        let around = pools.filter { $0.handsOut && $0.contains(address) }
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
        if let key = request.sharing.key {
            for address in (shared[key] ?? []).sorted() where address.family == family {
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
        if holders[address] == nil {
            for index in pools.indices { pools[index].take(address) }
        }
        holders[address, default: []].append(request.service)
        if let key = request.sharing.key { shared[key, default: []].insert(address) }
    }

    /// Notes that a Service no longer has an address; with its last holder the address is free.
    mutating func drop(_ address: IPAddress, of service: ObjectKey, _ request: AddressRequest) {
        let left = (holders[address] ?? []).filter { $0 != service }
        holders[address] = left.isEmpty ? nil : left
        if let key = request.sharing.key, !left.contains(where: { requests[$0]?.sharing.key == key }) {
            shared[key]?.remove(address)
            if shared[key]?.isEmpty == true { shared[key] = nil }
        }
        if left.isEmpty { for index in pools.indices { pools[index].free(address) } }
    }
}
