package import BGPTypes
package import KubeModel

/// An address that a Service had and that an edit of pools took away.
package struct AddressLoss: Hashable, Sendable {
    package let address: IPAddress
    /// The pool it came from; nil when that is not known any more.
    package let pool: String?
    /// What happened to it.
    package let cause: Cause

    /// How an address is lost.
    package enum Cause: Hashable, Sendable {
        /// The pool is gone.
        case deleted
        /// The pool's blocks no longer have the address.
        case outside
        /// The pool's selector, or the Service's labels, are others.
        case notSelected
    }

    /// What happened, as in `192.0.2.2 is lost: pool services was deleted`.
    package var message: String {
        guard let pool else { return "\(address) is lost: no pool has it any more" }
        return switch cause {
        case .deleted: "\(address) is lost: pool \(pool) was deleted"
        case .outside: "\(address) is lost: pool \(pool) no longer has it"
        case .notSelected: "\(address) is lost: pool \(pool) no longer selects this service"
        }
    }
}

extension AddressAllocator {
    /// What Services lost in the last updates, which is forgotten by this.
    package mutating func takeLosses() -> [ObjectKey: [AddressLoss]] {
        defer { losses = [:] }
        return losses
    }

    /// Notes which of the addresses that a Service had were taken away by pools and not by its own wishes.
    mutating func noteLosses(of request: AddressRequest, _ had: Set<IPAddress>, _ old: AddressAllocation?) {
        let present = allocations[request.service]?.pools ?? [:]
        for address in had.sorted() where present[address] == nil && request.wants(address.family, address) {
            let name = old?.pools[address]
            let around = index.pools(with: address)
            let cause: AddressLoss.Cause
            if let name, positions[name] == nil {
                cause = .deleted
            } else if around.isEmpty {
                cause = .outside
            } else if around.contains(where: { serves($0, request) }) || request.pool != nil {
                continue
            } else {
                cause = .notSelected
            }
            let pool = name ?? around.first.map { pools[$0].layout.name }
            losses[request.service, default: []].append(AddressLoss(address: address, pool: pool, cause: cause))
        }
    }
}

extension AddressRequest {
    /// Whether an address is among what the Service asks for, as far as it goes.
    fileprivate func wants(_ family: IPFamily, _ address: IPAddress) -> Bool {
        addresses.isEmpty ? families.contains(family) : asks(for: address)
    }
}
