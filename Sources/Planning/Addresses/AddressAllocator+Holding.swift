import BGPTypes
import KubeModel

extension AddressAllocator {
    /// Notes in the pools that an address is taken.
    mutating func occupy(_ address: IPAddress) {
        for position in index.pools(with: address) { pools[position].take(address) }
    }

    /// Notes in the pools that an address is free.
    mutating func vacate(_ address: IPAddress) {
        for position in index.pools(with: address) { pools[position].free(address) }
    }

    /// Notes that a Service has an address.
    mutating func hold(_ address: IPAddress, by request: AddressRequest, isMisfit: Bool = false) {
        if holders[address] == nil { occupy(address) }
        var first: (service: ObjectKey, sharing: AddressRequest.Sharing)?
        if let alone = holders[address]?.services.first, holders[address]?.sharers == nil, let other = requests[alone] {
            first = (alone, other.sharing)
        }
        holders[address, default: AddressHolders()]
            .add(request.service, request.sharing, isMisfit: isMisfit, first: first)
        count(address, of: request)
        guard let group = request.group(of: address) else { return }
        if shared[group] == nil {
            sharingNamespaces[group.anyNamespace, default: SortedList()].insert(group.namespace)
        }
        shared[group, default: SharedAddresses()].add(address, request.sharing.ports)
    }

    /// Notes that an address is kept for a Service that does not have it.
    mutating func withhold(_ address: IPAddress, from request: AddressRequest) {
        if holders[address] == nil { occupy(address) }
        holders[address, default: AddressHolders()].withhold(request.service)
        count(address, of: request)
    }

    private mutating func count(_ address: IPAddress, of request: AddressRequest) {
        counts[request.sharing.namespace, default: 0] += 1
        pageCounts[ClaimPage.network(of: address), default: 0] += 1
    }

    /// Notes that a Service no longer has an address, and that it is not kept for it; with the last the address is free,
    /// unless it is claimed.
    mutating func drop(_ address: IPAddress, of request: AddressRequest) {
        let isHeld = holders[address]?.services.contains(request.service) ?? false
        if isHeld {
            holders[address]?.remove(request.service, request.sharing)
        } else {
            holders[address]?.release(request.service)
        }
        Self.countDown(&counts, request.sharing.namespace)
        Self.countDown(&pageCounts, ClaimPage.network(of: address))
        if isHeld, let group = request.group(of: address) {
            shared[group]?.remove(address, request.sharing.ports)
            if shared[group]?.addresses.isEmpty == true {
                shared[group] = nil
                let key = group.anyNamespace
                sharingNamespaces[key]?.remove(group.namespace)
                if sharingNamespaces[key]?.isEmpty == true { sharingNamespaces[key] = nil }
            }
        }
        guard holders[address]?.isEmpty == true else { return }
        holders[address] = nil
        vacate(address)
    }

    private static func countDown<Key: Hashable>(_ counts: inout [Key: Int], _ key: Key) {
        guard let count = counts[key] else { return }
        counts[key] = count > 1 ? count - 1 : nil
    }

    /// Takes what nodes have; without `isFollowed` new pools come next, so that it need not be told to the present ones.
    mutating func takeNodes(_ changed: [String: [ForeignRange]], isFollowed: Bool) {
        var networks: [IPRange] = []
        for node in changed.keys.sorted() {
            let change = nodes.take(changed[node] ?? [], of: node)
            guard isFollowed else { continue }
            networks += change.networks
            for address in change.added {
                let isAssigned = holders[address] != nil
                for position in index.pools(with: address) { pools[position].spare(address, isAssigned: isAssigned) }
            }
            for address in change.removed {
                let isAssigned = holders[address] != nil
                for position in index.pools(with: address) { pools[position].unspare(address, isAssigned: isAssigned) }
                offerAgain(address)
            }
        }
        let concerned = Set(networks.flatMap(index.pools(overlapping:)))
        guard !concerned.isEmpty else { return }
        rebuild(concerned)
        for range in networks {
            for address in queues.addresses(in: range) { offer(address) }
        }
        let again = holders.filter { address, present in
            present.sharers != nil && networks.contains { $0.contains(address) }
        }
        for address in again.keys.sorted() { offerAgain(address) }
    }

