import BGPEngine
package import BGPResources
import BGPTypes
import KubeJSON
package import KubeModel
package import Planning
package import SpeakerAPI

/// What is asked about a Service, and everything needed to answer.
package struct ServiceQuestion: Sendable {
    package var service: ObjectKey
    /// A policy to judge by instead of the Service's own; nil for its own.
    package var asPolicy: Service.TrafficPolicy?
    /// All Services, at least this one, those of its namespace and those that share an address with it.
    package var services: [Service]
    /// All EndpointSlices, at least those of these Services.
    package var endpointSlices: [EndpointSlice]
    /// Every node.
    package var nodes: [NodeConfiguration]
    /// What is known of the wire, for as many nodes as answered.
    package var wires: [NodeWire]
    /// All pools; empty where who asks may not see them.
    package var pools: [LoadBalancerIPPool]
    /// Whether it is known that there is no BGPClusterConfig at all.
    package var lacksClusterConfigs: Bool

    /// A question; order of the lists does not matter.
    package init(
        service: ObjectKey,
        asPolicy: Service.TrafficPolicy? = nil,
        services: [Service],
        endpointSlices: [EndpointSlice],
        nodes: [NodeConfiguration],
        wires: [NodeWire] = [],
        pools: [LoadBalancerIPPool] = [],
        lacksClusterConfigs: Bool = false
    ) {
        self.service = service
        self.asPolicy = asPolicy
        self.services = services
        self.endpointSlices = endpointSlices
        self.nodes = nodes
        self.wires = wires
        self.pools = pools
        self.lacksClusterConfigs = lacksClusterConfigs
    }
}

/// What a node's speaker says of its sessions and of what it has announced.
package struct NodeWire: Hashable, Sendable {
    /// Its peers; from the BGPNodeConfig's status where the speaker did not answer.
    package var peers: NodePeers
    /// Its announced routes; nil when the speaker did not answer.
    package var advertised: NodeRoutes?

    /// What is known of a node.
    package init(peers: NodePeers, advertised: NodeRoutes? = nil) {
        self.peers = peers
        self.advertised = advertised
    }
}

/// Explains a Service from the same decisions that the speakers run; nil when there is no such Service.
package func explainService(_ question: ServiceQuestion) -> ServiceExplanation? {
    guard let service = question.services.first(where: { $0.key == question.service }) else { return nil }
    let wires = Dictionary(question.wires.map { ($0.peers.node, $0) }, uniquingKeysWith: { first, _ in first })
    let configurations = question.nodes.sorted { $0.nodeName < $1.nodeName }.map { $0.gated(by: wires[$0.nodeName]) }
    let gates = configurations.first?.gates ?? NodeGates()
    let facts = ServiceFacts(service, bounds: gates.bounds, classes: gates.classes)
    let addresses = Set(facts.addresses.map(\.address))
    // Services that share no address cannot bear on the answer, but for the room that they take.
    let sharing = question.services.filter { other in
        other.key == question.service
            || ServiceFacts(other, bounds: .none, classes: gates.classes).addresses
                .contains { addresses.contains($0.address) }
    }
    let keys = Set(sharing.map(\.key))
    let relevant = question.services.those(keys, andRivalsUnder: configurations.map(\.gates.bounds))
    let slices = question.endpointSlices.filter { slice in slice.serviceKey.map(keys.contains) ?? false }
    let nodes = configurations.map { configuration in
        let wire = wires[configuration.nodeName]
        let snapshot = NodeSnapshot(configuration: configuration, services: relevant, endpointSlices: slices)
        return NodeExplainer(
            advertiser: Advertiser(snapshot),
            comparison: wire.map { WireComparison(configuration: configuration, wire: $0) },
            asPolicy: question.asPolicy,
            lacksClusterConfigs: question.lacksClusterConfigs
        )
        .explain(facts.key)
    }
    return ServiceExplanation(
        service: ExplainedService(
            namespace: service.metadata.namespace ?? "",
            name: service.metadata.name,
            type: facts.type,
            loadBalancerClass: facts.loadBalancerClass,
            isForeign: facts.classes.include(facts.loadBalancerClass) ? nil : true,
            externalTrafficPolicy: facts.externalTrafficPolicy,
            internalTrafficPolicy: facts.internalTrafficPolicy
        ),
        asPolicy: question.asPolicy?.rawValue,
        findings: ServiceFindings(
            service: service,
            facts: facts,
            advertisements: configurations.first?.advertisements ?? [],
            pools: question.pools
        )
        .all.map(ExplainedReason.init),
        addresses: facts.addresses.map { address in
            ExplainedAddress(
                address: address.address,
                kind: address.kind,
                origin: address.kind.field.description,
                policy: facts.policy(address.kind)
            )
        },
        nodes: nodes
    )
}
