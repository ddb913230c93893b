package import BGPTypes
package import KubeModel

/// Hands out the addresses of pools to Services; a value that is fed with what changes.
///
/// What a Service has, it keeps for as long as the address lies in a pool that serves it: neither an edit of pools
/// nor of a Service that shares the address, nor the order in which objects arrive moves an address, nor does a node that
/// says the address is its own, nor a bound that is lower than what is given. Where two Services have an address and can
/// no longer share it, both keep it as long as both can be served; else it is withheld from the younger, and kept for it.
/// A Service that another controller serves is left alone, and what it has is given to nobody else. All state is rebuilt
/// from the ledger and the Services' own status, so a restart knows what the last run did. Services are served in the
/// order of their age, pools in the order of priority and name, addresses from the lowest.
///
/// A changed Service costs what it brings itself and a search in what all have. Those that wait are looked at again
/// only when what they wait for is there, and only as long as there is some of it.
package struct AddressAllocator: Sendable {
    /// How much of the pools one tenant can take.
    package let limits: AddressLimits
    var pools: [PoolState] = []
    var index = PoolIndex([])
    var positions: [String: Int] = [:]
    var nodes = NodeAddresses()
    var requests = ObjectMap<AddressRequest>()
    /// Who has which address, and who may have it, as the ledger says; nobody else can, whatever the Services' status
    /// says.
    var holders: [IPAddress: AddressHolders] = [:]
    /// Addresses by the sharing key of those who have them.
    var shared: [SharingGroup: SharedAddresses] = [:]
    /// The namespaces in which a key has addresses.
    var sharingNamespaces: [SharingGroup.Key: SortedList<String>] = [:]
    /// How many addresses the Services of a namespace have.
    var counts: [String: Int] = [:]
    /// How many Services have addresses on a page of the ledger.
    var pageCounts: [IPPrefix: Int] = [:]
    var claimed: [ObjectKey: Set<IPAddress>] = [:]
    /// The Services in whose status there was an address of ours, so that what others write there is put right.
    var shown: Set<ObjectKey> = []
    /// The addresses that Services have from somebody else.
    var foreign: [ObjectKey: [IPAddress]] = [:]
    var losses: [ObjectKey: [AddressLoss]] = [:]
    var queues = AddressQueues()
    var agenda = Agenda()
    /// What every Service has.
    package internal(set) var allocations = ObjectMap<AddressAllocation>()
    /// How many Services have what they ask for.
    package private(set) var serviceCounts = ServiceCounts()
    /// How often a Service or an address was looked at so far: what an update costs, whatever the machine.
    package internal(set) var steps = 0

    /// Whether there are pools.
    package var hasPools: Bool { !pools.isEmpty }

    /// No pools, no Services.
    package init(limits: AddressLimits = AddressLimits()) {
        self.limits = limits
    }

    /// Takes the world as it is after changes and returns the Services whose outcome is new, sorted.
    ///
    /// `pools` is nil when pools and what conflicts with them are as before. `nodes` has what every changed node and its
    /// pods have now, nothing for one that is gone. `removed` names Services that are gone or no longer ours, and
    /// `strangers` of these the ones whose status has addresses that are not ours. `claims` has for every address whose
    /// claims are new all Services with one, and no one where the last is gone. What Services have is honoured before new
    /// wishes, whatever the order of arrival.
    package mutating func update(
        pools newPools: PoolSet? = nil,
        nodes newNodes: [String: [ForeignRange]] = [:],
        changed: [AddressRequest] = [],
        removed: [ObjectKey] = [],
        strangers: [ObjectKey: [IPAddress]] = [:],
        claims newClaims: [IPAddress: [ObjectKey]] = [:]
    ) -> [ObjectKey] {
        var before: [ObjectKey: AddressAllocation?] = [:]
        func note(_ key: ObjectKey) {
            if before[key] == nil { before[key] = .some(allocations[key]) }
        }
        var disputes = Disputes()
        takeNodes(newNodes, isFollowed: newPools == nil)
        var affected: Set<ObjectKey> = []
        for address in newClaims.keys.sorted() { claim(address, by: Set(newClaims[address] ?? []), &affected) }
        for key in removed {
            note(key)
            release(key, &disputes)
            setForeign(strangers[key] ?? [], of: key)
        }
        var work = changed
        if newPools != nil || !affected.isEmpty {
            let named = Set(changed.map(\.service))
            let others = newPools != nil ? Set(requests.keys) : affected
            work += others.subtracting(named).compactMap { requests[$0] }
        }
        if let newPools { adopt(newPools) }
        work.sort { Turn($0) < Turn($1) }
        for request in work {
            note(request.service)
            keep(request, &disputes)
        }
        settle(&disputes)
        let known = Set(work.map(\.service))
        for (key, old) in disputes.changed where !known.contains(key) {
            before[key] = .some(old)
            if let request = requests[key] { work.append(request) }
        }
        work.sort { Turn($0) < Turn($1) }
        for request in work { takeOver(request) }
        tell(disputes)
        var place = 0
        while true {
            let turn = place < work.count ? Turn(work[place]) : nil
            if let next = agenda.next, turn.map({ next < $0 }) ?? true {
                guard let entry = dueEntry(), let request = requests[entry.turn.service] else { continue }
                note(entry.turn.service)
                serve(request)
                follow(entry)
            } else if place < work.count {
                serve(work[place])
                place += 1
            } else {
                break
            }
        }
        let changed = before.filter { $0.value != allocations[$0.key] }
        for (key, old) in changed { serviceCounts.change(from: old, to: allocations[key]) }
        return changed.map(\.key).sorted()
    }

    /// Whoever is next of those that wait for something there is; nil when it is gone, or another has to come first.
    private mutating func dueEntry() -> Agenda.Entry? {
        guard let entry = agenda.take(), isThere(entry.need) else { return nil }
        guard let turn = queues[entry.need]?.first(notBelow: entry.turn) else { return nil }
        if turn == entry.turn { return entry }
        agenda.add(entry.need, turn, failures: entry.failures)
        return nil
    }

    /// Notes who comes after one that was served, as long as there is something left.
    private mutating func follow(_ entry: Agenda.Entry) {
        guard isThere(entry.need), let queue = queues[entry.need], let next = queue.first(above: entry.turn) else {
            return
        }
        let failures = queue.contains(entry.turn) ? entry.failures + 1 : 0
        if failures < AddressLimits.tries { agenda.add(entry.need, next, failures: failures) }
    }

    /// Changes the pools and forgets who has what; `keep` of all Services brings it back.
    private mutating func adopt(_ set: PoolSet) {
        pools = set.pools
        index = PoolIndex(pools)
        positions = Dictionary(
            pools.enumerated().map { ($0.element.layout.name, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        let claims = holders.compactMapValues { $0.claims.isEmpty ? nil : $0.claims }
        (holders, shared, sharingNamespaces, counts, pageCounts) = ([:], [:], [:], [:], [:])
        (queues, agenda) = (AddressQueues(), Agenda())
        for position in pools.indices { pools[position].spare(nodes.networks(in: pools[position].layout)) }
        for address in nodes.addresses {
            for position in index.pools(with: address) { pools[position].spare(address, isAssigned: false) }
        }
        for (address, services) in claims {
            occupy(address)
            holders[address, default: AddressHolders()].setClaims(services)
        }
        let strangers = foreign
        foreign = [:]
        for key in strangers.keys.sorted() { setForeign(strangers[key] ?? [], of: key) }
    }

    /// Changes who has claims on an address.
    ///
    /// `affected` gets the Services that have the address without a claim while another has one, and the others with one.
    private mutating func claim(_ address: IPAddress, by services: Set<ObjectKey>, _ affected: inout Set<ObjectKey>) {
        var present = holders[address] ?? AddressHolders()
        for service in present.claims.subtracting(services) {
            claimed[service]?.remove(address)
            if claimed[service]?.isEmpty == true { claimed[service] = nil }
        }
        for service in services.subtracting(present.claims) { claimed[service, default: []].insert(address) }
        let wasTaken = !present.isEmpty
        let hadRivals = !present.claimants.isEmpty
        present.setClaims(services)
        holders[address] = present.isEmpty ? nil : present
        if !present.isEmpty, !wasTaken { occupy(address) }
        if present.isEmpty, wasTaken { vacate(address) }
        if !present.claimants.isEmpty { affected.formUnion(services.union(present.services)) }
        if wasTaken, present.isEmpty || hadRivals { offer(address) }
    }

    /// Gives a Service what it still lacks.
    private mutating func serve(_ request: AddressRequest) {
        steps += 1
        queues.remove(request.service)
        var allocation = allocations[request.service] ?? AddressAllocation()
        guard !allocation.isLeftAlone else {
            let isWanted = pools.isEmpty ? false : obstacles(to: request, .anything).isEmpty
            allocation.failure = isWanted ? .servedByAnother(request.status.entries) : nil
            allocations[request.service] = allocation
            return
        }
        allocation.failure = allocation.conflict
        if let wanted = request.pool, positions[wanted] == nil {
            allocation.failure = allocation.failure ?? .unknownPool(wanted)
        }
        allocation.failure = allocation.failure ?? request.excess.unreadable.map(AllocationFailure.unreadable)
        if request.excess.namespaces > 0 {
            allocation.failure = allocation.failure ?? .tooManyNamespaces(unread: request.excess.namespaces)
        }
        let refusals =
            request.addresses.isEmpty
            ? giveFamilies(to: request, &allocation) : giveAddresses(to: request, &allocation)
        allocation.failure = allocation.failure ?? refusals.first?.failure ?? danger(to: allocation)
        let order = Dictionary(
            request.families.enumerated().map { ($0.element, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        if allocation.addresses.count > 1 {
            allocation.addresses.sort { (order[$0.family] ?? 0, $0) < (order[$1.family] ?? 0, $1) }
        }
        allocations[request.service] = allocation
        queues.add(Turn(request), refusals.flatMap(\.needs))
    }

    /// That what a Service has is about to be lost; said once the pool is away for longer than a replacement takes.
    private func danger(to allocation: AddressAllocation) -> AllocationFailure? {
        for address in allocation.addresses.sorted() {
            guard let name = allocation.pools[address], let position = positions[name],
                let deletion = pools[position].layout.deletion, deletion.isOverdue
            else { continue }
            let concerned = allocation.addresses.filter { allocation.pools[$0] == name }.sorted()
            return .poolDeleted(concerned, pool: name, until: deletion.until)
        }
        return nil
    }

    private mutating func giveFamilies(
        to request: AddressRequest,
        _ allocation: inout AddressAllocation
    ) -> [Refusal] {
        var refusals: [Refusal] = []
        for family in request.families where !allocation.pools.keys.contains(where: { $0.family == family }) {
            switch find(family, for: request) {
            case .success(let found): give(found, to: request, &allocation)
            case .failure(let refusal): refusals.append(refusal)
            }
        }
        return refusals
    }

    private mutating func giveAddresses(
        to request: AddressRequest,
        _ allocation: inout AddressAllocation
    ) -> [Refusal] {
        var quota = AddressQuota(request, Array(allocation.pools.values), pools, positions)
        var refusals: [(address: IPAddress, refusal: Refusal)] = []
        for address in request.addresses where allocation.pools[address] == nil {
            switch find(address, for: request, quota) {
            case .success(let found):
                give(found, to: request, &allocation)
                quota.count(pools[found.pool].layout)
            case .failure(let refusal): refusals.append((address, refusal))
            }
        }
        return quota.settle(refusals, pools: pools, surplus: request.excess.addresses)
    }

    private mutating func give(_ found: Found, to request: AddressRequest, _ allocation: inout AddressAllocation) {
        hold(found.address, by: request)
        allocation.addresses.append(found.address)
        allocation.pools[found.address] = pools[found.pool].layout.name
        announce(found.address, of: request)
    }
}

/// An address that a Service can have, and the position of its pool.
struct Found {
    let address: IPAddress
    let pool: Int
}

/// Why an address is not given, and what has to change first.
struct Refusal: Error {
    var failure: AllocationFailure
    /// What the Service is to wait for; empty when only an edit of it or of pools can help.
    var needs: [AddressQueues.Need] = []
    /// The position of the pool that would give the address.
    var pool: Int?
}
