import BGPTypes

/// Finds the pools that have an address without asking each.
struct PoolIndex: Sendable {
    private struct Entry {
        let range: IPRange
        let pool: Int
        /// The highest address of this range and of all before it, of the same family.
        var highest: IPAddress
    }

    /// In the order of their first addresses.
    private var entries: [Entry] = []

    init(_ pools: [PoolState]) {
        for (position, pool) in pools.enumerated() {
            entries += pool.layout.ranges.map { Entry(range: $0, pool: position, highest: $0.last) }
        }
        entries.sort { ($0.range.first, $0.pool) < ($1.range.first, $1.pool) }
        for position in entries.indices.dropFirst() {
            let before = entries[position - 1].highest
            if before.family == entries[position].range.family {
                entries[position].highest = max(before, entries[position].highest)
            }
        }
    }

    /// The positions of the pools with an address, in their order.
    func pools(with address: IPAddress) -> [Int] { pools(from: address, to: address) }

    /// The positions of the pools with an address of a range, in their order.
    func pools(overlapping range: IPRange) -> [Int] { pools(from: range.first, to: range.last) }

    private func pools(from first: IPAddress, to last: IPAddress) -> [Int] {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].range.first <= last { low = middle + 1 } else { high = middle }
        }
        var found: [Int] = []
        while low > 0 {
            low -= 1
            let entry = entries[low]
            guard entry.range.family == first.family, entry.highest >= first else { break }
            if entry.range.last >= first, !found.contains(entry.pool) { found.append(entry.pool) }
        }
        return found.sorted()
    }
}
