import BGPTypes

/// How many of the addresses that a Service asks for it may have.
///
/// Those of a pool with `maxPerService` are counted by themselves, all others together.
struct AddressQuota {
    private let least: Int
    /// By pool; "" stands for all without a bound of their own.
    private var given: [String: Int] = [:]

    /// `given` names the pool of every address that the Service has.
    init(_ request: AddressRequest, _ given: [String], _ pools: [PoolState], _ positions: [String: Int]) {
        least = request.stack
        for name in given {
            guard let position = positions[name] else { continue }
            count(pools[position].layout)
        }
    }

    /// The most that the Service may have of a pool.
    func most(of pool: PoolLayout) -> Int { max(least, pool.maxPerService ?? 0) }

    func hasRoom(in pool: PoolLayout) -> Bool { given[Self.name(pool), default: 0] < most(of: pool) }

    mutating func count(_ pool: PoolLayout) { given[Self.name(pool), default: 0] += 1 }

    private static func name(_ pool: PoolLayout) -> String { pool.maxPerService == nil ? "" : pool.name }

    /// What is to be told, and waited for, after all addresses were tried: of what could not be given, what is beyond the
    /// quota now needs nobody else's address.
    func settle(
        _ refusals: [(address: IPAddress, refusal: Refusal)],
        pools: [PoolState],
        surplus: Int
    ) -> [Refusal] {
        var settled: [Refusal] = []
        var beyond: (place: Int, address: IPAddress, pool: PoolLayout)?
        var others = surplus
        for (address, refusal) in refusals {
            guard let position = refusal.pool, !hasRoom(in: pools[position].layout) else {
                settled.append(refusal)
                continue
            }
            if beyond == nil { beyond = (settled.count, address, pools[position].layout) } else { others += 1 }
        }
        if let beyond {
            let failure = AllocationFailure.tooMany(
                first: beyond.address,
                others: others,
                most: most(of: beyond.pool),
                pool: beyond.pool.name
            )
            settled.insert(Refusal(failure: failure), at: beyond.place)
        } else if surplus > 0 {
            let most = AddressLimits.perService
            settled.append(Refusal(failure: .tooMany(first: nil, others: surplus, most: most, pool: nil)))
        }
        return settled
    }
}
