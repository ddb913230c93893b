package import BGPResources
import BGPTypes
import KubeModel

extension PoolNetworks {
    /// The networks of a pool; those of faulty blocks are missing.
    package init(_ pool: LoadBalancerIPPool) {
        self.init(
            name: pool.metadata.name,
            labels: pool.metadata.labels ?? [:],
            networks: PoolLayout(pool).ranges.flatMap(\.networks)
        )
    }
}

extension IPRange {
    /// The fewest networks that together hold exactly these addresses, in ascending order.
    var networks: [IPPrefix] {
        let bits = family.bits
        let last = AddressNumber(self.last).value
        var next = AddressNumber(first).value
        var networks: [IPPrefix] = []
        while next <= last {
            // As large as the alignment of the first address and the rest of the range allow.
            let aligned = next == 0 ? Int(bits) : next.trailingZeroBitCount
            let rest = last - next == .max ? 128 : 127 - (last - next + 1).leadingZeroBitCount
            let free = min(aligned, rest, Int(bits))
            let address = AddressNumber(family: family, value: next).address
            networks += IPPrefix(masking: address, length: bits - UInt8(free)).map { [$0] } ?? []
            let (following, overflow) = next.addingReportingOverflow(UInt128(1) << UInt128(free))
            guard !overflow, free < 128 else { break }
            next = following
        }
        return networks
    }
}
