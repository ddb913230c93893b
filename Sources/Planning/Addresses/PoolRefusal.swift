package import BGPResources
package import BGPTypes
import KubeJSON
package import KubeModel
import PlainText

/// Why a pool gives a Service no address, as a person sees it who looks at both.
package enum PoolRefusal: Hashable, Sendable {
    /// The Service names another pool.
    case notNamed(other: String)
    /// The pool's selector does not match the Service.
    case selectorMismatch(LabelSelector)
    /// The pool hands out nothing new.
    case disabled
    /// The pool is deleted, and still counts for those who have addresses of it.
    case deleted
    /// The pool's addresses are also somebody else's, so it hands out nothing; the text says whose.
    case conflict(String)
    /// None of the pool's blocks can be used.
    case noUsableBlock
    /// The pool has no block of the family.
    case noBlock(IPFamily)
    /// The address that the Service asks for is none of the pool's.
    case outside(IPAddress)
    /// The address that the Service asks for is kept back.
    case reserved(IPAddress, PoolReservation)
    /// Every address of the family is taken.
    case exhausted(IPFamily)
    /// Nothing of the pool stands in the way.
    case none

    /// The row of a pool's refusal; without a Service there is nothing to label.
    func row(_ row: ReasonRow.Builder, pool: String, service: ObjectKey?) -> ReasonRow {
        let name = "LoadBalancerIPPool/\(pool)"
        switch self {
        case .notNamed(let other):
            return row(
                .poolNotNamed,
                .prevents,
                object: .pool(pool),
                field: nil,
                message: "\(name) is not asked: the Service names pool \(other.quoted) (martlet.dev/pool)",
                fix: "correct or remove the annotation martlet.dev/pool"
            )
        case .selectorMismatch(let selector):
            return row(
                .poolSelectorMismatch,
                .prevents,
                object: .pool(pool),
                field: "spec.serviceSelector",
                message: "\(name) selects \(selector), which the Service does not match",
                fix: service.map { Self.labelling($0, to: selector) }
            )
        case .disabled:
            return row(
                .poolDisabled,
                .prevents,
                object: .pool(pool),
                field: "spec.disabled",
                message: "\(name) is disabled and hands out nothing new",
                fix: "set spec.disabled to false"
            )
        case .deleted:
            return row(
                .poolDeleted,
                .prevents,
                object: .pool(pool),
                field: nil,
                message: "\(name) is deleted and hands out nothing new",
                fix: "create the pool again"
            )
        case .conflict(let text):
            return row(
                .poolConflict,
                .prevents,
                object: .pool(pool),
                field: "spec.blocks",
                message: "\(name) is in conflict and hands out nothing: \(text)",
                fix: "take other addresses"
            )
        case .noUsableBlock:
            return row(
                .invalidBlocks,
                .prevents,
                object: .pool(pool),
                field: "spec.blocks",
                message: "\(name) has no block that can be used",
                fix: "correct the blocks"
            )
        case .noBlock(let family):
            return row(
                .poolLacksFamily,
                .prevents,
                object: .pool(pool),
                field: "spec.blocks",
                message: "\(name) has no \(family.word) block",
                fix: "add an \(family.word) block"
            )
        case .outside(let address):
            return row(
                .poolLacksAddress,
                .prevents,
                object: .pool(pool),
                field: "spec.blocks",
                message: "\(name) does not have \(address)",
                fix: "add a block that has it, or ask for another address"
            )
        case .reserved(let address, let reservation):
            return row(
                .addressReserved,
                .prevents,
                object: .pool(pool),
                field: reservation.field,
                message: "\(name) never hands out \(address): \(reservation.words)",
                fix: "ask for another address"
            )
        case .exhausted(let family):
            return row(
                .outOfIPs,
                .prevents,
                object: .pool(pool),
                field: "spec.blocks",
                message: "\(name) has no free \(family.word) address",
                fix: "add a block"
            )
        case .none:
            return row(
                .poolServes,
                .informs,
                object: .pool(pool),
                field: nil,
                message: "\(name) serves the Service",
                fix: nil
            )
        }
    }

    /// The command that gives the Service what the selector asks for, where labels alone do.
    private static func labelling(_ service: ObjectKey, to selector: LabelSelector) -> String {
        let labels = selector.matchLabels ?? [:]
        let isPlain = (selector.matchExpressions ?? []).isEmpty && !labels.isEmpty
        // These two tell what the Service is called, so that no label brings it in.
        let isFixed = labels.keys.contains { $0.hasPrefix("io.kubernetes.service.") }
        guard isPlain, !isFixed else { return "change the Service's labels or the serviceSelector" }
        let words = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        return "kubectl label service \(service.name) -n \(service.namespace ?? "default") \(words)"
    }
}

extension PoolRefusal {
    /// Why every pool gives a Service none of what it still lacks, in the order of their use.
    ///
    /// `request` is the Service's, of which `missing` are the families without an address.
    package static func all(
        _ request: AddressRequest,
        missing: [IPFamily],
        pools: [LoadBalancerIPPool]
    ) -> [(pool: String, refusal: PoolRefusal)] {
        let objects = Dictionary(pools.map { ($0.metadata.name, $0) }, uniquingKeysWith: { first, _ in first })
        return objects.values.map { PoolLayout($0) }.sorted(by: PoolLayout.isUsedBefore).map { layout in
            let status = objects[layout.name]?.status
            return (layout.name, refusal(request, missing: missing, layout, status))
        }
    }

    private static func refusal(
        _ request: AddressRequest,
        missing: [IPFamily],
        _ pool: PoolLayout,
        _ status: LoadBalancerIPPool.Status?
    ) -> PoolRefusal {
        let wanted = request.addresses.filter { !request.status.assigned.contains($0) }
        let wishes = wanted.isEmpty ? missing.map(PoolWish.family) : wanted.map(PoolWish.address)
        for wish in wishes {
            if let refusal = pool.refusal(of: request, wish, conflict: status?.conflicts.first) { return refusal }
        }
        for address in wanted {
            if let reservation = pool.reservation(of: address) { return .reserved(address, reservation) }
        }
        guard wanted.isEmpty else { return .none }
        for family in missing {
            let usage = family == .ipv4 ? status?.ipv4 : status?.ipv6
            if usage?.available == "0" { return .exhausted(family) }
        }
        return .none
    }
}

extension ReasonCode {
    package static let poolNotNamed = ReasonCode("PoolNotNamed")
    package static let poolSelectorMismatch = ReasonCode("PoolSelectorMismatch")
    package static let poolDisabled = ReasonCode("PoolDisabled")
    package static let poolDeleted = ReasonCode("PoolDeleted")
    package static let poolConflict = ReasonCode("PoolConflict")
    package static let invalidBlocks = ReasonCode("InvalidBlocks")
    package static let poolLacksFamily = ReasonCode("PoolLacksFamily")
    package static let poolLacksAddress = ReasonCode("PoolLacksAddress")
    package static let addressReserved = ReasonCode("AddressReserved")
    package static let outOfIPs = ReasonCode("OutOfIPs")
    package static let poolServes = ReasonCode("PoolServes")
}
