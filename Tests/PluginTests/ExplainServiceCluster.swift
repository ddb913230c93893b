import BGPResources
import KubeJSON
import KubeModel
import SpeakerAPI
import kubectl_bgp

/// Three nodes with a router, of which one has an endpoint of a Service with policy Local, and two nodes without BGP.
extension ExplainServiceTests {
    func cluster() throws -> FixedCluster {
        FixedCluster(
            objects: [
                try service("web", ip: "192.0.2.1", clusterIP: "10.96.0.7"),
                try service("idle", ip: "192.0.2.9", clusterIP: "10.96.0.9"),
                try slice,
                Node(metadata: ObjectMeta(name: "node-a")),
                Node(metadata: ObjectMeta(name: "node-b")),
                Node(metadata: ObjectMeta(name: "node-c")),
                Node(metadata: ObjectMeta(name: "node-x")),
                Node(metadata: ObjectMeta(name: "node-y")),
                try nodeConfig("node-a"), try nodeConfig("node-b"), try nodeConfig("node-c"),
                try peerConfig, try advertisement,
                Pod.speaker("a"), Pod.speaker("b"), Pod.speaker("c"),
            ],
            pods: [
                "speaker-a:9179/v1/peers": Self.peers(state: "established"),
                "speaker-a:9179/v1/routes/advertised": Self.routes(prefix: "192.0.2.1/32"),
                "speaker-b:9179/v1/peers": Self.peers(state: "established"),
                "speaker-b:9179/v1/routes/advertised": Self.routes(prefix: nil),
                "speaker-c:9179/v1/peers": Self.peers(state: "established"),
                "speaker-c:9179/v1/routes/advertised": Self.routes(prefix: nil),
            ]
        )
    }

    func service(_ name: String, ip: String, clusterIP: String) throws -> Service {
        try JSON.decode(
            Service.self,
            from: """
                {"metadata": {"name": "\(name)", "namespace": "shop", "labels": {"public": "true"}},
                 "spec": {"type": "LoadBalancer", "clusterIP": "\(clusterIP)", "clusterIPs": ["\(clusterIP)"],
                          "externalTrafficPolicy": "Local", "ports": [{"port": 80}]},
                 "status": {"loadBalancer": {"ingress": [{"ip": "\(ip)"}]}}}
                """
        )
    }

    var slice: EndpointSlice {
        get throws {
            try JSON.decode(
                EndpointSlice.self,
                from: """
                    {"metadata": {"name": "web-1", "namespace": "shop",
                                  "labels": {"kubernetes.io/service-name": "web"}},
                     "addressType": "IPv4",
                     "endpoints": [{"addresses": ["10.244.1.7"], "nodeName": "node-a", "conditions": {"ready": true}}]}
                    """
            )
        }
    }

    func nodeConfig(_ name: String) throws -> BGPNodeConfig {
        try JSON.decode(
            BGPNodeConfig.self,
            from: """
                {"metadata": {"name": "\(name)"}, "spec": {"bgpInstances": [{"name": "main", "localASN": 65001,
                  "routerID": "10.0.0.1", "peers": [{"name": "tor-a", "peerAddress": "10.0.0.254", "peerASN": 65000,
                  "peerConfigRef": {"name": "tor"}}]}]}}
                """
        )
    }

    var peerConfig: BGPPeerConfig {
        get throws {
            try JSON.decode(
                BGPPeerConfig.self,
                from: """
                    {"metadata": {"name": "tor"}, "spec": {"families": [
                      {"afi": "ipv4", "safi": "unicast", "advertisements": {"matchLabels": {"advertise": "bgp"}}}]}}
                    """
            )
        }
    }

    var advertisement: BGPAdvertisement {
        get throws {
            try JSON.decode(
                BGPAdvertisement.self,
                from: """
                    {"metadata": {"name": "public", "labels": {"advertise": "bgp"}}, "spec": {"advertisements": [
                      {"advertisementType": "Service", "service": {"addresses": ["LoadBalancerIP"]},
                       "selector": {"matchLabels": {"public": "true"}}}]}}
                    """
            )
        }
    }

    static func peers(state: String) -> String {
        """
        {"apiVersion": "martlet.dev/v2", "kind": "NodePeers", "node": "", "peers": [
          {"instance": "main", "name": "tor-a", "peeringState": "\(state)"}]}
        """
    }

    static func routes(prefix: String?) -> String {
        let routes = prefix.map { prefix in
            """
            {"instance": "main", "peer": "tor-a", "family": "ipv4/unicast", "prefix": "\(prefix)", "origin": "igp",
             "since": "2027-01-15T07:59:19Z"}
            """
        }
        return """
            {"apiVersion": "martlet.dev/v2", "kind": "NodeRoutes", "node": "", "view": "advertised",
             "truncated": false, "routes": [\(routes ?? "")]}
            """
    }
}
