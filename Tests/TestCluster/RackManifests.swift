/// The manifests of one rack: nodes labelled `zone`, and one router for those of zone `a`.
package enum RackManifests {
    /// A Node with an InternalIP.
    package static func node(_ name: String, zone: String = "a", address: String, podCIDRs: String? = nil) -> String {
        """
        apiVersion: v1
        kind: Node
        metadata: {name: \(name), labels: {zone: \(zone)}}
        spec: {\(podCIDRs.map { "podCIDRs: [\($0)]" } ?? "")}
        status:
          addresses: [{type: InternalIP, address: \(address)}]

        """
    }

    /// The BGPClusterConfig `rack` with the one peer `tor`, which the BGPPeerConfig `tor` is for.
    package static func clusterConfig(router: String) -> String {
        """
        apiVersion: martlet.dev/v2
        kind: BGPClusterConfig
        metadata: {name: rack}
        spec:
          nodeSelector: {matchLabels: {zone: a}}
          bgpInstances:
            - name: main
              localASN: 65001
              peers:
                - {name: tor, peerAddress: \(router), peerASN: 65000, peerConfigRef: {name: tor}}

        """
    }
}
