package import BGPResources
import BGPTypes
package import KubeJSON
import KubeModel
package import Planning
package import SpeakerAPI

/// One peer of one node: what is configured and what its speaker reported.
package struct PeerReport: Hashable, Sendable {
    package let node: String

    /// The instance on the node.
    package let instance: String

    /// What the instance runs with; absent values have not been reported.
    package let local: BGPNodeConfig.InstanceStatus

    /// The session as the speaker reported it.
    package let peer: PeerStatus

    /// Whether the speaker has said anything about this peer.
    package let isReported: Bool

    /// How far the node is on its way out of service; nil when it is in service.
    package let drain: DrainCondition.Reason?

    /// What is wrong with the annotations that ask for a drain, as the speaker found it; nil when nothing is.
    package let drainFault: String?
    /// What the node's service routes wait for before any is announced; nil when they do not.
    package let dataPathObstacle: String?

    /// What keeps the node's configuration from being applied, as its speaker reports; nil when it is applied.
    package let unapplied: String?
    /// What the session follows from and is deleted, and until when it still counts; nil when nothing is.
    package let deletion: String?

    /// Why the speaker has reported nothing, as far as its pod tells.
    package var silence: String?
}

extension PeerReport {
    /// The reports of a node: the peers of its spec in their order, then those its speaker still has besides.
    package static func all(of config: BGPNodeConfig) -> [PeerReport] {
        let node = config.metadata.name
        let reported = config.status?.bgpInstances ?? []
        let drain = DrainCondition.reason(in: config.status?.conditions ?? []).flatMap { reason in
            [.inService, .invalidAnnotation].contains(reason) ? nil : reason
        }
        let conditions = config.status?.conditions ?? []
        let condition = conditions.of(.drained)
        let drainFault =
            condition?.reason == .invalidAnnotation ? condition?.message : nil
        let dataPathObstacle = DataPathCondition.obstacle(in: conditions)
        let ready = conditions.of(.ready)
        let unapplied = ready?.status == .false ? ready?.message : nil
        let pending = conditions.of(.deletionPending)
        let deletion = pending?.status == .true ? pending?.message : nil
        var reports: [PeerReport] = []
        for instance in config.spec.bgpInstances {
            let local =
                reported.first { $0.name == instance.name }
                ?? BGPNodeConfig.InstanceStatus(
                    name: instance.name,
                    localASN: instance.localASN,
                    routerID: instance.routerID,
                    localPort: instance.localPort
                )
            for peer in instance.peers {
                let status = local.peers.first { $0.name == peer.name }
                reports.append(
                    PeerReport(
                        node: node,
                        instance: instance.name,
                        local: local,
                        peer: status ?? PeerStatus(configured: peer),
                        isReported: status != nil,
                        drain: drain,
                        drainFault: drainFault,
                        dataPathObstacle: dataPathObstacle,
                        unapplied: unapplied,
                        deletion: deletion
                    )
                )
            }
        }
        let configured = Set(reports.map { [$0.instance, $0.peer.name] })
        for instance in reported {
            for peer in instance.peers where !configured.contains([instance.name, peer.name]) {
                reports.append(
                    PeerReport(
                        node: node,
                        instance: instance.name,
                        local: instance,
                        peer: peer,
                        isReported: true,
                        drain: drain,
                        drainFault: drainFault,
                        dataPathObstacle: dataPathObstacle,
                        unapplied: unapplied,
                        deletion: deletion
                    )
                )
            }
        }
        return reports
    }

    /// The peers of which a speaker tells itself.
    package static func told(by document: NodePeers) -> [PeerReport] {
        let gates = document.gates
        let drain: DrainCondition.Reason? =
            switch gates?.drain {
            case .shuttingDown?: .shuttingDown
            case .drained?: gates?.kept == nil ? .drained : .lastAnnouncer
            case .some(.none), nil: nil
            }
        return document.peers.map { peer in
            let instance = document.instances?.first { $0.name == peer.instance }
            return PeerReport(
                node: document.node,
                instance: peer.instance,
                local: BGPNodeConfig.InstanceStatus(
                    name: peer.instance,
                    localASN: instance?.localASN,
                    routerID: instance?.routerID
                ),
                peer: peer.status,
                isReported: true,
                drain: drain,
                drainFault: nil,
                dataPathObstacle: gates.flatMap { $0.dataPathReady ? nil : $0.dataPathDetail ?? "" },
                unapplied: instance?.problem,
                deletion: nil
            )
        }
    }

    /// The report as an item of a document: the fields of the status, with the node and the instance's beside them.
    package func document() throws -> JSONValue {
        var members = try JSON.tree(peer).object ?? [:]
        members["node"] = .string(node)
        members["instance"] = .string(instance)
        if let localASN = local.localASN { members["localASN"] = try JSON.tree(localASN) }
        if let routerID = local.routerID { members["routerID"] = try JSON.tree(routerID) }
        members["reported"] = .bool(isReported)
        if let drain { members["drain"] = .string(drain.rawValue) }
        if let dataPathObstacle { members["dataPathObstacle"] = .string(dataPathObstacle) }
        if let deletion { members["deletion"] = .string(deletion) }
        return .object(members)
    }
}

extension PeerStatus {
    /// A peer of which only its configuration is known.
    fileprivate init(configured peer: BGPNodeConfig.Peer) {
        self.init(name: peer.name)
        peerAddress = peer.peerAddress
        peerASN = peer.peerASN
        localAddress = peer.localAddress
    }
}
