package import BGPResources
import BGPTypes
import KubeModel

extension BGPClusterConfig {
    /// The label that marks what the operator wrote.
    static let managedByLabel = "app.kubernetes.io/managed-by"

    /// The wanted NodeConfig of one node: instances and peers in the user's order, the override merged in by name.
    func nodeConfig(
        node: String,
        override: BGPNodeConfigOverride?,
        note: OperatorNote?,
        routerID: (_ instance: String) -> RouterIDAllocation.Given?
    ) -> BGPNodeConfig {
        let instances = spec.bgpInstances.map { instance in
            let changes = override?.spec.bgpInstances.first { $0.name == instance.name }
            let routerID = routerID(instance.name)
            return BGPNodeConfig.Instance(
                name: instance.name,
                localASN: changes?.localASN ?? instance.localASN,
                routerID: routerID?.id,
                routerIDSource: routerID?.source,
                localPort: changes?.localPort ?? instance.localPort,
                peers: instance.peers.map { peer in
                    BGPNodeConfig.Peer(
                        name: peer.name,
                        peerAddress: peer.peerAddress,
                        peerASN: peer.peerASN,
                        autoDiscovery: peer.autoDiscovery,
                        localAddress: changes?.peers.first { $0.name == peer.name }?.localAddress,
                        peerConfigRef: peer.peerConfigRef?.plain
                    )
                }
            )
        }
        return BGPNodeConfig(
            metadata: nodeConfigMetadata(node: node, note),
            spec: BGPNodeConfig.Spec(nodeExclusion: spec.nodeExclusion, bgpInstances: instances)
        )
    }

    /// A NodeConfig without instances, by which a node belongs to this ClusterConfig whichever others select it.
    package func claim(on node: String) -> BGPNodeConfig {
        BGPNodeConfig(
            metadata: nodeConfigMetadata(node: node, nil),
            spec: BGPNodeConfig.Spec(nodeExclusion: spec.nodeExclusion, bgpInstances: [])
        )
    }

    private func nodeConfigMetadata(node: String, _ note: OperatorNote?) -> ObjectMeta {
        ObjectMeta(
            name: node,
            labels: [Self.managedByLabel: "bgp-operator"],
            annotations: note?.annotations,
            ownerReferences: [
                OwnerReference(
                    apiVersion: Self.type.apiVersion,
                    kind: Self.type.kind,
                    name: metadata.name,
                    uid: metadata.uid ?? "",
                    controller: true,
                    blockOwnerDeletion: true
                )
            ]
        )
    }

    /// A NodeConfig of this ClusterConfig as it stands, kept because something it follows from is broken.
    func kept(_ present: BGPNodeConfig, note: OperatorNote?) -> BGPNodeConfig {
        BGPNodeConfig(metadata: nodeConfigMetadata(node: present.metadata.name, note), spec: present.spec)
    }
}
