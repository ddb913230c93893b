/// Manifests of two nodes, their router and a Service that both announce.
struct TwoNodeManifests {
    let text = #"""
        apiVersion: v1
        kind: Node
        metadata: {name: n1, labels: {rack: a}}
        spec: {podCIDRs: [10.244.1.0/24]}
        status: {addresses: [{type: InternalIP, address: 10.0.0.1}]}
        ---
        apiVersion: v1
        kind: Node
        metadata: {name: n2, labels: {rack: b}}
        spec: {podCIDRs: [10.244.2.0/24]}
        status: {addresses: [{type: InternalIP, address: 10.0.0.2}]}
        ---
        apiVersion: martlet.dev/v2
        kind: BGPClusterConfig
        metadata: {name: main}
        spec:
          nodeSelector:
            matchExpressions: [{key: rack, operator: Exists}]
          bgpInstances:
            - name: i
              localASN: 65001
              peers:
                - {name: tor, peerAddress: 10.0.0.254, peerASN: 65000, peerConfigRef: {name: tor}}
        ---
        apiVersion: martlet.dev/v2
        kind: BGPPeerConfig
        metadata: {name: tor}
        spec:
          timers: {holdTimeSeconds: 90, keepAliveTimeSeconds: 30}
          families:
            - {afi: ipv4, safi: unicast, advertisements: {matchLabels: {a: b}}}
        ---
        apiVersion: martlet.dev/v2
        kind: BGPAdvertisement
        metadata: {name: adv, labels: {a: b}}
        spec:
          advertisements:
            - {advertisementType: PodCIDR}
            - {advertisementType: Service, service: {addresses: [LoadBalancerIP]}, selector: {matchLabels: {expose: bgp}}}
        ---
        apiVersion: martlet.dev/v2
        kind: LoadBalancerIPPool
        metadata: {name: pool}
        spec: {blocks: [{cidr: 192.0.2.0/24}], allowFirstLastIPs: "No"}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop, labels: {expose: bgp}}
        spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        endpoints: [{addresses: [10.244.1.9], nodeName: n1, conditions: {ready: true}}]

        """#

    /// The manifests with the first such words replaced; throws when there are none.
    func text(replacing old: String, with new: String) throws -> String {
        guard let range = text.firstRange(of: old) else { throw NoSuchWords(words: old) }
        return text.replacingCharacters(in: range, with: new)
    }

    /// A test that does not fit its manifests.
    struct NoSuchWords: Error {
        let words: String
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with new: String) -> String {
        String(self[..<range.lowerBound]) + new + self[range.upperBound...]
    }
}
