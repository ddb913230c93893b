package import BGPResources
package import KubeModel
import PlainText

package func pool(
    _ name: String,
    _ blocks: LoadBalancerIPPool.Block...,
    selector: LabelSelector? = nil,
    priority: Int? = nil,
    disabled: Bool? = nil,
    excluded: [String] = [],
    ends: LoadBalancerIPPool.AllowFirstLastIPs? = nil,
    maxPerService: Int? = nil,
    created: Double = 0
) -> LoadBalancerIPPool {
    LoadBalancerIPPool(
        metadata: ObjectMeta(name: name, creationTimestamp: Timestamp(secondsSinceEpoch: created)),
        spec: .init(
            blocks: blocks,
            serviceSelector: selector,
            allowFirstLastIPs: ends,
            disabled: disabled,
            priority: priority,
            excluded: excluded,
            maxPerService: maxPerService
        )
    )
}

package func node(_ name: String, _ addresses: String..., pods: String...) -> Node {
    Node(
        metadata: ObjectMeta(name: name),
        spec: .init(podCIDRs: pods),
        status: .init(addresses: addresses.map { .init(type: "InternalIP", address: $0) })
    )
}

package func network(_ cidr: String) -> LoadBalancerIPPool.Block { .init(cidr: cidr) }

package func run(_ start: String, _ stop: String? = nil) -> LoadBalancerIPPool.Block { .init(start: start, stop: stop) }

package func loadBalancer(
    _ name: String,
    in namespace: String = "default",
    created: Double = 0,
    labels: [String: String] = [:],
    families: [String] = ["IPv4"],
    familyPolicy: String? = "SingleStack",
    ports: [Service.Port] = [Service.Port(port: 443)],
    policy: String = "Cluster",
    selector: [String: String] = ["app": "web"],
    annotations: [String: String] = [:],
    loadBalancerIP: String? = nil,
    assigned: [String] = []
) -> Service {
    var spec = Service.Spec(type: "LoadBalancer")
    spec.ports = ports
    spec.externalTrafficPolicy = policy
    spec.selector = selector
    spec.ipFamilies = families
    spec.ipFamilyPolicy = familyPolicy
    spec.loadBalancerIP = loadBalancerIP
    return Service(
        metadata: ObjectMeta(
            name: name,
            namespace: namespace,
            creationTimestamp: Timestamp(secondsSinceEpoch: created),
            labels: labels,
            annotations: annotations
        ),
        spec: spec,
        status: .init(loadBalancer: .init(ingress: assigned.map { .init(ip: $0) }))
    )
}
