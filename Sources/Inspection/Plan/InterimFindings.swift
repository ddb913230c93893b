import BGPTypes
import KubeModel
import PlainText
import Planning

extension Planner {
    /// The reason of what holds only until the last of several changes is made.
    static let interimReason: ReasonCode = .interimConflict

    /// What happens to addresses that Services share while some of them are changed already and others are not: objects are
    /// written one after another, and each state in between is one that operator and speakers follow.
    ///
    /// The Services are taken in the order of their names.
    func interim(_ before: PlannedCluster) -> [Diagnostic] {
        var allocator = before.allocator
        let old = Dictionary(
            before.world.services.map { ($0.key, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let changed = after.world.services.filter { service in
            guard let past = old[service.key] else { return false }
            return AddressRequest.sharing(of: past, differsIn: service, classes: after.classes)
        }
        .sorted { $0.key < $1.key }
        var found: [ObjectKey: (conflict: AllocationFailure, made: [ObjectKey])] = [:]
        var made: [ObjectKey] = []
        for service in changed {
            made.append(service.key)
            if let request = AddressRequest(service, clusterFamilies: after.families, classes: after.classes) {
                _ = allocator.update(changed: [request])
            } else {
                _ = allocator.update(removed: [service.key])
            }
            // What lasts is told as it is.
            guard made.count < changed.count else { break }
            for (key, allocation) in allocator.allocations {
                guard let conflict = allocation.conflict, after.allocator.allocations[key]?.conflict != conflict,
                    before.allocator.allocations[key]?.conflict != conflict
                else { continue }
                let isWorse = !allocation.withheld.isEmpty && found[key]?.conflict.code != conflict.code
                if found[key] == nil || isWorse { found[key] = (conflict, made) }
            }
        }
        return found.map { key, interim in
            let names = interim.made.map { "Service/\($0)" }.asSentence()
            return Diagnostic(
                severity: .warning,
                reason: Self.interimReason,
                object: ObjectReference(kind: Service.type.kind, namespace: key.namespace, name: key.name),
                message:
                    "between the changes, when \(names) \(interim.made.count == 1 ? "is" : "are") written and the rest is "
                    + "not: \(interim.conflict.message)"
            )
        }
    }
}

extension AddressRequest {
    /// Whether what decides about sharing addresses is another in a newer version of a Service that shares, or did.
    fileprivate static func sharing(
        of old: Service,
        differsIn new: Service,
        classes: LoadBalancerClasses
    ) -> Bool {
        let past = AddressRequest(old, clusterFamilies: [], classes: classes)
        let present = AddressRequest(new, clusterFamilies: [], classes: classes)
        guard past?.sharing.key != nil || present?.sharing.key != nil else { return false }
        return past?.sharing != present?.sharing
    }
}
