import BGPResources
import BGPTypes
import KubeJSON
import KubeModel

extension ClusterRendering {
    /// Everything a person should know about what they wrote, by object, then severity; some of it is in the ClusterConfigs'
    /// status already.
    func diagnostics(_ statuses: [NamedStatus<BGPClusterConfig.Status>]) -> [Diagnostic] {
        let statuses = Dictionary(statuses.map { ($0.name, $0.status) }, uniquingKeysWith: { first, _ in first })
        var found: [Diagnostic] = []
        for config in snapshot.clusterConfigs {
            // What is deleted has no status any more.
            let status = statuses[config.metadata.name] ?? status(config)
            found += faults(config) + diagnostics(config, status)
        }
        for peerConfig in snapshot.peerConfigs {
            found += faults(peerConfig)
            found += (secretObstacle(peerConfig).map { [$0] } ?? []).map { $0.diagnostic(.error) }
            found += emptyFamilies(peerConfig).map { $0.diagnostic(.warning) }
        }
        for advertisement in snapshot.advertisements {
            found += faults(advertisement)
            found += selectorlessEntries(advertisement).map { $0.diagnostic(.warning) }
            found += diagnostics(ofPodNetworks: advertisement)
            if peerConfigs(selecting: advertisement).isEmpty {
                found.append(
                    Diagnostic(
                        severity: .info,
                        reason: ConditionType.noMatchingPeerConfig.code,
                        object: advertisement.reference,
                        field: "metadata.labels",
                        message: "no BGPPeerConfig selects these labels, so no peer is told"
                    )
                )
            }
        }
        for override in snapshot.overrides {
            found += faults(override)
            found += unmatchedEntries(override).map { $0.diagnostic(.warning) }
        }
        found += assignments.flatMap(\.reasons).filter { $0.effect == .prevents && !$0.isUnselected && !$0.isConflict }
            .map { $0.diagnostic(.error) }
        found += routerIDDiagnostics
        found += duplicateRouterIDs.map { diagnostic(of: $0.0, on: $0.1) }
        found += snapshot.deletions.values.sorted { $0.object < $1.object }
            .map { Reason.configuration(.objectDeleted($0)).diagnostic(.info) }
        return found
    }

    private func faults(_ object: some ValidatableResource) -> [Diagnostic] {
        snapshot.faults(object).map { fault in
            Diagnostic(
                severity: .error,
                reason: .invalidSpec,
                object: object.reference,
                field: fault.path,
                message: fault.message
            )
        }
    }

    private func diagnostics(_ config: BGPClusterConfig, _ status: BGPClusterConfig.Status) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for type in [ConditionType.noMatchingNode, ConditionType.conflictingClusterConfig] {
            guard let condition = status.conditions.of(type), condition.status == .true else { continue }
            found.append(warning(condition, config, field: "spec.nodeSelector"))
        }
        if let condition = status.conditions.of(.allNodesExcluded), condition.status == .true {
            found.append(warning(condition, config, field: "spec.nodeExclusion"))
        }
        for (index, instance) in config.spec.bgpInstances.enumerated() {
            for (place, peer) in instance.peers.enumerated() {
                guard let name = peer.peerConfigRef?.name, snapshot.peerConfig(name) == nil else { continue }
                let path = FieldPath("spec.bgpInstances").index(index).field("peers").index(place)
                found.append(
                    Diagnostic(
                        severity: .error,
                        reason: ConditionType.missingPeerConfigs.code,
                        object: config.reference,
                        field: path.field("peerConfigRef").field("name"),
                        message: "no BGPPeerConfig named \(name), so the peer \(peer.name) stays down"
                    )
                )
            }
        }
        return found
    }

    private func warning(_ condition: Condition, _ config: BGPClusterConfig, field: FieldPath) -> Diagnostic {
        Diagnostic(
            severity: .warning,
            reason: ReasonCode(rawValue: condition.type),
            object: config.reference,
            field: field,
            message: condition.message ?? ""
        )
    }

    private struct Identity: Hashable {
        let routerID: RouterID
        let localASN: ASNumber?
    }

    /// Told where the id was written: at an override, or at a Node whose address it is.
    private func diagnostic(of identity: Identity, on nodes: [String]) -> Diagnostic {
        var diagnostic = Reason.configuration(.duplicateRouterID(identity.routerID, nodes: nodes)).diagnostic(.warning)
        diagnostic.object = nodes.last.map { ObjectReference(kind: Node.type.kind, name: $0) }
        diagnostic.field = "status.addresses"
        for node in nodes {
            let instances = snapshot.override(node)?.spec.bgpInstances ?? []
            guard let index = instances.firstIndex(where: { $0.routerID == identity.routerID }) else { continue }
            diagnostic.object = ObjectReference(kind: BGPNodeConfigOverride.type.kind, name: node)
            diagnostic.field = FieldPath("spec.bgpInstances").index(index).field("routerID")
        }
        return diagnostic
    }

    /// Router ids that two nodes would use in one AS (RFC 6286 §2.1).
    private var duplicateRouterIDs: [(Identity, [String])] {
        var nodes: [Identity: Set<String>] = [:]
        for nodeConfig in nodeConfigs {
            for instance in nodeConfig.spec.bgpInstances {
                guard let routerID = instance.routerID else { continue }
                let identity = Identity(routerID: routerID, localASN: instance.localASN)
                nodes[identity, default: []].insert(nodeConfig.metadata.name)
            }
        }
        return nodes.filter { $0.value.count > 1 }
            .sorted {
                ($0.key.routerID, $0.key.localASN ?? 0) < ($1.key.routerID, $1.key.localASN ?? 0)
            }
            .map { ($0.key, $0.value.sorted()) }
    }
}

extension Reason {
    /// Whether this says that a node has no part in BGP, which is nobody's mistake.
    var isUnselected: Bool {
        switch self {
        case .configuration(.noClusterConfig), .configuration(.noClusterConfigs): true
        default: false
        }
    }

    /// The reason as something to tell the author of its object.
    func diagnostic(_ severity: Diagnostic.Severity) -> Diagnostic {
        Diagnostic(severity: severity, reason: code, object: object, field: field, message: message)
    }
}
