import BGPEngine
import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import PlainText
import Planning

extension PlannedCluster {
    /// What is wrong with objects that rendering does not look at: pools, Services, settings of sessions.
    var findings: [Diagnostic] {
        nodeFindings + poolFindings + serviceFindings + withheldFindings + excessFindings + sessionFindings
            + entryFindings + dangers
            + oversights
    }

    /// Drains that are asked for in words nobody understands.
    private var nodeFindings: [Diagnostic] {
        world.nodes.compactMap { node in
            DrainRequest.fault(in: node).map { fault in
                Diagnostic(
                    severity: .error,
                    reason: .invalidAnnotation,
                    object: node.reference,
                    field: fault.path,
                    message: fault.message
                )
            }
        }
    }

    private var poolFindings: [Diagnostic] {
        world.pools.flatMap { pool -> [Diagnostic] in
            let unusable = PoolLayout(pool).faults
            // One word about a block is enough.
            let faults =
                unusable
                + pool.validate().filter { fault in
                    !unusable.contains { fault.path.steps.starts(with: $0.path.steps) }
                }
            let status = poolStatuses[pool.metadata.name]
            let conflicts = status?.conflicts ?? []
            let spared = status?.conditions.of(.addressesSpared).flatMap { condition in
                condition.status == .true ? condition : nil
            }
            return faults.map { fault in
                Diagnostic(
                    severity: .error,
                    reason: .invalidBlocks,
                    object: pool.reference,
                    field: fault.path,
                    message: fault.message
                )
            }
                + conflicts.map { conflict in
                    Diagnostic(
                        severity: .error,
                        reason: .poolConflict,
                        object: pool.reference,
                        field: "spec.blocks",
                        message: "\(conflict.range) overlaps \(conflict.otherRange) of \(conflict.with), "
                            + "so this pool hands out no address; take other addresses"
                    )
                }
                + [spared].compactMap(\.self).map { condition in
                    Diagnostic(
                        severity: .warning,
                        reason: ConditionType.addressesSpared.code,
                        object: pool.reference,
                        field: "spec.blocks",
                        message: "\(condition.message ?? ""); take these out with excluded"
                    )
                }
        }
    }

    private var serviceFindings: [Diagnostic] {
        services.compactMap { service in
            allocations[service.key]?.failure.map { failure in
                Diagnostic(
                    severity: failure.severity,
                    reason: failure.code,
                    object: service.reference,
                    message: failure.message
                )
            }
        }
    }

    /// Addresses that no node announces because of whose they are, or because no proxy serves their Service.
    private var withheldFindings: [Diagnostic] {
        var known: Set<Reason> = []
        return nodes.sorted { $0.key < $1.key }.flatMap(\.value.withheld).filter { known.insert($0).inserted }
            .map { reason in
                Diagnostic(
                    severity: .warning,
                    reason: reason.code,
                    object: reason.object,
                    field: reason.field,
                    message: [reason.message, reason.fix].compactMap(\.self).joined(separator: "; ")
                )
            }
    }

    /// Tenants that bring more routes than a peer is told, each with what the node holds back that holds back most.
    private var excessFindings: [Diagnostic] {
        let excesses = nodes.values.flatMap(\.excesses)
        return Dictionary(grouping: excesses, by: \.tenant).compactMap { tenant, excesses -> Diagnostic? in
            guard let most = excesses.max(by: { $0.routes < $1.routes }) else { return nil }
            return Diagnostic(
                severity: .warning,
                reason: .tooManyRoutes,
                object: tenant.object,
                message: "\(most.message); \(tenant.remedy)"
            )
        }
    }

    private var sessionFindings: [Diagnostic] {
        nodes.values.flatMap(\.peers).flatMap { peer in
            peer.peerConfig.map { name in
                // Only the node knows its devices.
                peer.remarks.filter { $0.path != "spec.transport.sourceInterface" }.map { remark in
                    Diagnostic(
                        severity: .warning,
                        reason: .unsupported,
                        object: ObjectReference(kind: BGPPeerConfig.type.kind, name: name),
                        field: remark.path,
                        message: remark.message
                    )
                }
            } ?? []
        }
    }

    /// Service entries that match none of the Services in sight.
    private var entryFindings: [Diagnostic] {
        guard !services.isEmpty else { return [] }
        let labels = services.map { AdvertisedLabels(of: $0) }
        return world.advertisements.flatMap { advertisement in
            advertisement.spec.advertisements.enumerated().compactMap { index, entry -> Diagnostic? in
                guard entry.advertisementType == .service, let selector = entry.selector,
                    !labels.contains(where: { selector.matches($0.values) })
                else { return nil }
                return Diagnostic(
                    severity: .warning,
                    reason: .noMatchingService,
                    object: advertisement.reference,
                    field: FieldPath("spec.advertisements").index(index).field("selector"),
                    message: "no Service matches \(selector.description)"
                )
            }
        }
    }
}

/// The labels that selectors of Services see.
private struct AdvertisedLabels {
    let values: [String: String]

    init(of service: Service) {
        values = (service.metadata.labels ?? [:]).merging(
            [
                "io.kubernetes.service.name": service.metadata.name,
                "io.kubernetes.service.namespace": service.metadata.namespace ?? "default",
            ],
            uniquingKeysWith: { $1 }
        )
    }
}
