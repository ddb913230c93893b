import BGPResources
package import BGPTypes
import KubeJSON
import KubeModel
import PlainText

/// What a Service asks pools for.
package enum PoolWish: Hashable, Sendable {
    /// Any address of a family.
    case family(IPFamily)
    case address(IPAddress)
    /// Anything, which no pool would give.
    case anything

    fileprivate var words: String {
        switch self {
        case .family(.ipv4): "an IPv4 address"
        case .family(.ipv6): "an IPv6 address"
        case .address(let address): address.description
        case .anything: "an address"
        }
    }
}

/// Why one pool does not give a Service what it asks for, as its condition says.
package struct PoolObstacle: Reasoned {
    /// The pool's name.
    package let pool: String
    /// Why not.
    package let refusal: PoolRefusal

    package func row(_ row: ReasonRow.Builder) -> ReasonRow { refusal.row(row, pool: pool, service: nil) }

    /// The reason in the condition: that of the pool which is nearest to serving the Service.
    static func code(of obstacles: [PoolObstacle]) -> ReasonCode {
        guard let nearest = obstacles.min(by: { $0.rank < $1.rank }), nearest.rank < Self.lastRank else {
            return .noPool
        }
        return nearest.code
    }

    /// What is mended with least comes first.
    private var rank: Int {
        switch refusal {
        case .disabled: 0
        case .conflict: 1
        case .noUsableBlock: 2
        case .selectorMismatch: 3
        case .notNamed, .deleted, .noBlock, .outside, .reserved, .exhausted, .none: Self.lastRank
        }
    }

    private static let lastRank = 4

    /// The sentence in the condition, with the pools that are nearest first.
    static func message(_ wish: PoolWish, _ obstacles: [PoolObstacle]) -> String {
        guard !obstacles.isEmpty else {
            return "there is no LoadBalancerIPPool, which would give this service \(wish.words)"
        }
        let sorted = obstacles.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
        return "no LoadBalancerIPPool can give this service \(wish.words): "
            + sorted.map(\.element.message).asFindings(most: 5)
    }
}

/// Why a pool keeps back an address that lies in it.
package enum PoolReservation: Hashable, Sendable {
    /// `spec.excluded` has it.
    case excluded
    /// It is the first or last of a block, and `allowFirstLastIPs` is `No`.
    case end(isFirst: Bool)
    /// It means something else than one host everywhere; the text says what.
    case special(String)

    /// The field of the pool that keeps it back.
    var field: FieldPath {
        switch self {
        case .excluded, .special: "spec.excluded"
        case .end: "spec.allowFirstLastIPs"
        }
    }

    /// In a few words, as in `the first of its block, allowFirstLastIPs is No`.
    package var words: String {
        switch self {
        case .excluded: "spec.excluded has it"
        case .end(true): "the first of its block, allowFirstLastIPs is No"
        case .end(false): "the last of its block, allowFirstLastIPs is No"
        case .special(let meaning): meaning
        }
    }

    func message(_ address: IPAddress, pool: String) -> String {
        switch self {
        case .excluded: "\(address) is excluded from pool \(pool) by spec.excluded"
        case .end(let isFirst):
            "\(address) is the \(isFirst ? "first" : "last") address of a block of pool \(pool), which keeps those back: "
                + "allowFirstLastIPs is No"
        case .special(let meaning): "\(address) is \(meaning), which no service can have"
        }
    }
}

extension PoolLayout {
    /// Why an address that lies in the pool is never handed out; nil when it can be.
    package func reservation(of address: IPAddress) -> PoolReservation? {
        guard reserved.contains(where: { $0.contains(address) }) else { return nil }
        if let special = SpecialRange.all.first(where: { $0.range.contains(address) }) {
            return .special(special.description)
        }
        guard let end = ends.first(where: { $0.first == address }) else { return .excluded }
        return .end(isFirst: ranges.contains { $0.first == end.first })
    }
}

extension AddressAllocator {
    /// Why each pool gives a Service nothing of what it asks for; empty when one would, or there are none.
    func obstacles(to request: AddressRequest, _ wish: PoolWish) -> [PoolObstacle] {
        var found: [PoolObstacle] = []
        // The one that is asked for by name says all.
        let asked = request.pool.flatMap { positions[$0] }.map { [pools[$0]] }
        for state in asked ?? pools {
            guard let refusal = state.layout.refusal(of: request, wish, conflict: state.conflicts.first) else {
                return []
            }
            found.append(PoolObstacle(pool: state.layout.name, refusal: refusal))
        }
        return found
    }
}

extension PoolLayout {
    /// Why the pool gives a Service nothing of what it asks for, whatever is taken of it already; nil when it would.
    ///
    /// A pool that could not give it in any case is not said to have another selector, since labels would not help.
    func refusal(
        of request: AddressRequest,
        _ wish: PoolWish,
        conflict: LoadBalancerIPPool.Conflict?
    ) -> PoolRefusal? {
        if let wanted = request.pool, wanted != name { return .notNamed(other: wanted) }
        if ranges.isEmpty, serves(request) { return .noUsableBlock }
        switch wish {
        case .family(let family):
            if !ranges.isEmpty, !ranges.contains(where: { $0.family == family }) { return .noBlock(family) }
        case .address(let address): if !contains(address) { return .outside(address) }
        case .anything: break
        }
        if let selector, !serves(request) { return .selectorMismatch(selector) }
        if isDisabled { return .disabled }
        if isDeleted { return .deleted }
        return conflict.map { .conflict("\($0.range) overlaps \($0.otherRange) of \($0.with)") }
    }
}
