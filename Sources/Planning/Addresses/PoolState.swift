import Addressing
package import BGPResources

/// The pools of a cluster in the order of use, with what keeps some from handing out addresses.
package struct PoolSet: Sendable {
    let pools: [PoolState]

    /// Reads the pools and compares them with each other and with what is foreign.
    package init(_ pools: [LoadBalancerIPPool], foreign: [ForeignRange]) {
        let layouts = pools.map(PoolLayout.init).sorted(by: PoolLayout.isUsedBefore)
        let conflicts = PoolConflicts(layouts, foreign: foreign).byPool
        self.pools = layouts.map { PoolState($0, conflicts: conflicts[$0.name] ?? []) }
    }
}

/// One pool and what is taken of it.
struct PoolState: Sendable {
    let layout: PoolLayout
    let conflicts: [LoadBalancerIPPool.Conflict]
    /// Reserved and assigned addresses, by range.
    private var ranges: [(range: IPRange, taken: TakenAddresses)]
    /// Assigned addresses by family.
    private(set) var assigned: [IPFamily: Int] = [:]

    init(_ layout: PoolLayout, conflicts: [LoadBalancerIPPool.Conflict]) {
        self.layout = layout
        self.conflicts = conflicts
        ranges = layout.ranges.map { range in
            var taken = TakenAddresses(AddressNumber(range.first).value...AddressNumber(range.last).value)
            for reserved in layout.reserved where reserved.family == range.family {
                taken.take(AddressNumber(reserved.first).value...AddressNumber(reserved.last).value)
            }
            return (range, taken)
        }
    }

    /// Whether new addresses are given.
    var handsOut: Bool { !layout.isDisabled && conflicts.isEmpty }

    func has(_ family: IPFamily) -> Bool { ranges.contains { $0.range.family == family } }

    func contains(_ address: IPAddress) -> Bool { ranges.contains { $0.range.contains(address) } }

    func isReserved(_ address: IPAddress) -> Bool { layout.reserved.contains { $0.contains(address) } }

    /// In the order of the blocks, lowest first.
    func lowestFree(_ family: IPFamily) -> IPAddress? {
        for (range, taken) in ranges where range.family == family {
            if let value = taken.lowestFree { return AddressNumber(family: family, value: value).address }
        }
        return nil
    }

    /// Called once for an address, however many share it.
    mutating func take(_ address: IPAddress) {
        guard contains(address) else { return }
        assigned[address.family, default: 0] += 1
        for index in ranges.indices where ranges[index].range.contains(address) {
            ranges[index].taken.take(AddressNumber(address).value)
        }
    }

    /// Called when the last holder is gone.
    mutating func free(_ address: IPAddress) {
        guard contains(address) else { return }
        assigned[address.family, default: 1] -= 1
        guard !isReserved(address) else { return }
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
