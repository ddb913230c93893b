package import BGPResources
package import BGPTypes
package import KubeModel

/// Addresses that belong to something else, which no pool may hand out.
package struct ForeignRange: Hashable, Comparable, Sendable {
    /// Whose they are, such as `Node/worker-1` or `service CIDR`.
    package let owner: String
    package let range: IPRange

    /// States an owner's addresses.
    package init(owner: String, range: IPRange) {
        self.owner = owner
        self.range = range
    }

    /// By address, then owner.
    package static func < (left: ForeignRange, right: ForeignRange) -> Bool {
        (left.range.first, left.range.last, left.owner) < (right.range.first, right.range.last, right.owner)
    }
}

extension ForeignRange {
    /// How many addresses a node is believed to have: whoever writes one Node cannot take whole pools away with it.
    package static let mostPerNode = 32

    /// The addresses and pod networks of a node, which pools spare.
    package static func of(_ node: Node) -> [ForeignRange] {
        let owner = "Node/\(node.metadata.name)"
        let addresses = (node.status?.addresses ?? []).lazy.compactMap { IPAddress($0.address) }.prefix(mostPerNode)
            .map { ForeignRange(owner: owner, range: IPRange(IPPrefix(host: $0))) }
        let networks = node.podCIDRs.compactMap { IPPrefix($0) }.prefix(mostPerNode)
            .map { ForeignRange(owner: "\(owner) pod network", range: IPRange($0)) }
        return addresses + networks
    }

    /// The same, with the pod networks that network plugins' own objects give the node.
    package static func of(_ node: Node, _ plugins: PodNetworks) -> [ForeignRange] {
        let owner = "Node/\(node.metadata.name) pod network"
        let networks = plugins.networks.lazy.compactMap { IPPrefix(podCIDR: $0.text) }.prefix(mostPerNode)
            .map { ForeignRange(owner: owner, range: IPRange($0)) }
        let own = of(node)
        return own + networks.filter { !own.contains($0) }
    }

    /// The networks of cluster IPs: those a program was told of, and those that the cluster names.
    package static func serviceNetworks(told: [IPPrefix], found: [ServiceCIDR]) -> [ForeignRange] {
        let named = found.sorted { $0.metadata.name < $1.metadata.name }.flatMap { object in
            (object.spec?.cidrs ?? []).compactMap { IPPrefix($0) }
                .map { ForeignRange(owner: "ServiceCIDR/\(object.metadata.name)", range: IPRange($0)) }
        }
        return told.map { ForeignRange(owner: "service network \($0)", range: IPRange($0)) } + named
    }

    /// The Service by which pods reach the API server: every cluster has it, with the first cluster IPs.
    package static let apiServer = ObjectKey(namespace: "default", name: "kubernetes")

    package static func clusterIPs(_ service: AddressedService?) -> [ForeignRange] {
        guard let service else { return [] }
        let texts = service.spec.clusterIPs ?? service.spec.clusterIP.map { [$0] } ?? []
        return texts.compactMap { IPAddress($0) }
            .map { ForeignRange(owner: "Service/\(service.key) cluster IP", range: IPRange(IPPrefix(host: $0))) }
    }
}

/// Which pools overlap something, and with what.
package struct PoolConflicts: Sendable {
    /// By pool name; only pools that must not hand out addresses are in it.
    package private(set) var byPool: [String: [LoadBalancerIPPool.Conflict]] = [:]

    /// Compares every pool with itself, the others and what is foreign.
    ///
    /// `foreign` is what administrators state. What nodes say of themselves stops no pool: it is spared.
    /// Of two pools the younger yields (creation, then name), so that a new pool never stops an old one.
    package init(_ pools: [PoolLayout], foreign: [ForeignRange]) {
        let claims = pools.flatMap { pool in
            pool.ranges.enumerated().map { Claim(pool: pool, index: $0.offset, range: $0.element) }
        }
        // A sweep over the ranges in address order compares only neighbours that can overlap.
        let sorted = claims.sorted { ($0.range.first, $0.range.last) < ($1.range.first, $1.range.last) }
        for (position, claim) in sorted.enumerated() {
            for other in sorted[(position + 1)...] {
                guard other.range.first <= claim.range.last else { break }
                add(claim, other)
            }
        }
        for claim in claims {
            for other in foreign where claim.range.overlaps(other.range) {
                add(claim.pool.name, claim.range, other.owner, other.range)
            }
        }
        for (name, conflicts) in byPool {
            byPool[name] = Set(conflicts).sorted {
                ($0.range, $0.with, $0.otherRange) < ($1.range, $1.with, $1.otherRange)
            }
        }
    }

    private struct Claim {
        let pool: PoolLayout
        let index: Int
        let range: IPRange
    }

    private mutating func add(_ left: Claim, _ right: Claim) {
        guard left.range.family == right.range.family else { return }
        let leftIsYounger = Self.isYounger(left.pool, right.pool)
        let (younger, older) = leftIsYounger ? (left, right) : (right, left)
        add(younger.pool.name, younger.range, "LoadBalancerIPPool/\(older.pool.name)", older.range)
    }

    private mutating func add(_ pool: String, _ range: IPRange, _ other: String, _ otherRange: IPRange) {
        byPool[pool, default: []].append(
            LoadBalancerIPPool.Conflict(
                range: range.description,
                with: other,
                otherRange: otherRange.description
            )
        )
    }

    private static func isYounger(_ left: PoolLayout, _ right: PoolLayout) -> Bool {
        switch (left.created, right.created) {
        case (let left?, let right?) where left != right: left > right
        // A pool without a time is only about to be created.
        case (nil, _?): true
        case (_?, nil): false
        default: left.name > right.name
        }
    }
}
