/// A node with a Service and its endpoint, and a rack's router, as the tests of running programs have them.
enum OneNodeSite {
    /// What a cluster has before Martlet is installed.
    private static let objects = """
        apiVersion: v1
        kind: Node
        metadata: {name: node1}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: default, labels: {expose: bgp}}
        spec:
          type: LoadBalancer
          ports: [{name: http, port: 80, protocol: TCP}]
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-1, namespace: default, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        endpoints:
          - addresses: [10.112.0.3]
            nodeName: node1
            conditions: {ready: true, serving: true, terminating: false}
        ports: [{name: http, port: 80, protocol: TCP}]
        """

    /// Applies it, and writes the Node's status as its kubelet would.
    static func apply(to api: PodAPI) async throws {
        try await api.kubectl("apply", manifest: objects)
        let words = ["patch", "node", "node1", "--subresource=status", "--type=merge", "-p", nodeStatus]
        try await api.kubectl(words)
    }

    private static let nodeStatus = """
        {"status": {
          "addresses": [{"type": "InternalIP", "address": "172.16.10.11"}],
          "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}]
        }}
        """

    /// What a user applies: 203.0.113.1 for the Service, announced to the router.
    static func configuration(localPort: Int? = nil, holdTime: Int = 9, restartTime: Int = 60) -> String {
        let listening = localPort.map { "\n      localPort: \($0)" } ?? ""
        return """
            apiVersion: martlet.dev/v2
            kind: LoadBalancerIPPool
            metadata: {name: public}
            spec:
              blocks: [{start: 203.0.113.1, stop: 203.0.113.1}]
            ---
            apiVersion: martlet.dev/v2
            kind: BGPClusterConfig
            metadata: {name: rack}
            spec:
              bgpInstances:
                - name: rack
                  localASN: 65001
                  peers: [{name: tor, peerAddress: 172.16.10.1, peerASN: 65000, peerConfigRef: {name: tor}}]\(listening)
            ---
            apiVersion: martlet.dev/v2
            kind: BGPPeerConfig
            metadata: {name: tor}
            spec:
              timers: {connectRetryTimeSeconds: 1, holdTimeSeconds: \(holdTime), keepAliveTimeSeconds: \(holdTime / 3)}
              gracefulRestart: {enabled: true, restartTimeSeconds: \(restartTime)}
              families:
                - {afi: ipv4, safi: unicast, advertisements: {matchLabels: {advertise: bgp}}}
            ---
            apiVersion: martlet.dev/v2
            kind: BGPAdvertisement
            metadata: {name: services, labels: {advertise: bgp}}
            spec:
              advertisements:
                - advertisementType: Service
                  service: {addresses: [LoadBalancerIP]}
                  selector: {matchLabels: {expose: bgp}}
            """
    }

    /// BIRD 2 as the router, with more of its own protocols and of what it logs of the node.
    static func router(protocols: String = "", node: String = "") -> String {
        """
        router id 172.16.10.1;
        protocol device { }
        \(protocols)
        protocol bgp node1 {
          \(node)
          local 172.16.10.1 as 65000; neighbor 172.16.10.11 as 65001; graceful restart on;
          ipv4 { import all; export none; };
        }
        """
    }
}
