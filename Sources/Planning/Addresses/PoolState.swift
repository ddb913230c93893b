package import BGPResources
import BGPTypes
package import KubeModel

/// The pools of a cluster in the order of use, with what keeps some from handing out addresses.
package struct PoolSet: Sendable {
    let pools: [PoolState]

    /// Reads the pools and compares them with each other and with what is foreign.
    ///
    /// What is foreign because a node says so is no part of it: `AddressAllocator` takes that by itself, node by node. Of the
    /// pools among `deletions` services keep what they have; they hand out nothing, and are in nobody's way.
    package init(_ pools: [LoadBalancerIPPool], foreign: [ForeignRange], deletions: [PendingDeletion] = []) {
        let layouts = pools.map { pool in
            PoolLayout(pool, deletion: deletions.first { $0.object == pool.reference })
        }
        self.init(layouts: layouts, foreign: foreign)
    }

    /// The same of pools that were read already.
    init(layouts: [PoolLayout], foreign: [ForeignRange]) {
        let layouts = layouts.sorted(by: PoolLayout.isUsedBefore)
        let conflicts = PoolConflicts(layouts.filter { !$0.isDeleted }, foreign: foreign).byPool
        self.pools = layouts.map { PoolState($0, conflicts: conflicts[$0.name] ?? []) }
    }
}

/// One pool and what is taken of it.
struct PoolState: Sendable {
    let layout: PoolLayout
    let conflicts: [LoadBalancerIPPool.Conflict]
    private var ranges: [Part]
    /// Assigned addresses by family.
    private(set) var assigned: [IPFamily: Int] = [:]
    /// Single addresses that nodes have.
    private(set) var sparedHosts = SortedList<IPAddress>()
    /// Networks of pods that overlap the pool.
    private(set) var sparedNetworks: [ForeignRange] = []
    /// Those of both that Services were given before.
    private(set) var sparedAssigned = SortedList<IPAddress>()

    private struct Part {
        let range: IPRange
        /// What is reserved, spared or assigned.
        var taken: TakenAddresses
        /// What lies in networks of pods.
        var pods: TakenAddresses
    }

    init(_ layout: PoolLayout, conflicts: [LoadBalancerIPPool.Conflict]) {
        self.layout = layout
        self.conflicts = conflicts
        ranges = layout.ranges.map { range in
            var taken = TakenAddresses(Self.numbers(range))
            for reserved in layout.reserved where reserved.family == range.family {
                taken.take(Self.numbers(reserved))
            }
            return Part(range: range, taken: taken, pods: TakenAddresses(Self.numbers(range)))
        }
    }

    private static func numbers(_ range: IPRange) -> ClosedRange<UInt128> {
        AddressNumber(range.first).value...AddressNumber(range.last).value
    }

    /// Whether new addresses are given.
    var handsOut: Bool { !layout.isDisabled && !layout.isDeleted && conflicts.isEmpty }

    func has(_ family: IPFamily) -> Bool { ranges.contains { $0.range.family == family } }

    func isReserved(_ address: IPAddress) -> Bool { layout.reserved.contains { $0.contains(address) } }

    /// Whether an address is a node's or a pod's.
    func isSpared(_ address: IPAddress) -> Bool { sparedHosts.contains(address) || isOfPods(address) }

    private func isOfPods(_ address: IPAddress) -> Bool {
        guard !sparedNetworks.isEmpty else { return false }
        let value = AddressNumber(address).value
        return ranges.contains { $0.range.contains(address) && $0.pods.contains(value) }
    }

    /// In the order of the blocks, lowest first.
    func lowestFree(_ family: IPFamily) -> IPAddress? {
        for part in ranges where part.range.family == family {
            if let value = part.taken.lowestFree { return AddressNumber(family: family, value: value).address }
        }
        return nil
    }

    /// Called once for an address, however many share it.
    mutating func take(_ address: IPAddress) {
        guard layout.contains(address) else { return }
        assigned[address.family, default: 0] += 1
        if isSpared(address) { sparedAssigned.insert(address) }
        close(address)
    }

    /// Called when the last holder is gone.
    mutating func free(_ address: IPAddress) {
        guard layout.contains(address) else { return }
        assigned[address.family, default: 1] -= 1
        sparedAssigned.remove(address)
        if !isReserved(address), !isSpared(address) { open(address) }
    }

    /// Takes note that a node has an address; `isAssigned` says that a Service has it, too, and keeps it.
    mutating func spare(_ address: IPAddress, isAssigned: Bool) {
        guard layout.contains(address), sparedHosts.insert(address) else { return }
        if isAssigned { sparedAssigned.insert(address) }
        close(address)
    }

    /// Takes note that no node has an address any more.
    mutating func unspare(_ address: IPAddress, isAssigned: Bool) {
        guard sparedHosts.remove(address), !isOfPods(address) else { return }
        sparedAssigned.remove(address)
        if !isAssigned, !isReserved(address) { open(address) }
    }

    /// Takes note of all networks of pods that overlap the pool; only for a pool of which nothing is taken yet.
    mutating func spare(_ networks: [ForeignRange]) {
        sparedNetworks = networks
        for network in networks {
            for index in ranges.indices where ranges[index].range.overlaps(network.range) {
                ranges[index].pods.take(Self.numbers(network.range))
                ranges[index].taken.take(Self.numbers(network.range))
            }
        }
    }

    private mutating func close(_ address: IPAddress) {
        for index in ranges.indices where ranges[index].range.contains(address) {
            ranges[index].taken.take(AddressNumber(address).value)
        }
    }

    private mutating func open(_ address: IPAddress) {
        for index in ranges.indices where ranges[index].range.contains(address) {
            ranges[index].taken.free(AddressNumber(address).value)
        }
    }

    /// Total, used and available of a family; nil when the pool has no such addresses.
    func usage(_ family: IPFamily) -> LoadBalancerIPPool.Usage? {
        let parts = ranges.filter { $0.range.family == family }
        guard !parts.isEmpty else { return nil }
        let total = parts.reduce(UInt128(0)) { $0 &+ $1.taken.size }
        let free = parts.reduce(UInt128(0)) { $0 &+ ($1.taken.size &- $1.taken.count) }
        return LoadBalancerIPPool.Usage(
            total: String(total),
            used: String(assigned[family] ?? 0),
            available: String(handsOut ? free : 0)
        )
    }
}
