import BGPTypes
import Planning
import SpeakerRuntime
import TestCluster

/// One node with one router, and everything that it takes to announce a Service; each way to keep it silent changes a part.
struct SilentSite: Sendable {
    var node = RackManifests.node("n1", address: "127.66.10.1", podCIDRs: "10.244.1.0/24")
    var clusterConfig = RackManifests.clusterConfig(router: "127.66.0.1")
    var override = """
        apiVersion: martlet.dev/v2
        kind: BGPNodeConfigOverride
        metadata: {name: n1}
        spec:
          bgpInstances: [{name: main, peers: [{name: tor, localAddress: 127.66.10.1}]}]
        """
    var peerConfig = """
        apiVersion: martlet.dev/v2
        kind: BGPPeerConfig
        metadata: {name: tor}
        spec:
          transport: {peerPort: 1791}
          timers: {connectRetryTimeSeconds: 1}
          families: [{afi: ipv4, safi: unicast, advertisements: {}}]
        """
    var advertisement = """
        apiVersion: martlet.dev/v2
        kind: BGPAdvertisement
        metadata: {name: all}
        spec:
          advertisements:
            - {advertisementType: Service, service: {addresses: [LoadBalancerIP, ExternalIP]}, selector: {}}
        """
    var service = """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec:
          type: LoadBalancer
          clusterIP: 10.96.0.9
          clusterIPs: [10.96.0.9]
          externalIPs: []
          selector: {app: web}
          ports: [{name: http, port: 80, protocol: TCP}]
        status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}
        """
    var endpoints = """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        endpoints: [{addresses: [10.244.1.5], nodeName: n1, conditions: {ready: true}}]
        ports: [{name: http, port: 80, protocol: TCP}]
        """
    /// Whatever else there is.
    var others: [String] = []
    /// Whether the router listens.
    var hasRouter = true
    /// From where nodes without an IPv4 address get router ids; nil is the usual range.
    var routerIDs: IPPrefix?
    /// How the speaker is started.
    var speaker: @Sendable (inout SpeakerConfiguration) -> Void = { _ in }

    /// Every object, those first that others refer to.
    var objects: [String] {
        [node, peerConfig, advertisement, override, clusterConfig, service, endpoints].filter { !$0.isEmpty } + others
    }

    /// The site with a part changed.
    func with(_ part: WritableKeyPath<SilentSite, String>, _ old: String, _ new: String) -> SilentSite {
        var site = self
        site[keyPath: part] = site[keyPath: part].replacing(old, with: new)
        return site
    }

    /// The site with more objects.
    func adding(_ texts: String...) -> SilentSite {
        var site = self
        site.others += texts
        return site
    }

    /// The site with an entry of another type in its Advertisement.
    func announcing(_ entry: String) -> SilentSite {
        var site = self
        site.advertisement += "\n    - {\(entry)}"
        return site
    }

    /// The site with a speaker that is started otherwise.
    func starting(_ change: @escaping @Sendable (inout SpeakerConfiguration) -> Void) -> SilentSite {
        var site = self
        site.speaker = change
        return site
    }
}
