import BGPTypes

extension Peering {
    /// The objects that make the node talk so and announce these.
    func manifests(announcing announcements: [Announcement]) -> String {
        """
        apiVersion: v1
        kind: Node
        metadata: {name: node}
        status:
          addresses: [{type: InternalIP, address: 10.0.0.1}]
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: router, namespace: martlet-system}
        stringData: {password: \(password ?? "unused")}
        ---
        apiVersion: martlet.dev/v2
        kind: BGPClusterConfig
        metadata: {name: matrix}
        spec:
          bgpInstances:
            - name: matrix
              localASN: \(nodeAS)
              \(opener == .node ? "" : "localPort: 179")
              peers:
                - name: router
                  peerAddress: "\(routerAddress)"
                  peerASN: \(routerAS)
                  peerConfigRef: {name: router}
        ---
        apiVersion: martlet.dev/v2
        kind: BGPPeerConfig
        metadata: {name: router}
        spec:
          \(password == nil ? "" : "authSecretRef: router")
          \(hasTTLSecurity ? "ttlSecurity: 1" : "")
          \(opener == .router ? "transport: {peerPort: 1790}" : "")
          timers: {connectRetryTimeSeconds: 1}
          gracefulRestart: {enabled: true, restartTimeSeconds: 60}
          families:
        \(families.map { "    - {afi: \($0 == .ipv4 ? "ipv4" : "ipv6"), safi: unicast, advertisements: {}}" }
            .joined(separator: "\n"))
        \(announcements.isEmpty ? "" : advertisement(announcements))
        """
    }

    private func advertisement(_ announcements: [Announcement]) -> String {
        """
        ---
        apiVersion: martlet.dev/v2
        kind: BGPAdvertisement
        metadata: {name: matrix}
        spec:
          advertisements:
        \(announcements.map(\.entries).joined(separator: "\n"))
        """
    }
}
