import AdminServer
import KubeClient
import OperatorRuntime
import Planning
import ServiceLifecycle
import TestCluster

func node(_ name: String, zone: String, address: String) -> String {
    RackManifests.node(name, zone: zone, address: address)
}

let rack = RackManifests.clusterConfig(router: "10.0.0.254")

func peerConfig(_ name: String) -> String {
    "apiVersion: martlet.dev/v2\nkind: BGPPeerConfig\nmetadata: {name: \(name)}\nspec: {}\n"
}

func pool(_ cidr: String) -> String {
    """
    apiVersion: martlet.dev/v2
    kind: LoadBalancerIPPool
    metadata: {name: services}
    spec: {blocks: [{cidr: \(cidr)}]}

    """
}

func service(_ name: String, type: String = "LoadBalancer", label: String = "x") -> String {
    """
    apiVersion: v1
    kind: Service
    metadata: {name: \(name), namespace: default, labels: {run: \(label)}}
    spec:
      type: \(type)
      selector: {app: web}
      ports: [{name: http, port: 80, protocol: TCP}]

    """
}

/// The services of an operator on a cluster, leader at once unless it has an identity to contend with.
func operatorServices(
    _ client: KubeClient,
    contendingAs identity: String? = nil,
    serving classes: LoadBalancerClasses = .standard
) -> [any Service] {
    var configuration = OperatorConfiguration(
        source: .server(client),
        namespace: "default",
        identity: identity ?? "test"
    )
    configuration.electsLeader = identity != nil
    configuration.secretPace = .hasty
    configuration.classes = classes
    return Operator(configuration, metrics: MetricsRegistry(), logger: TestCluster.logger).services
}
