package import BGPTypes
import KubeJSON
package import KubeModel

extension Reason {
    /// What a pool makes of an address.
    package enum Pool: Hashable, Sendable {
        /// A pool does not give the Service an address.
        case passesOver(PoolRefusal, pool: String, service: ObjectKey)
        /// A pool holds the prefix; the text says what became of it there.
        case holds(IPPrefix, pool: String, detail: String)
    }
}

extension Reason.Pool: Reasoned {
    package func row(_ row: ReasonRow.Builder) -> ReasonRow {
        switch self {
        case .passesOver(let refusal, let pool, let service):
            refusal.row(row, pool: pool, service: service)
        case .holds(let prefix, let pool, let detail):
            row(
                .inPool,
                .informs,
                object: .pool(pool),
                field: "spec.blocks",
                message: "LoadBalancerIPPool/\(pool) holds \(prefix): \(detail)",
                fix: nil
            )
        }
    }
}

extension ReasonCode {
    package static let inPool = ReasonCode("InPool")
}
