import Addressing
package import BGPResources
package import KubeModel
import PlainText

extension AddressAllocator {
    /// What every pool's status says, by pool name; `objects` are the pools as the cluster has them.
    package func poolStatuses(
        of objects: [LoadBalancerIPPool],
        now: Timestamp
    ) -> [String: LoadBalancerIPPool.Status] {
        let states = Dictionary(pools.map { ($0.layout.name, $0) }, uniquingKeysWith: { first, _ in first })
        var statuses: [String: LoadBalancerIPPool.Status] = [:]
        for object in objects {
            guard let state = states[object.metadata.name] else { continue }
            let conditions = state.conditions(observedGeneration: object.metadata.generation)
            statuses[object.metadata.name] = LoadBalancerIPPool.Status(
                conditions: conditions.settled(after: object.status?.conditions ?? [], now: now),
                ipv4: state.usage(.ipv4),
                ipv6: state.usage(.ipv6),
                conflicts: Array(state.conflicts.prefix(64))
            )
        }
        return statuses
    }
}

extension PoolState {
    /// Ready, and what is wrong, each always present.
    fileprivate func conditions(observedGeneration: Int64?) -> [Condition] {
        func condition(_ type: String, _ holds: Bool, _ reason: String, _ message: String) -> Condition {
            Condition(
                type: type,
                status: ConditionStatus(holds),
                observedGeneration: observedGeneration,
                reason: reason,
                message: message
            )
        }
        let overlaps = conflicts.map { "\($0.range) overlaps \($0.otherRange) of \($0.with)" }.asFindings(most: 10)
        let faults = layout.faults.map(\.description).asFindings(most: 10)
        let problems = [faults, overlaps].filter { !$0.isEmpty }
        return [
            condition(
                "Ready",
                problems.isEmpty,
                !faults.isEmpty ? "InvalidBlocks" : !overlaps.isEmpty ? "PoolConflict" : "Ready",
                problems.isEmpty ? "" : problems.joined(separator: "; ")
            ),
            condition(
                "PoolConflict",
                !overlaps.isEmpty,
                overlaps.isEmpty ? "NoConflict" : "Overlap",
                overlaps
            ),
            condition(
                "InvalidBlocks",
                !faults.isEmpty,
                faults.isEmpty ? "BlocksValid" : "InvalidBlocks",
                faults
            ),
        ]
    }
}
