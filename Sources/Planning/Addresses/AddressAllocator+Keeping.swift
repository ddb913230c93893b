import BGPTypes
package import KubeModel

/// What an update changes about addresses that Services had before: who is to have it again, and who left.
struct Disputes {
    /// Those that come, or come with other terms, by address; an address that one left has an entry, too.
    var newcomers: [IPAddress: [AddressRequest]] = [:]
    /// Those that have an address no more, or on other terms than in this request.
    var left: [(address: IPAddress, request: AddressRequest)] = []
    /// Those that have an address, or have it on the terms of this request.
    var joined: [(address: IPAddress, request: AddressRequest)] = []
    /// What Services had of which that is new now.
    var changed: [ObjectKey: AddressAllocation?] = [:]

    mutating func leave(_ address: IPAddress, _ request: AddressRequest) {
        left.append((address, request))
        newcomers[address, default: []] += []
    }
}

/// How Services keep what they have.
extension AddressAllocator {
    /// Frees what a Service has and forgets it.
    mutating func release(_ key: ObjectKey, _ disputes: inout Disputes) {
        shown.remove(key)
        setForeign([], of: key)
        guard let request = requests.removeValue(forKey: key) else { return }
        queues.remove(key)
        guard let had = allocations.removeValue(forKey: key) else { return }
        for address in had.addresses + had.withheld {
            drop(address, of: request)
            disputes.leave(address, request)
        }
    }

    /// Takes a Service's request and finds which addresses are rightly its own; who has them is settled afterwards.
    mutating func keep(_ request: AddressRequest, _ disputes: inout Disputes) {
        let key = request.service
        let known = requests[key]
        let old = allocations[key]
        let had = old.map { $0.addresses + $0.withheld } ?? []
        requests[key] = request
        let claims = claimed[key] ?? []
        // What the ledger says comes first, then what was decided here and is nobody's by the ledger.
        let own =
            request.status.assigned.filter(claims.contains) + claims.sorted()
            + had.filter { !claims.contains($0) && holders[$0]?.claims.isEmpty ?? true }
        if request.status.isToldServed || request.status.assigned.contains(where: own.contains) { shown.insert(key) }
        if own.isEmpty { shown.remove(key) }
        var allocation = AddressAllocation()
        allocation.isLeftAlone = isLeftAlone(request, own)
        for address in own where !allocation.isLeftAlone {
            steps += 1
            guard let pool = keeper(of: address, request, allocation) else { continue }
            allocation.pools[address] = pools[pool].layout.name
            if holders[address]?.concerns(key) ?? false, known?.sharing == request.sharing {
                if holders[address]?.services.contains(key) ?? false {
                    allocation.addresses.append(address)
                } else {
                    allocation.withheld.append(address)
                }
                allocation.conflicts[address] = old?.conflicts[address]
                continue
            }
            if let known, holders[address]?.concerns(key) ?? false {
                drop(address, of: known)
                disputes.leave(address, known)
            }
            disputes.newcomers[address, default: []].append(request)
        }
        for address in had where allocation.pools[address] == nil {
            if holders[address]?.concerns(key) ?? false { drop(address, of: known ?? request) }
            disputes.leave(address, known ?? request)
        }
        allocations[key] = allocation
        noteLosses(of: request, Set(had).union(request.status.assigned.filter(claims.contains)), old)
        if !allocation.isLeftAlone { setForeign([], of: key) }
    }

    /// Whether a Service has what another controller gave, and never had anything of ours.
    private func isLeftAlone(_ request: AddressRequest, _ own: [IPAddress]) -> Bool {
        let isServed = own.contains { keeper(of: $0, request, AddressAllocation()) != nil }
        guard !isServed || !shown.contains(request.service) else { return false }
        if request.status.hasOtherEntries { return true }
        let others = request.status.assigned.filter { !own.contains($0) }
        // What is kept for it and not shown gives way to what it has from another.
        if isServed { return !others.isEmpty }
        // What a pool has that serves it can be taken over, if it is free; that is seen later.
        return others.contains { keeper(of: $0, request, AddressAllocation()) == nil }
    }

    /// The pool that lets a Service keep an address; nil when pools or wishes no longer allow it.
    private func keeper(of address: IPAddress, _ request: AddressRequest, _ allocation: AddressAllocation) -> Int? {
        guard allocation.pools[address] == nil else { return nil }
        let isWanted =
            request.addresses.isEmpty
            ? request.families.contains(address.family)
                && !allocation.pools.keys.contains { $0.family == address.family }
            : request.asks(for: address)
        guard isWanted else { return nil }
        return index.pools(with: address).first { serves($0, request) }
    }

    /// Decides who has the addresses that are in dispute.
    mutating func settle(_ disputes: inout Disputes) {
        for address in disputes.newcomers.keys.sorted() { settle(address, &disputes) }
    }

    private mutating func settle(_ address: IPAddress, _ disputes: inout Disputes) {
        let newcomers = disputes.newcomers[address] ?? []
        let present = holders[address]
        // Nearly every address has one Service, or some that get on with each other.
        if newcomers.count < 2, !(present?.isTense ?? false) {
            guard let newcomer = newcomers.first else { return }
            if present.flatMap({ obstacle(to: newcomer, at: address, ofHolders: $0) }) == nil {
                hold(address, by: newcomer)
                note(address, of: newcomer, isHeld: true, nil, &disputes)
                return
            }
        }
        let others = (present?.services ?? []).union(present?.withheld ?? []).compactMap { requests[$0] }
        for other in others { drop(address, of: other) }
        for member in (others + newcomers).sorted(by: { Turn($0) < Turn($1) }) {
            steps += 1
            let failure = holders[address].flatMap { obstacle(to: member, at: address, ofHolders: $0) }
            if failure == nil || canStay(member, at: address) {
                hold(address, by: member, isMisfit: failure != nil)
                note(address, of: member, isHeld: true, failure?.asConflict(at: address), &disputes)
            } else {
                withhold(address, from: member)
                note(address, of: member, isHeld: false, failure?.asWithholding(of: address), &disputes)
            }
        }
    }

