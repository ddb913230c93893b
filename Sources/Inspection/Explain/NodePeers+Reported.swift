package import BGPResources
import KubeModel
import Planning
package import SpeakerAPI

extension NodePeers {
    /// What a BGPNodeConfig reports of its node's peers, for a node whose speaker cannot be asked.
    package init(_ nodeConfig: BGPNodeConfig) {
        self.init(
            node: nodeConfig.metadata.name,
            gates: GatesDocument(reported: nodeConfig.status?.conditions ?? []),
            peers: (nodeConfig.status?.bgpInstances ?? []).flatMap { instance in
                instance.peers.map { NodePeer(instance: instance.name, status: $0) }
            }
        )
    }
}
