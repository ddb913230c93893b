package import BGPEngine
package import BGPResources
import BGPTypes
package import KubeModel

/// Another node as far as it can take over routes.
package struct OtherNode: Sendable {
    /// What it is asked to do; its resources are those of the whole cluster.
    package var configuration: NodeConfiguration
    /// The peers it has an established session with.
    package var established: Set<PeerID>

    /// A node with sessions.
    package init(configuration: NodeConfiguration, established: Set<PeerID>) {
        self.configuration = configuration
        self.established = established
    }

    /// The nodes besides `name` that are in service, from what their speakers report.
    ///
    /// One that is itself to be drained counts for nothing, so that two nodes that are drained at once do not rely on
    /// each other; neither does one whose kubelet has gone silent, since its speaker's report is of the past.
    package static func inService(
        besides name: String,
        nodes: [Node],
        nodeConfigs: [BGPNodeConfig],
        resources: NodeConfiguration
    ) -> [OtherNode] {
        let known = Dictionary(nodes.map { ($0.metadata.name, $0) }, uniquingKeysWith: { first, _ in first })
        let named = Set(resources.peerConfigs.compactMap(\.spec.authSecretRef))
        return nodeConfigs.sorted { $0.metadata.name < $1.metadata.name }.compactMap { nodeConfig in
            let other = nodeConfig.metadata.name
            guard other != name, let node = known[other], DrainRequest(node) == nil, !node.isLost else { return nil }
            let conditions = nodeConfig.status?.conditions ?? []
            guard DataPathCondition.obstacle(in: conditions) == nil else { return nil }
            var configuration = resources
            configuration.nodeName = other
            configuration.node = node
            configuration.nodeConfig = nodeConfig
            configuration.interfaces = []
            // Speakers of one cluster are told the same bounds and networks.
            configuration.gates = resources.gates.opened
            // A node reads the Secrets of its own peers alone; that the others' are there their sessions prove.
            configuration.secrets.usable = named
            configuration.secrets.unusable = []
            configuration.secrets.faults = [:]
            let established = (nodeConfig.status?.bgpInstances ?? []).flatMap { instance in
                instance.peers.filter { $0.peeringState == .established }
                    .map { PeerID(instance: instance.name, peer: $0.name) }
            }
            return established.isEmpty
                ? nil : OtherNode(configuration: configuration, established: Set(established))
        }
    }
}

extension Node {
    /// Whether the node controller has given the node up: Ready is there and not True.
    package var isLost: Bool {
        guard let ready = status?.conditions?.of("Ready") else { return false }
        return ready.status != .true
    }
}
