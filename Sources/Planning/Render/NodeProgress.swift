import BGPEngine
import BGPResources
import BGPTypes
import KubeModel

/// How far one node is with its wanted NodeConfig, from what its speaker reports.
struct NodeProgress {
    let node: String
    /// Why the configuration is not applied; nil when it is.
    let obstacle: String?
    /// Whether nothing but time is in the way: the object is not written yet, or the speaker has not followed.
    let isUnderWay: Bool
    /// What its service routes wait for, as its speaker reports; nil when they do not.
    let dataPathObstacle: String?
    /// The wanted peers, each with what the speaker says of it.
    let peers: [(id: PeerID, status: PeerStatus?)]

    /// The speaker confirms a NodeConfig by its condition Ready with the object's generation.
    init(_ wanted: BGPNodeConfig, present: BGPNodeConfig?) {
        node = wanted.metadata.name
        dataPathObstacle = DataPathCondition.obstacle(in: present?.status?.conditions ?? [])
        let ready = present?.status?.conditions.of(.ready)
        if let present, present.spec == wanted.spec {
            if let ready, ready.observedGeneration == present.metadata.generation {
                obstacle = ready.status == .true ? nil : ready.message ?? ready.reason?.rawValue ?? "not ready"
                isUnderWay = false
            } else {
                obstacle = ready == nil ? "no speaker has reported" : "its speaker runs an older configuration"
                isUnderWay = true
            }
        } else {
            obstacle = "its BGPNodeConfig is not written yet"
            isUnderWay = true
        }
        peers = wanted.spec.bgpInstances.flatMap { instance in
            let statuses = present?.status?.bgpInstances.first { $0.name == instance.name }?.peers ?? []
            return instance.peers.map { peer in
                (PeerID(instance: instance.name, peer: peer.name), statuses.first { $0.name == peer.name })
            }
        }
    }
}

/// The sessions of some nodes, counted, and the first that are down with what their speakers say.
struct SessionProgress {
    let established: Int
    let total: Int
    let message: String

    init(_ nodes: [NodeProgress]) {
        let all = nodes.flatMap { node in node.peers.map { (node: node.node, id: $0.id, status: $0.status) } }
        let down = all.filter { $0.status?.peeringState != .established }
        total = all.count
        established = all.count - down.count
        guard !all.isEmpty else {
            message = "no sessions are configured"
            return
        }
        let count = "\(all.count - down.count) of \(all.count) sessions established"
        let shown = down.prefix(3).map { session in
            let why = session.status?.lastError?.message ?? session.status?.peeringState?.rawValue ?? "not reported"
            return "\(session.node) \(session.id): \(why)"
        }
        let rest = down.count > 3 ? " and \(down.count - 3) more" : ""
        message = down.isEmpty ? count : "\(count); down: \(shown.joined(separator: "; "))\(rest)"
    }
}