    /// Whether a Service and those that have its address already can both be served.
    private func canStay(_ request: AddressRequest, at address: IPAddress) -> Bool {
        guard let present = holders[address], let first = present.services.first else { return true }
        if let sharers = present.sharers { return sharers.canStay(request.sharing) }
        guard let other = requests[first]?.sharing else { return false }
        return other.namespace == request.sharing.namespace && other.ports.common(with: request.sharing.ports).isEmpty
    }

    private mutating func note(
        _ address: IPAddress,
        of request: AddressRequest,
        isHeld: Bool,
        _ conflict: AllocationFailure?,
        _ disputes: inout Disputes
    ) {
        let key = request.service
        var allocation = allocations[key] ?? AddressAllocation()
        let wasHeld = allocation.addresses.contains(address)
        let isSame =
            (isHeld ? wasHeld : allocation.withheld.contains(address)) && allocation.conflicts[address] == conflict
        guard !isSame else { return }
        if isHeld, !wasHeld { disputes.joined.append((address, request)) }
        if !isHeld, wasHeld { disputes.left.append((address, request)) }
        if disputes.changed[key] == nil { disputes.changed[key] = .some(allocations[key]) }
        allocation.addresses.removeAll { $0 == address }
        allocation.withheld.removeAll { $0 == address }
        if isHeld { allocation.addresses.append(address) } else { allocation.withheld.append(address) }
        allocation.conflicts[address] = conflict
        allocations[key] = allocation
    }

    /// Lets a Service have what is in its status though the ledger does not say so, if a pool serves it that and nobody has
    /// it; where that leaves it nothing of ours it is left alone.
    mutating func takeOver(_ request: AddressRequest) {
        guard var allocation = allocations[request.service], !request.status.assigned.isEmpty else { return }
        let claims = claimed[request.service] ?? []
        if !allocation.isLeftAlone {
            let hasOwn = !allocation.pools.isEmpty
            let found = Set(request.status.assigned).subtracting(claims).subtracting(allocation.pools.keys).sorted()
            var taken: [IPAddress] = []
            for address in found {
                steps += 1
                guard let pool = keeper(of: address, request, allocation), obstacle(to: request, at: address) == nil
                else { continue }
                hold(address, by: request)
                taken.append(address)
                allocation.addresses.append(address)
                allocation.pools[address] = pools[pool].layout.name
            }
            // All or nothing: beside what stays another's nothing of ours is written.
            if !hasOwn, taken.count < found.count {
                for address in taken { drop(address, of: request) }
                allocation = AddressAllocation()
                allocation.isLeftAlone = true
            } else if !taken.isEmpty {
                shown.insert(request.service)
            }
            allocations[request.service] = allocation
        }
        if allocation.isLeftAlone {
            setForeign(request.status.assigned.filter { !claims.contains($0) }, of: request.service)
        }
    }

    /// Notes the addresses that a Service has from somebody else, so that nobody else is given them.
    mutating func setForeign(_ addresses: [IPAddress], of key: ObjectKey) {
        let old = foreign[key] ?? []
        guard old != addresses else { return }
        foreign[key] = addresses.isEmpty ? nil : addresses
        for address in Set(addresses).subtracting(old) {
            if holders[address] == nil { occupy(address) }
            holders[address, default: AddressHolders()].addStranger(key)
        }
        for address in Set(old).subtracting(addresses).sorted() {
            holders[address]?.removeStranger(key)
            guard holders[address]?.isEmpty == true else { continue }
            holders[address] = nil
            vacate(address)
            offer(address)
        }
    }

    /// Looks for those who wait for what somebody left, and tells those who could share it of who came.
    mutating func tell(_ disputes: Disputes) {
        for (address, request) in disputes.left { offer(address, after: request) }
        for (address, request) in disputes.joined { announce(address, of: request) }
    }

    /// Takes note that the status of a Service shows what was given, or nothing of ours where nothing is.
    package mutating func show(_ key: ObjectKey) {
        if allocations[key]?.addresses.isEmpty == false { shown.insert(key) } else { shown.remove(key) }
    }
}

extension AddressAllocation {
    /// The worst of what is wrong with addresses that the Service had before.
    package var conflict: AllocationFailure? {
        guard !conflicts.isEmpty else { return nil }
        if let first = withheld.sorted().compactMap({ conflicts[$0] }).first {
            guard case .withheld(_, let holder, let obstacle) = first else { return first }
            return .withheld(withheld.sorted(), by: holder, obstacle: obstacle)
        }
        return addresses.sorted().compactMap { conflicts[$0] }.first
    }
}

extension AllocationFailure {
    /// Who is in the way of sharing, where that may be told.
    private var holder: ObjectKey? {
        switch self {
        case .alreadyAllocated(_, let holder): holder
        case .incompatible(_, let holder, _): holder
        default: nil
        }
    }

    /// What keeps two Services from sharing, in words about both.
    private var obstacle: String {
        switch self {
        case .incompatible(_, _, let obstacle): obstacle
        default: AddressRequest.Sharing.keyMissing
        }
    }

    /// The same about a Service that keeps the address.
    fileprivate func asConflict(at address: IPAddress) -> AllocationFailure {
        .inConflict(address, with: holder, obstacle: obstacle)
    }

    /// The same about a Service that the address is kept for.
    fileprivate func asWithholding(of address: IPAddress) -> AllocationFailure {
        .withheld([address], by: holder, obstacle: obstacle)
    }
}
