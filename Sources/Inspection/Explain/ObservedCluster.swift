import BGPEngine
package import BGPResources
import BGPTypes
package import KubeModel
package import Planning
import SpeakerAPI

/// Everything that explanations of routes and peers follow from: what is asked for, and what speakers say of the wire.
package struct ObservedCluster: Sendable {
    package var services: [Service]
    package var endpointSlices: [EndpointSlice]
    package var pools: [LoadBalancerIPPool]
    /// Every node.
    package var nodes: [NodeConfiguration]
    /// What is known of the wire, for as many nodes as answered.
    package var wires: [NodeWire]
    /// Whether it is known that there is no BGPClusterConfig at all.
    package var lacksClusterConfigs: Bool

    /// A cluster; order of the lists does not matter.
    package init(
        services: [Service] = [],
        endpointSlices: [EndpointSlice] = [],
        pools: [LoadBalancerIPPool] = [],
        nodes: [NodeConfiguration],
        wires: [NodeWire] = [],
        lacksClusterConfigs: Bool = false
    ) {
        self.services = services
        self.endpointSlices = endpointSlices
        self.pools = pools
        self.nodes = nodes
        self.wires = wires
        self.lacksClusterConfigs = lacksClusterConfigs
    }

    /// Every node by name with its decision on these Services, under the gates that its speaker tells of.
    func decided(on services: [Service]) -> [ObservedNode] {
        let keys = Set(services.map(\.key))
        let slices = endpointSlices.filter { slice in slice.serviceKey.map(keys.contains) ?? false }
        let wires = Dictionary(wires.map { ($0.peers.node, $0) }, uniquingKeysWith: { first, _ in first })
        let configurations = nodes.sorted { $0.nodeName < $1.nodeName }.map { node in
            let wire = wires[node.nodeName]
            return node.gated(by: wire).withDevices(of: wire)
        }
        let services = self.services.those(keys, andRivalsUnder: configurations.map(\.gates.bounds))
        return configurations.map { configuration in
            let wire = wires[configuration.nodeName]
            let snapshot = NodeSnapshot(configuration: configuration, services: services, endpointSlices: slices)
            return ObservedNode(
                advertiser: Advertiser(snapshot),
                comparison: wire.map { WireComparison(configuration: configuration, wire: $0) }
            )
        }
    }
}

/// One node's decision, and what its speaker says of the wire.
struct ObservedNode {
    let advertiser: Advertiser
    let comparison: WireComparison?

    var configuration: NodeConfiguration { advertiser.configuration }
    var name: String { configuration.nodeName }
}

extension [Service] {
    /// The Services of these names, and all of a namespace of theirs that has more addresses than it may bring routes: these
    /// take room from each other.
    func those(_ keys: Set<ObjectKey>, andRivalsUnder bounds: [RouteBounds]) -> [Service] {
        let bound = bounds.map(\.perNamespace).filter { $0 > 0 }.min() ?? .max
        let namespaces = Set(keys.map(\.namespace))
        var counts: [String?: Int] = [:]
        for service in self where namespaces.contains(service.metadata.namespace) {
            counts[service.metadata.namespace, default: 0] +=
                (service.status?.loadBalancer?.ingress ?? []).count + (service.spec.externalIPs ?? []).count
                + (service.spec.clusterIPs?.count ?? 1)
        }
        return filter { keys.contains($0.key) || (counts[$0.metadata.namespace] ?? 0) > bound }
    }
}

extension NodeConfiguration {
    /// The configuration with the gates and the gateways that the node's speaker tells of; open, and none, where it does not.
    func gated(by wire: NodeWire?) -> NodeConfiguration {
        var configuration = self
        guard let wire else { return configuration }
        if let gates = wire.peers.gates { configuration.gates = gates.gates(assuming: configuration.gates.classes) }
        // A peer that is found by its default route has the gateway's address, which nobody but the speaker knows.
        let discovered = (nodeConfig?.spec.bgpInstances ?? []).flatMap { instance in
            instance.peers.filter { $0.autoDiscovery != nil }.map { PeerID(instance: instance.name, peer: $0.name) }
        }
        let gateways = wire.peers.peers.filter { peer in
            discovered.contains(PeerID(instance: peer.instance, peer: peer.status.name))
        }
        .compactMap(\.status.peerAddress)
        configuration.defaultGateways = Set(configuration.defaultGateways + gateways).sorted()
        return configuration
    }

    /// The configuration with the devices' addresses that the speaker has announced: nobody else knows them.
    fileprivate func withDevices(of wire: NodeWire?) -> NodeConfiguration {
        var found: [String: Set<IPAddress>] = [:]
        for route in (wire?.advertised?.routes ?? []).filter(\.isOfInterface) {
            for device in (route.sources ?? []).compactMap(\.device) {
                found[device, default: []].insert(route.prefix.address)
            }
        }
        var configuration = self
        configuration.interfaces += found.sorted { $0.key < $1.key }.map {
            InterfaceAddresses(name: $0.key, addresses: $0.value.sorted())
        }
        return configuration
    }

    /// Why the node has no part in BGP; empty when it has.
    func absenceReasons(lacksClusterConfigs: Bool) -> [Reason] {
        guard let nodeConfig else {
            return [
                lacksClusterConfigs
                    ? .configuration(.noClusterConfigs(node: nodeName))
                    : .configuration(.noClusterConfig(node: nodeName))
            ]
        }
        guard nodeConfig.spec.bgpInstances.contains(where: { !$0.peers.isEmpty }) else {
            return [.configuration(.noPeers(node: nodeName))]
        }
        return []
    }
}
