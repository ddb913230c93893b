package import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
package import PlainText

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
            let conditions =
                state.conditions(observedGeneration: object.metadata.generation)
                + [spared(state, observedGeneration: object.metadata.generation)]
            statuses[object.metadata.name] = LoadBalancerIPPool.Status(
                conditions: conditions.settled(after: object.status?.conditions ?? [], now: now),
                ipv4: state.usage(.ipv4),
                ipv6: state.usage(.ipv6),
                conflicts: Array(state.conflicts.prefix(64))
            )
        }
        return statuses
    }

    /// What nodes have of a pool, which is warned of when Services have it, too.
    private func spared(_ state: PoolState, observedGeneration: Int64?) -> Condition {
        let most = 5
        func owner(_ address: IPAddress) -> String {
            nodes.owner(of: address) ?? state.sparedNetworks.first { $0.range.contains(address) }?.owner ?? "a node"
        }
        func told(_ addresses: SortedList<IPAddress>) -> [String] {
            addresses.prefix(most).map { "\($0) of \(owner($0))" }
        }
        func sentence(_ first: [String], of count: Int) -> String {
            let names = first.prefix(most)
            return names.joined(separator: ", ") + (count > names.count ? " and \(count - names.count) more" : "")
        }
        var parts: [String] = []
        if !state.sparedAssigned.isEmpty {
            let names = sentence(told(state.sparedAssigned), of: state.sparedAssigned.count)
            parts.append("services have what is a node's, too, and keep it: \(names)")
        }
        let networks = state.sparedNetworks.prefix(most).map { "\($0.range) of \($0.owner)" }
        let count = state.sparedHosts.count + state.sparedNetworks.count
        if count > 0 {
            parts.append("not handed out: \(sentence(told(state.sparedHosts) + networks, of: count))")
        }
        return Condition(
            .addressesSpared,
            ConditionStatus(count > 0),
            count == 0 ? .noOverlap : state.sparedAssigned.isEmpty ? .nodeAddresses : .assignedAddresses,
            parts.isEmpty ? "no node has an address of this pool" : parts.joined(separator: "; "),
            observedGeneration: observedGeneration
        )
    }
}

extension PoolState {
    /// Ready, and what is wrong, each always present.
    fileprivate func conditions(observedGeneration: Int64?) -> [Condition] {
        func condition(_ type: ConditionType, _ holds: Bool, _ reason: ReasonCode, _ message: String) -> Condition {
            Condition(type, ConditionStatus(holds), reason, message, observedGeneration: observedGeneration)
        }
        let overlaps = conflicts.map { "\($0.range) overlaps \($0.otherRange) of \($0.with)" }.asFindings(most: 10)
        let faults = layout.faults.map(\.description).asFindings(most: 10)
        let problems = [faults, overlaps].filter { !$0.isEmpty }
        return [
            condition(
                .ready,
                problems.isEmpty,
                !faults.isEmpty ? .invalidBlocks : !overlaps.isEmpty ? .poolConflict : .ready,
                problems.isEmpty ? "accepted" : problems.joined(separator: "; ")
            ),
            condition(
                .poolConflict,
                !overlaps.isEmpty,
                overlaps.isEmpty ? .noConflict : .overlap,
                overlaps.isEmpty ? "no block overlaps another pool or a network of cluster IPs" : overlaps
            ),
            condition(
                .invalidBlocks,
                !faults.isEmpty,
                faults.isEmpty ? .blocksValid : .invalidBlocks,
                faults.isEmpty ? "every block can be used" : faults
            ),
        ]
    }
}
