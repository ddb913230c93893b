/// Manifests of two data centres with a password and a Service that has an address; nothing is wrong with them.
enum Site {
    static let nodes = #"""
        apiVersion: v1
        kind: Node
        metadata: {name: berlin-1, labels: {dc: berlin}}
        spec: {podCIDRs: [10.244.1.0/24]}
        status: {addresses: [{type: InternalIP, address: 10.0.0.1}]}
        ---
        apiVersion: v1
        kind: Node
        metadata: {name: berlin-2, labels: {dc: berlin}}
        spec: {podCIDRs: [10.244.2.0/24]}
        status: {addresses: [{type: InternalIP, address: 10.0.0.2}]}
        ---
        apiVersion: v1
        kind: Node
        metadata: {name: munich-1, labels: {dc: munich}}
        spec: {podCIDRs: [10.244.3.0/24]}
        status: {addresses: [{type: InternalIP, address: 10.1.0.1}]}

        """#

    static let bgp = #"""
        # the two data centres
        apiVersion: martlet.dev/v2
        kind: BGPClusterConfig
        metadata:
          name: berlin
        spec:
          nodeSelector:
            matchLabels:
              dc: berlin
          bgpInstances:
            - name: main
              localASN: 65001
              peers:
                - name: tor-a
                  peerAddress: 10.0.0.253
                  peerASN: 65000
                  peerConfigRef:
                    name: tor
                - name: tor-b
                  peerAddress: 10.0.0.254
                  peerASN: 65000
                  peerConfigRef:
                    name: tor
        ---
        apiVersion: martlet.dev/v2
        kind: BGPClusterConfig
        metadata:
          name: munich
        spec:
          nodeSelector:
            matchLabels:
              dc: munich
          bgpInstances:
            - name: main
              localASN: 65001
              peers:
                - name: tor
                  peerAddress: 10.1.0.254
                  peerASN: 65000
                  peerConfigRef:
                    name: tor
        ---
        apiVersion: martlet.dev/v2
        kind: BGPPeerConfig
        metadata:
          name: tor
        spec:
          authSecretRef: tor-password
          timers:
            holdTimeSeconds: 9
            keepAliveTimeSeconds: 3
          gracefulRestart:
            enabled: true
            restartTimeSeconds: 120
          families:
            - afi: ipv4
              safi: unicast
              advertisements:
                matchLabels:
                  advertise: bgp
        ---
        apiVersion: martlet.dev/v2
        kind: BGPAdvertisement
        metadata:
          name: services
          labels:
            advertise: bgp
        spec:
          advertisements:
            - advertisementType: PodCIDR
            - advertisementType: Service
              service:
                addresses:
                  [LoadBalancerIP, ExternalIP]
                externalIPs: [203.0.113.0/24]
              selector:
                matchExpressions:
                  - key: expose
                    operator: In
                    values: [public]
              attributes:
                communities:
                  standard: ["65000:100"]
                  wellKnown: [no-export]
        ---
        apiVersion: v1
        kind: Secret
        metadata:
          name: tor-password
          namespace: martlet-system
        stringData:
          password: hunter2

        """#

    static let services = #"""
        apiVersion: martlet.dev/v2
        kind: LoadBalancerIPPool
        metadata:
          name: public
        spec:
          blocks:
            - cidr: 192.0.2.0/28
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: web
          namespace: shop
          labels:
            expose: public
        spec:
          type: LoadBalancer
          selector: {app: web}
          ports: [{port: 80}]
        status:
          loadBalancer:
            ingress: [{ip: 192.0.2.9}]
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        endpoints:
          - {addresses: [10.244.1.9], nodeName: berlin-1, conditions: {ready: true}}
          - {addresses: [10.244.3.9], nodeName: munich-1, conditions: {ready: true}}

        """#
}
