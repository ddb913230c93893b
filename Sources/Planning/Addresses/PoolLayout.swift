package import BGPResources
package import BGPTypes
package import KubeJSON
package import KubeModel
package import PlainText

/// The address ranges of one pool, read from its blocks.
package struct PoolLayout: Hashable, Sendable {
    /// The pool's name.
    package let name: String
    /// When it was created; of two that overlap the younger yields.
    package let created: Timestamp?
    /// Higher first.
    package let priority: Int
    /// Which services it serves; nil serves all.
    package let selector: LabelSelector?
    /// Whether nothing new is handed out.
    package let isDisabled: Bool
    /// What is known of its deletion, when it is deleted and still counts, so that services keep what they have.
    package let deletion: PendingDeletion?
    /// How many addresses a Service may ask for in it; nil as many as its families.
    package let maxPerService: Int?
    /// The ranges in the order of the blocks; those of faulty blocks are missing.
    package let ranges: [IPRange]
    /// Ranges that are never handed out: exclusions, first and last addresses where so asked, and special addresses.
    package let reserved: [IPRange]
    /// Those of them that are first and last addresses, one by one.
    let ends: [IPRange]
    /// What is wrong with blocks and exclusions.
    package let faults: [FieldError]

    /// Reads a pool; a faulty block is reported and left out.
    package init(_ pool: LoadBalancerIPPool) {
        self.init(pool, deletion: nil)
    }

    /// Reads a pool that may be deleted and still count.
    package init(_ pool: LoadBalancerIPPool, deletion: PendingDeletion?) {
        self.deletion = deletion
        name = pool.metadata.name
        created = pool.metadata.creationTimestamp
        priority = pool.spec.effectivePriority
        selector = pool.spec.serviceSelector
        isDisabled = pool.spec.isDisabled
        maxPerService = pool.spec.maxPerService.map { min($0, AddressLimits.perService) }
        var ranges: [IPRange] = []
        var reserved: [IPRange] = []
        var ends: [IPRange] = []
        var faults: [FieldError] = []
        for (index, block) in pool.spec.blocks.enumerated() {
            do throws(FieldError) {
                let path = FieldPath("spec.blocks").index(index)
                let range = try block.range(at: path)
                let special = SpecialRange.all.filter { $0.range.overlaps(range) }
                if let all = special.first(where: { $0.range.contains(range.first) && $0.range.contains(range.last) }) {
                    throw FieldError(path, "expected addresses that services can have, found \(range), which is \(all)")
                }
                ranges.append(range)
                reserved += special.map(\.range)
                if block.cidr != nil, pool.spec.allowFirstLastIPs == .no {
                    ends += Self.ends(of: range)
                }
            } catch {
                faults.append(error)
            }
        }
        for (index, text) in pool.spec.excluded.enumerated() {
            if let range = Self.excluded(text) {
                reserved.append(range)
                // A slip of the pen would hand out the address that was meant.
                if ranges.count == pool.spec.blocks.count, !ranges.contains(where: { $0.overlaps(range) }) {
                    faults.append(
                        FieldError(
                            FieldPath("spec.excluded").index(index),
                            "expected addresses inside the blocks, found \(text), which is in none of them"
                        )
                    )
                }
            } else {
                faults.append(
                    FieldError(
                        FieldPath("spec.excluded").index(index),
                        "expected an address or a network without host bits, found \"\(text)\""
                    )
                )
            }
        }
        self.ranges = ranges
        self.reserved = reserved + ends
        self.ends = ends
        self.faults = faults
    }

    /// Whether the pool is deleted and still counts.
    package var isDeleted: Bool { deletion != nil }

    /// Whether the pool serves a Service, as its labels go.
    package func serves(_ request: AddressRequest) -> Bool {
        selector?.matches(request.label) ?? true
    }

    /// Whether an address lies in one of the ranges.
    package func contains(_ address: IPAddress) -> Bool {
        ranges.contains { $0.contains(address) }
    }

    /// In the order of use: priority, then name.
    package static func isUsedBefore(_ left: PoolLayout, _ right: PoolLayout) -> Bool {
        if left.isDeleted != right.isDeleted { return right.isDeleted }
        return left.priority == right.priority ? left.name < right.name : left.priority > right.priority
    }

    /// Networks of two addresses or one have no ends to spare (RFC 3021).
    private static func ends(of range: IPRange) -> [IPRange] {
        let first = AddressNumber(range.first)
        let last = AddressNumber(range.last)
        guard last.value - first.value > 1 else { return [] }
        return [range.first, range.last].compactMap { IPRange(first: $0, last: $0) }
    }

    private static func excluded(_ text: String) -> IPRange? {
        if let prefix = IPPrefix(text) { return IPRange(prefix) }
        return IPAddress(text).flatMap { IPRange(first: $0, last: $0) }
    }
}

extension LoadBalancerIPPool.Block {
    /// The addresses of the block; throws what is wrong with it, at `path`.
    package func range(at path: FieldPath) throws(FieldError) -> IPRange {
        if let cidr {
            guard start == nil, stop == nil else {
                throw FieldError(path, "expected either cidr or start and stop, found both")
            }
            return IPRange(try Self.network(cidr, at: path.field("cidr")))
        }
        guard let start else { throw FieldError(path, "expected cidr or start") }
        guard let first = IPAddress(start) else {
            throw FieldError(path.field("start"), "expected an IPv4 or IPv6 address, found \"\(start)\"")
        }
        guard let stop else { return IPRange(IPPrefix(host: first)) }
        guard let last = IPAddress(stop) else {
            throw FieldError(path.field("stop"), "expected an IPv4 or IPv6 address, found \"\(stop)\"")
        }
        guard first.family == last.family else {
            throw FieldError(path.field("stop"), "expected an address of the family of start \(first), found \(last)")
        }
        guard let range = IPRange(first: first, last: last) else {
            throw FieldError(path.field("stop"), "expected an address not below start \(first), found \(last)")
        }
        guard range.first != first.masked(to: 0) || range.last != first.filled(from: 0) else {
            throw FieldError(path, "expected a range smaller than the whole internet, found \(range)")
        }
        return range
    }

    private static func network(_ text: String, at path: FieldPath) throws(FieldError) -> IPPrefix {
        if let prefix = IPPrefix(text) {
            guard prefix.length > 0 else {
                throw FieldError(path, "expected a network smaller than the whole internet, found \(text)")
            }
            return prefix
        }
        if let slash = text.firstIndex(of: "/"), let address = IPAddress(String(text[..<slash])),
            let length = UInt8(text[text.index(after: slash)...]),
            let masked = IPPrefix(masking: address, length: length)
        {
            throw FieldError(path, "expected a network without host bits such as \(masked), found \(text)")
        }
        throw FieldError(path, "expected a network in CIDR notation, found \"\(text)\"")
    }
}
