import BGPResources
import KubeModel
import Planning

/// The table of `pools`: a row for each pool and family.
enum PoolTable {
    /// The columns; what is wrong is the last because it is a sentence.
    static let columns: [Table.Column] = [
        .init("NAME"), .init("FAMILY"), .init("TOTAL"), .init("USED"), .init("FREE"),
        .init("PRIORITY", wide: true), .init("BLOCKS", wide: true), .init("CONFLICTS"),
    ]

    /// The rows of a pool; one without any usable block, or that the operator has not looked at, has a row too.
    static func rows(of pool: LoadBalancerIPPool) -> [[Cell]] {
        let families: [(String, LoadBalancerIPPool.Usage?)] = [
            ("ipv4", pool.status?.ipv4), ("ipv6", pool.status?.ipv6),
        ]
        let used = families.filter { $0.1 != nil }
        return (used.isEmpty ? [("", nil)] : used).map { row(of: pool, family: $0.0, usage: $0.1) }
    }

    private static func row(of pool: LoadBalancerIPPool, family: String, usage: LoadBalancerIPPool.Usage?) -> [Cell] {
        let isKnown = pool.status != nil
        func number(_ text: String?) -> Cell { isKnown ? Cell(text ?? "") : .unknown }
        return [
            Cell(pool.metadata.name),
            Cell(family),
            number(usage?.total),
            number(usage?.used),
            number(usage?.available),
            Cell(String(pool.spec.effectivePriority)),
            Cell(pool.spec.blocks.map(\.words).joined(separator: ",")),
            problem(of: pool),
        ]
    }

    private static func problem(of pool: LoadBalancerIPPool) -> Cell {
        guard let status = pool.status else {
            return Cell("the operator has not looked at this pool", .warning)
        }
        let faults = status.conditions.of("InvalidBlocks").flatMap { $0.status == .true ? $0.message : nil }
        let conflicts = status.conflicts.map { "\($0.range) overlaps \($0.otherRange) of \($0.with)" }
        let problems = [faults].compactMap(\.self) + conflicts
        if !problems.isEmpty { return Cell(problems.joined(separator: "; "), .bad) }
        let spared = status.conditions.of(.addressesSpared)
        if let spared, spared.status == .true { return Cell(spared.message ?? "", .warning) }
        return pool.spec.isDisabled ? Cell("disabled: hands out nothing new", .warning) : .absent
    }
}

extension LoadBalancerIPPool.Block {
    /// The block as short as it can be written.
    fileprivate var words: String {
        cidr ?? [start, stop].compactMap(\.self).joined(separator: "-")
    }
}
