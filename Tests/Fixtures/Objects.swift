import BGPEngine
import BGPResources
package import BGPTypes
package import KubeJSON
package import KubeModel
package import PlainText
package import Planning

/// The instant of all tests.
package let noon = Timestamp(secondsSinceEpoch: 1_769_860_800)

/// A later instant.
package let later = Timestamp(secondsSinceEpoch: 1_769_864_400)

package func prefix(_ text: String) throws -> IPPrefix {
    guard let prefix = IPPrefix(text) else { throw Unreadable(text: text) }
    return prefix
}

package func address(_ text: String) throws -> IPAddress {
    guard let address = IPAddress(text) else { throw Unreadable(text: text) }
    return address
}

/// A test's own text that does not read.
package struct Unreadable: Error {
    package let text: String
}

package func node(
    _ name: String,
    labels: [String: String] = [:],
    ips: [String] = ["10.0.0.1"],
    podCIDRs: [String] = [],
    conditions: [Condition] = []
) -> Node {
    Node(
        metadata: ObjectMeta(name: name, labels: labels),
        spec: Node.Spec(podCIDRs: podCIDRs),
        status: Node.Status(
            addresses: ips.map { Node.Address(type: "InternalIP", address: $0) },
            conditions: conditions
        )
    )
}

package func ciliumNode(_ name: String, _ podCIDRs: [String] = [], pools: [[String]] = [], pool: [String] = [])
    -> CiliumNode
{
    CiliumNode(
        metadata: ObjectMeta(name: name),
        spec: CiliumNode.Spec(
            ipam: CiliumNode.IPAM(
                podCIDRs: podCIDRs.isEmpty ? nil : podCIDRs,
                pools: CiliumNode.Pools(
                    allocated: pools.enumerated().map { .init(pool: "pool\($0.offset)", cidrs: $0.element) }
                ),
                pool: Dictionary(pool.map { ($0, [:]) }, uniquingKeysWith: { first, _ in first })
            ),
            eni: [:]
        )
    )
}

package func blockAffinity(_ node: String, _ cidr: String, state: String = "confirmed", deleted: JSONValue = "false")
    -> BlockAffinity
{
    BlockAffinity(
        metadata: ObjectMeta(name: "\(node)-\(String(cidr.map { "./:".contains($0) ? "-" : $0 }))"),
        spec: BlockAffinity.Spec(state: state, node: node, cidr: cidr, deleted: deleted)
    )
}

package func service(
    _ name: String,
    namespace: String = "default",
    labels: [String: String] = [:],
    type: String = "LoadBalancer",
    loadBalancer: [String] = [],
    external: [String] = [],
    cluster: [String] = [],
    externalPolicy: Service.TrafficPolicy? = nil,
    internalPolicy: Service.TrafficPolicy? = nil,
    loadBalancerClass: String? = nil
) -> Service {
    var spec = Service.Spec(type: type)
    spec.externalIPs = external.isEmpty ? nil : external
    spec.clusterIP = cluster.first
    spec.clusterIPs = cluster.isEmpty ? nil : cluster
    spec.externalTrafficPolicy = externalPolicy?.rawValue
    spec.internalTrafficPolicy = internalPolicy?.rawValue
    spec.loadBalancerClass = loadBalancerClass
    return Service(
        metadata: ObjectMeta(name: name, namespace: namespace, labels: labels),
        spec: spec,
        status: Service.Status(
            loadBalancer: Service.LoadBalancer(ingress: loadBalancer.map { Service.Ingress(ip: $0) })
        )
    )
}

/// One endpoint in a test's words: a state and a node.
package struct TestEndpoint {
    package let state: EndpointState
    package let node: String?
    package var isReadyUnset = false

    package init(state: EndpointState, node: String?, isReadyUnset: Bool = false) {
        self.state = state
        self.node = node
        self.isReadyUnset = isReadyUnset
    }

    package static func ready(_ node: String?) -> TestEndpoint { TestEndpoint(state: .ready, node: node) }
    package static func unset(_ node: String?) -> TestEndpoint {
        TestEndpoint(state: .ready, node: node, isReadyUnset: true)
    }
    package static func notReady(_ node: String?) -> TestEndpoint { TestEndpoint(state: .notReady, node: node) }
    package static func leaving(_ node: String?) -> TestEndpoint {
        TestEndpoint(state: .servingTerminating, node: node)
    }
    package static func gone(_ node: String?) -> TestEndpoint { TestEndpoint(state: .terminating, node: node) }

    package var conditions: EndpointSlice.Conditions? {
        switch state {
        case .ready: isReadyUnset ? nil : EndpointSlice.Conditions(ready: true, serving: true, terminating: false)
        case .notReady: EndpointSlice.Conditions(ready: false, serving: false, terminating: false)
        case .servingTerminating: EndpointSlice.Conditions(ready: false, serving: true, terminating: true)
        case .terminating: EndpointSlice.Conditions(ready: false, serving: false, terminating: true)
        }
    }
}

package func slice(
    of service: String,
    namespace: String = "default",
    name: String? = nil,
    addressType: String = "IPv4",
    _ endpoints: [TestEndpoint]
) -> EndpointSlice {
    EndpointSlice(
        metadata: ObjectMeta(
            name: name ?? "\(service)-\(addressType)",
            namespace: namespace,
            labels: [EndpointSlice.serviceNameLabel: service]
        ),
        addressType: addressType,
        endpoints: endpoints.map {
            EndpointSlice.Endpoint(addresses: ["10.112.0.9"], conditions: $0.conditions, nodeName: $0.node)
        }
    )
}
