import AdminServer
import KubeClient
import Logging
import SpeakerRuntime
import TestCluster

/// The node `n1` at 127.77.`number`.2 as manifests.
struct TestNode {
    let number: UInt8

    var node: String {
        RackManifests.node("n1", address: "127.77.\(number).2", podCIDRs: "10.244.1.0/24")
    }

    var instances: String {
        """
          bgpInstances:
            - name: main
              localASN: 65001
              peers:
                - {name: tor, peerAddress: 127.77.\(number).1, peerASN: 65000, peerConfigRef: {name: tor}}

        """
    }

    var clusterConfig: String {
        "apiVersion: martlet.dev/v2\nkind: BGPClusterConfig\nmetadata: {name: rack}\nspec:\n" + instances
    }

    /// What the operator would render, with the source address that keeps nodes on one host apart.
    var nodeConfig: String {
        "apiVersion: martlet.dev/v2\nkind: BGPNodeConfig\nmetadata: {name: n1}\nspec:\n"
            + instances.replacing("localASN: 65001", with: "localASN: 65001\n      routerID: 127.77.\(number).2")
            .replacing("peerASN: 65000,", with: "peerASN: 65000, localAddress: 127.77.\(number).2,")
    }

    var override: String {
        """
        apiVersion: martlet.dev/v2
        kind: BGPNodeConfigOverride
        metadata: {name: n1}
        spec:
          bgpInstances:
            - name: main
              peers: [{name: tor, localAddress: 127.77.\(number).2}]

        """
    }

    let peerConfig = """
        apiVersion: martlet.dev/v2
        kind: BGPPeerConfig
        metadata: {name: tor}
        spec:
          transport: {peerPort: \(TestRouter.port)}
          timers: {connectRetryTimeSeconds: 1, holdTimeSeconds: 30, keepAliveTimeSeconds: 10}
          gracefulRestart: {enabled: true, restartTimeSeconds: 60}
          families:
            - {afi: ipv4, safi: unicast, advertisements: {matchLabels: {advertise: bgp}}}

        """

    let advertisement = """
        apiVersion: martlet.dev/v2
        kind: BGPAdvertisement
        metadata: {name: all, labels: {advertise: bgp}}
        spec:
          advertisements:
            - {advertisementType: PodCIDR}
            - {advertisementType: Service, service: {addresses: [ExternalIP]}, selector: {}}

        """

    /// A Service with an external address and one ready endpoint.
    func service(_ name: String, _ address: String) -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: \(name), namespace: default}
        spec:
          type: ClusterIP
          clusterIP: 10.96.0.9
          clusterIPs: [10.96.0.9]
          externalIPs: [\(address)]
          selector: {app: web}
          ports: [{name: http, port: 80, protocol: TCP}]
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: \(name)-1, namespace: default, labels: {kubernetes.io/service-name: \(name)}}
        addressType: IPv4
        endpoints: [{addresses: [10.244.1.5], nodeName: n1, conditions: {ready: true}}]
        ports: [{name: http, port: 80, protocol: TCP}]

        """
    }
}

/// A speaker for `n1`; `change` may set more than the source.
func speaker(
    _ source: SpeakerConfiguration.Source,
    logger: Logger = TestCluster.logger,
    tellingPort port: AsyncStream<Int>.Continuation? = nil,
    _ change: (inout SpeakerConfiguration) -> Void = { _ in }
) -> SpeakerProgram {
    var configuration = SpeakerConfiguration(node: "n1", source: source, namespace: "default")
    configuration.secretPace = .hasty
    change(&configuration)
    return SpeakerProgram(configuration, metrics: MetricsRegistry(), logger: logger) { port?.yield($0) }
}
