package import BGPEngine
package import BGPResources
package import BGPTypes
package import KubeModel
import PlainText
package import Planning

extension LabelSelector {
    /// `{}`.
    package static let everything = LabelSelector()

    package static func labels(_ labels: [String: String]) -> LabelSelector { LabelSelector(matchLabels: labels) }
}

package func serviceEntry(
    _ kinds: [AddressKind] = [.loadBalancerIP],
    selector: LabelSelector? = .everything,
    nodeSelector: LabelSelector? = nil,
    length4: Int? = nil,
    length6: Int? = nil,
    whenNoEndpoints: BGPAdvertisement.WhenNoEndpoints? = nil,
    externalIPs: [IPPrefix]? = nil,
    attributes: BGPAdvertisement.Attributes? = nil
) -> BGPAdvertisement.Entry {
    BGPAdvertisement.Entry(
        advertisementType: .service,
        service: BGPAdvertisement.ServiceOptions(
            addresses: kinds,
            externalIPs: externalIPs,
            aggregationLengthIPv4: length4,
            aggregationLengthIPv6: length6,
            whenNoEndpoints: whenNoEndpoints
        ),
        selector: selector,
        nodeSelector: nodeSelector,
        attributes: attributes
    )
}

package func advertisement(
    named name: String = "public",
    labels: [String: String] = ["advertise": "bgp"],
    generation: Int64? = nil,
    _ entries: [BGPAdvertisement.Entry]
) -> BGPAdvertisement {
    BGPAdvertisement(
        metadata: ObjectMeta(name: name, generation: generation, labels: labels),
        spec: BGPAdvertisement.Spec(advertisements: entries)
    )
}

package func peerConfig(
    _ name: String = "tor",
    families: [IPFamily] = [.ipv4],
    advertisements: LabelSelector? = .labels(["advertise": "bgp"]),
    generation: Int64? = nil,
    _ change: (inout BGPPeerConfig.Spec) -> Void = { _ in }
) -> BGPPeerConfig {
    var spec = BGPPeerConfig.Spec(
        families: families.map {
            BGPPeerConfig.FamilyEntry(afi: $0.routeFamily.afi, safi: .unicast, advertisements: advertisements)
        }
    )
    change(&spec)
    return BGPPeerConfig(metadata: ObjectMeta(name: name, generation: generation), spec: spec)
}

package func peer(
    _ name: String = "router",
    address: String? = "10.0.0.254",
    asn: ASNumber? = 65000,
    config: String? = "tor"
) -> BGPClusterConfig.Peer {
    BGPClusterConfig.Peer(
        name: name,
        peerAddress: address.flatMap { ScopedAddress($0) },
        peerASN: asn,
        peerConfigRef: config.map { PeerConfigReference(name: $0) }
    )
}

package func instance(
    named name: String = "main",
    asn: ASNumber? = 65001,
    port: Int? = nil,
    _ peers: [BGPClusterConfig.Peer] = [peer()]
) -> BGPClusterConfig.Instance {
    BGPClusterConfig.Instance(name: name, localASN: asn, localPort: port, peers: peers)
}

package func clusterConfig(
    named name: String = "site",
    nodes: LabelSelector? = nil,
    exclusion: NodeExclusion? = nil,
    created: Double? = nil,
    generation: Int64? = nil,
    _ instances: [BGPClusterConfig.Instance] = [instance()]
) -> BGPClusterConfig {
    BGPClusterConfig(
        metadata: ObjectMeta(
            name: name,
            uid: "uid-\(name)",
            generation: generation,
            creationTimestamp: created.map { Timestamp(secondsSinceEpoch: $0) }
        ),
        spec: BGPClusterConfig.Spec(nodeSelector: nodes, nodeExclusion: exclusion, bgpInstances: instances)
    )
}

/// The one peer of the smallest worlds.
package let router = PeerID(instance: "main", peer: "router")

/// One node, `n1`, in a cluster of a few objects; what its NodeConfig says is rendered, not written by hand.
package struct ClusterFixture {
    package init() {}

    package var nodes: [Node] = [node("n1")]
    /// Nil where the cluster does not know the kind.
    package var ciliumNodes: [CiliumNode]?
    package var blockAffinities: [BlockAffinity]?
    package var clusterConfigs = [clusterConfig()]
    package var peerConfigs = [peerConfig()]
    package var advertisements = [advertisement([serviceEntry()])]
    package var services: [Service] = []
    package var slices: [EndpointSlice] = []
    package var pools: [PoolNetworks] = []
    package var serviceCIDRs: [ServiceCIDR] = []
    package var interfaces: [InterfaceAddresses] = []
    package var gates = NodeGates()

    /// What every node knows of whose addresses are whose.
    package var addresses: ClusterAddresses {
        ClusterAddresses(
            nodes: nodes,
            podNetworks: podNetworks,
            sources: advertisements.podNetworkSources,
            clusterConfigs: clusterConfigs,
            serviceCIDRs: serviceCIDRs
        )
    }

    package var podNetworks: ClusterPodNetworks {
        ClusterPodNetworks(
            ciliumNodes: ciliumNodes.map { .served($0) } ?? .notServed,
            blockAffinities: blockAffinities.map { .served($0) } ?? .notServed
        )
    }

    package var rendered: RenderedCluster {
        render(
            ClusterSnapshot(
                nodes: nodes,
                clusterConfigs: clusterConfigs,
                peerConfigs: peerConfigs,
                advertisements: advertisements,
                podNetworks: podNetworks
            ),
            now: noon
        )
    }

    package func configuration(_ name: String) -> NodeConfiguration {
        let rendered = rendered
        return NodeConfiguration(
            nodeName: name,
            node: nodes.first { $0.metadata.name == name },
            podNetworks: podNetworks.networks(of: name),
            nodeConfig: rendered.nodeConfig(name),
            peerConfigs: peerConfigs,
            advertisements: advertisements,
            pools: pools,
            clusterAddresses: addresses,
            interfaces: interfaces,
            gates: gates
        )
    }

    package func snapshot(_ name: String = "n1") -> NodeSnapshot {
        NodeSnapshot(configuration: configuration(name), services: services, endpointSlices: slices)
    }

    package func advertised(_ name: String = "n1") -> NodeAdvertisements {
        NodeAdvertisements(snapshot(name))
    }

    /// The prefixes that a node announces to the router, as text.
    package func prefixes(_ name: String = "n1", to peer: PeerID = router) -> [String] {
        advertised(name).routes(of: peer).map(\.route.prefix.description)
    }

    /// The codes that keep the first address of a service back.
    package func obstacles(_ name: String = "n1") -> [String] {
        advertised(name).decisions.first?.obstacles.map(\.code.rawValue) ?? []
    }
}