    /// Offers an address that is no node's any more, to those who could share it, too.
    private mutating func offerAgain(_ address: IPAddress) {
        offer(address)
        for service in (holders[address]?.services ?? []).sorted() {
            if let request = requests[service] { announce(address, of: request) }
        }
    }

    /// Builds pools anew whose overlap with networks of pods is another: a mistake in a pool, so it may cost something.
    private mutating func rebuild(_ positions: Set<Int>) {
        for position in positions.sorted() {
            pools[position] = PoolState(pools[position].layout, conflicts: pools[position].conflicts)
            pools[position].spare(nodes.networks(in: pools[position].layout))
        }
        for address in nodes.addresses {
            for position in index.pools(with: address) where positions.contains(position) {
                pools[position].spare(address, isAssigned: holders[address] != nil)
            }
        }
        for address in holders.keys {
            for position in index.pools(with: address) where positions.contains(position) {
                pools[position].take(address)
            }
        }
        for position in positions.sorted() {
            for family in IPFamily.allCases { wake(.pool(position, family)) }
        }
    }
}

/// Who is looked at again after a change.
extension AddressAllocator {
    /// Whether there is something of what a Service may wait for.
    func isThere(_ need: AddressQueues.Need) -> Bool {
        switch need {
        case .pool(let position, let family):
            pools[position].handsOut && pools[position].lowestFree(family) != nil
        case .address(let address): holders[address] == nil
        case .room(let address, let key): holders[address]?.sharers?.key == key
        case .group(let group, let port?): shared[group]?.hasRoom(for: port) ?? false
        case .group(let group, nil): shared[group] != nil
        case .key(let key): sharingNamespaces[key] != nil
        case .namespace(let namespace): limits.perNamespace.map { counts[namespace, default: 0] < $0 } ?? true
        }
    }

    /// Takes note that something may be there, for whoever waits for it longest.
    mutating func wake(_ need: AddressQueues.Need) {
        if let turn = queues[need]?.first { agenda.add(need, turn) }
    }

    /// Offers an address, or a place beside those who share it, to who waits for that.
    mutating func offer(_ address: IPAddress) {
        if let sharers = holders[address]?.sharers {
            if let key = sharers.key { wake(.room(address, key: key)) }
        } else if holders[address] == nil {
            wake(.address(address))
            for position in index.pools(with: address) { wake(.pool(position, address.family)) }
        }
    }

    /// Offers what a Service had and has no more, or has on other terms than in this request of it.
    mutating func offer(_ address: IPAddress, after request: AddressRequest) {
        offer(address)
        wake(.namespace(request.sharing.namespace))
        guard let group = request.group(of: address) else { return }
        wake(.key(group.anyNamespace))
        wake(.group(group, nil))
        for port in request.sharing.ports { wake(.group(group, port)) }
        // Those of another namespace may be with whom the others on the address can share and this one could not.
        for namespace in holders[address]?.sharers?.someNamespaces ?? [] where namespace != group.namespace {
            wake(.group(SharingGroup(key: group.key, namespace: namespace, family: group.family), nil))
        }
    }

    /// Tells who could share it that a Service has an address.
    mutating func announce(_ address: IPAddress, of request: AddressRequest) {
        guard let group = request.group(of: address) else { return }
        wake(.room(address, key: group.key))
        wake(.key(group.anyNamespace))
        wake(.group(group, nil))
        for port in queues.ports(of: group, without: request.sharing.ports) { wake(.group(group, port)) }
    }
}

extension AddressRequest {
    /// The group that shares an address of this Service; nil when it shares none.
    fileprivate func group(of address: IPAddress) -> SharingGroup? {
        sharing.key.map { SharingGroup(key: $0, namespace: sharing.namespace, family: address.family) }
    }
}
