import BGPResources
import KubeModel
import Planning

/// What other implementations of load balancers and of BGP call their things, with what to write here.
enum ForeignNames {
    /// A family of annotations that another implementation reads.
    struct Annotations {
        let owner: String
        /// What all begin with.
        let prefix: String
        /// The annotations here, by what stands behind the prefix.
        var meanings: [String: String] = [:]
    }

    /// Annotations of Services and Nodes by who reads them.
    static let annotations = [
        Annotations(owner: "MetalLB", prefix: "metallb.universe.tf/", meanings: ofMetalLB),
        Annotations(owner: "MetalLB", prefix: "metallb.io/", meanings: ofMetalLB),
        Annotations(
            owner: "kube-vip",
            prefix: "kube-vip.io/",
            meanings: ["loadbalancerIPs": "martlet.dev/ips", "serviceInterface": "", "vipHost": ""]
        ),
        Annotations(owner: "PureLB", prefix: "purelb.io/", meanings: ["addresses": "martlet.dev/ips"]),
        Annotations(owner: "OpenELB", prefix: "eip.openelb.kubesphere.io/"),
        Annotations(owner: "Calico", prefix: "projectcalico.org/", meanings: ["loadBalancerIPs": "martlet.dev/ips"]),
    ]

    private static let ofMetalLB = [
        "address-pool": "martlet.dev/pool", "allow-shared-ip": "martlet.dev/sharing-key",
        "ip-allocated-from-pool": "", "loadBalancerIPs": "martlet.dev/ips",
    ]

    /// The names that fields have in other products and in older manifests of theirs, with the names here.
    static let fields = [
        "cidrs": "blocks", "addresses": "blocks", "ranges": "blocks", "neighbors": "peers", "neighbours": "peers",
        "virtualRouters": "bgpInstances", "myASN": "localASN", "password": "authSecretRef",
        "passwordSecret": "authSecretRef", "peerConfig": "peerConfigRef", "holdTime": "holdTimeSeconds",
        "keepaliveTime": "keepAliveTimeSeconds", "connectTime": "connectRetryTimeSeconds",
        "eBGPMultiHop": "ebgpMultihop",
        "eBGPMultihopTTL": "ebgpMultihop", "nodeSelectors": "nodeSelector", "localPref": "localPreference",
    ]

    /// The kinds of another product with what to write in the place of each; empty where there is nothing.
    struct Kinds {
        let product: String
        let group: String
        let meanings: [String: [String]]
    }

    /// By product.
    static let kinds = [
        Kinds(
            product: "Cilium",
            group: "cilium.io/",
            meanings: [
                "CiliumBGPAdvertisement": [BGPAdvertisement.type], "CiliumBGPClusterConfig": [BGPClusterConfig.type],
                "CiliumBGPNodeConfigOverride": [BGPNodeConfigOverride.type],
                "CiliumBGPPeerConfig": [BGPPeerConfig.type],
                // Its first version of BGP said all in one.
                "CiliumBGPPeeringPolicy": [BGPClusterConfig.type, BGPPeerConfig.type, BGPAdvertisement.type],
                "CiliumL2AnnouncementPolicy": [], "CiliumLoadBalancerIPPool": [LoadBalancerIPPool.type],
            ].mapValues { $0.map(\.kind) }
        ),
        Kinds(
            product: "MetalLB",
            group: "metallb.io/",
            meanings: [
                "AddressPool": [LoadBalancerIPPool.type], "IPAddressPool": [LoadBalancerIPPool.type],
                "BGPPeer": [BGPClusterConfig.type, BGPPeerConfig.type], "BGPAdvertisement": [BGPAdvertisement.type],
                "Community": [BGPAdvertisement.type], "L2Advertisement": [], "BFDProfile": [],
            ].mapValues { $0.map(\.kind) }
        ),
    ]

    /// What Martlet has nothing for.
    static let gaps = [
        "CiliumL2AnnouncementPolicy": "addresses are announced over BGP alone, not by ARP and ND",
        "L2Advertisement": "addresses are announced over BGP alone, not by ARP and ND",
        "BFDProfile": "sessions have no BFD; a short hold time finds a dead router",
    ]
}
