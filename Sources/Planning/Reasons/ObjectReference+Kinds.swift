import BGPResources
import KubeModel

extension ObjectReference {
    static func clusterConfig(_ name: String) -> ObjectReference { of(BGPClusterConfig.self, name) }
    static func nodeConfig(_ name: String) -> ObjectReference { of(BGPNodeConfig.self, name) }
    static func override(_ name: String) -> ObjectReference { of(BGPNodeConfigOverride.self, name) }
    static func peerConfig(_ name: String) -> ObjectReference { of(BGPPeerConfig.self, name) }
    static func advertisement(_ name: String) -> ObjectReference { of(BGPAdvertisement.self, name) }
    static func pool(_ name: String) -> ObjectReference { of(LoadBalancerIPPool.self, name) }
    static func node(_ name: String) -> ObjectReference { of(Node.self, name) }
    static func service(_ key: ObjectKey) -> ObjectReference { of(Service.self, key.name, in: key.namespace) }
    static func secret(_ name: String, in namespace: String) -> ObjectReference { of(Secret.self, name, in: namespace) }

    private static func of(_ type: (some KubeObject).Type, _ name: String, in namespace: String? = nil)
        -> ObjectReference
    {
        ObjectReference(kind: type.type.kind, namespace: namespace, name: name)
    }
}
