package import Addressing
import BGPResources
import KubeModel
import PlainText

/// What a Service asks pools for.
package enum PoolWish: Hashable, Sendable {
    /// Any address of a family.
    case family(IPFamily)
    /// One address.
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

/// Why one pool does not give a Service what it asks for.
package struct PoolObstacle: Hashable, Sendable {
    /// The pool's name.
    package let pool: String
    /// Why not.
    package let kind: Kind

    /// The ways of giving nothing, from the one that is mended with least.
    package enum Kind: Hashable, Sendable {
        /// The pool would serve the Service, and is disabled.
        case disabled
        /// The pool would serve the Service, and overlaps what is another's.
        case conflict(with: String)
        /// The pool selects other Services; `selector` as `kubectl get -l` takes it.
        case selector(String, isOfLabels: Bool)
        /// The Service asks for another pool by name.
        case notAskedFor(String)
        /// The pool has no addresses of the family.
        case family(IPFamily)
        /// The pool does not have the address.
        case outside(IPAddress)
        /// The pool is deleted, and still counts for those who have addresses of it.
        case deleted
    }

    /// States why a pool gives nothing.
    package init(pool: String, kind: Kind) {
        self.pool = pool
        self.kind = kind
    }

    /// The pool and why not, as in `edge is disabled`.
    package var words: String {
        switch kind {
        case .disabled: "\(pool) is disabled"
        case .conflict(let other): "\(pool) overlaps \(other)"
        case .selector(let selector, true): "\(pool) selects \(selector), which this service does not carry"
        case .selector(let selector, false): "\(pool) selects \(selector), which does not match this service"
        case .notAskedFor(let name): "\(pool) is not the pool \(name) that this service asks for"
        case .family(.ipv4): "\(pool) has no IPv4 addresses"
        case .family(.ipv6): "\(pool) has no IPv6 addresses"
        case .outside(let address): "\(pool) does not have \(address)"
        case .deleted: "\(pool) is deleted"
        }
    }

    /// The reason in the condition: that of the pool which is nearest to serving the Service.
    static func reason(of obstacles: [PoolObstacle]) -> String {
        obstacles.map(\.rank).min().map { ["PoolDisabled", "PoolConflict", "PoolSelectorMismatch", "NoPool"][$0] }
            ?? "NoPool"
    }

    private var rank: Int {
        switch kind {
        case .disabled: 0
        case .conflict: 1
        case .selector, .notAskedFor: 2
        case .family, .outside, .deleted: 3
        }
    }

    /// The sentence in the condition, with the pools that are nearest first.
    static func message(_ wish: PoolWish, _ obstacles: [PoolObstacle]) -> String {
        guard !obstacles.isEmpty else {
            return "there is no LoadBalancerIPPool, which would give this service \(wish.words)"
        }
        let sorted = obstacles.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
        return "no LoadBalancerIPPool can give this service \(wish.words): "
            + sorted.map(\.element.words).asFindings(most: 5)
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
            guard let kind = state.obstacle(to: request, wish) else { return [] }
            found.append(PoolObstacle(pool: state.layout.name, kind: kind))
        }
        return found
    }
}

extension PoolState {
    /// Why the pool gives a Service nothing of what it asks for; nil when it would.
    fileprivate func obstacle(to request: AddressRequest, _ wish: PoolWish) -> PoolObstacle.Kind? {
        guard !layout.isDeleted else { return .deleted }
        switch wish {
        case .family(let family): if !has(family) { return .family(family) }
        case .address(let address): if !contains(address) { return .outside(address) }
        case .anything: break
        }
        if let wanted = request.pool, wanted != layout.name { return .notAskedFor(wanted) }
        if let selector = layout.selector, !layout.serves(request) {
            return .selector(selector.description, isOfLabels: (selector.matchExpressions ?? []).isEmpty)
        }
        if layout.isDisabled { return .disabled }
        return conflicts.first.map { .conflict(with: $0.with) }
    }
}
