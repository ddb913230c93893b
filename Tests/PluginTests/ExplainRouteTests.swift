import BGPResources
import Inspection
import KubeJSON
import KubeModel
import Planning
import SpeakerAPI
import Testing
import kubectl_bgp

struct ExplainRouteTests {
    @Test func `explain route says who announces it, from which entry, and why others do not`() async throws {
        let outcome = await run("explain", "route", "192.0.2.1", against: try cluster())
        #expect(outcome.output == Self.expectedRoute)
        #expect(outcome.errors.isEmpty)
        #expect(outcome.status == .success)
    }

    @Test func `a prefix that is not announced is a finding and names the pool that holds it`() async throws {
        let outcome = await run("explain", "route", "192.0.2.9/32", against: try cluster())
        #expect(outcome.status == .findings)
        #expect(outcome.output.contains("- NoSource: no Service has an address of 192.0.2.9/32"))
        #expect(
            outcome.output.contains("i InPool: LoadBalancerIPPool/public holds 192.0.2.9/32: no Service has been")
        )
        #expect(await run("explain", "route", "web", against: try cluster()).status == .usage)
    }

    @Test func `documents have their kinds, several are lists`() async throws {
        let route = await run("explain", "route", "192.0.2.1/32", "-o", "json", against: try cluster())
        #expect(try JSON.decode(RouteExplanation.self, from: route.output).kind == "RouteExplanation")
        let routes = await run("explain", "route", "192.0.2.1", "192.0.2.2", "-o", "json", against: try cluster())
        #expect(try JSON.decode(JSONValue.self, from: routes.output)["kind"] == "RouteExplanationList")
        let peers = await run("explain", "peer", "tor-a", "-o", "json", against: try cluster())
        #expect(try JSON.decode(JSONValue.self, from: peers.output)["kind"] == "PeerExplanationList")
        let peer = await run("explain", "peer", "tor-a", "--node=node-b", "-o", "yaml", against: try cluster())
        #expect(peer.output.contains("kind: PeerExplanation\n"))
        #expect(
            await run("explain", "route", "192.0.2.1", "-o", "name", against: try cluster()).output
                == "route/192.0.2.1/32\n"
        )
    }

    @Test func `explain peer shows its session, what it carries and whether the wire agrees`() async throws {
        let outcome = await run("explain", "peer", "tor-a", "--node", "node-a", against: try cluster())
        #expect(outcome.output == Self.expectedPeer)
        #expect(outcome.status == .success)
    }

    @Test func `explain peer says how many routes are only counted`() async throws {
        var cluster = try cluster()
        cluster.pods["speaker-a:9179/v1/peers"] = Self.peers(
            """
            "peeringState": "established", "routeCount": [
              {"afi": "ipv4", "safi": "unicast", "received": 1000000, "advertised": 1, "notKept": 900000}]
            """
        )
        let outcome = await run("explain", "peer", "tor-a", "--node", "node-a", against: cluster)
        #expect(outcome.output.contains("1 announced, 1000000 received (900000 counted and not kept)\n"))
    }

    @Test func `a session that is down is a finding with cause and fix`() async throws {
        let outcome = await run("explain", "peer", "10.0.0.254", "--node", "node-b", against: try cluster())
        #expect(outcome.status == .findings)
        #expect(outcome.output.contains("  Last error:    connection refused (ConnectionRefused, 5s ago)\n"))
        #expect(outcome.output.contains("    cause:       nothing listens\n"))
        #expect(outcome.output.contains("    fix:         start the router\n"))
        #expect(
            outcome.output.contains(
                """
                  - SessionNotEstablished: the session with main/tor-a is active: connection refused
                      at BGPNodeConfig/node-b
                      fix: start the router

                """
            )
        )
    }

    @Test func `why a session is down is said once, with the routes that wait for it`() async throws {
        var cluster = try cluster()
        let served = try service("Cluster")
        cluster.objects = cluster.objects.map { $0 is Service ? served : $0 }
        let outcome = await run("explain", "peer", "tor-a", "--node", "node-b", against: cluster)
        #expect(outcome.output.split(separator: "- SessionNotEstablished: ").count == 2)
        #expect(outcome.output.hasSuffix("  1 route is kept from the peer by SessionNotEstablished: 192.0.2.1/32\n"))
    }

    @Test func `a peer that no node has is an error`() async throws {
        let outcome = await run("explain", "peer", "nobody", against: try cluster())
        #expect(outcome.status == .failure)
        #expect(outcome.errors.hasPrefix("error: no node has a peer \"nobody\"\n"))
    }

    @Test(arguments: [["service", "web", "-n", "shop"], ["route", "192.0.2.1/32"]])
    func `watching prints a line for each verdict that changes`(subject: [String]) async throws {
        var cluster = try cluster()
        cluster.changing = "services"
        cluster.changes = [WatchEvent(type: .modified, object: try service("Cluster").manifest())]
        let outcome = await run(["explain"] + subject + ["-w"], against: cluster, closingAfter: 2)
        #expect(outcome.status == .brokenPipe)
        let line = try #require(outcome.output.split(separator: "\n").last)
        #expect(line.hasPrefix("2027-01-15T08:00:00Z  "))
        #expect(line.hasSuffix("verdict Withhold (NoLocalEndpoints) -> Announce"))
    }

    private static let expectedRoute = """
        Route 192.0.2.1/32
          Services:      shop/web 192.0.2.1 (LoadBalancerIP, policy Local)
          i InPool: LoadBalancerIPPool/public holds 192.0.2.1/32: given to Service/shop/web

        NODE     PEER    VERDICT    ANNOUNCED   SINCE   NEXT-HOP   ATTRIBUTES   SOURCE
        node-a   tor-a   Announce   yes         41s     -          origin=igp   shop/web
        node-b   tor-a   Withhold   no          -       -          -            -

        node-a to tor-a
          + Selected: selected by BGPAdvertisement/public entry 0
          + LocalEndpoints: 1 ready IPv4 endpoint on node-a
          = localPreference 150: set by BGPAdvertisement/public entry 0; not sent, since the peer is external
        node-b to tor-a
          + Selected: selected by BGPAdvertisement/public entry 0
          - NoLocalEndpoints: externalTrafficPolicy is Local and no IPv4 endpoint on node-b can serve \
        (there: none; in the cluster: 1 ready)
              at Service/shop/web, spec.externalTrafficPolicy
              fix: run a ready endpoint on node-b, or set spec.externalTrafficPolicy to Cluster

        """

    private static let expectedPeer = """
        Peer tor-a of node-a
          Instance:      main, AS 65001
          Address:       10.0.0.254
          AS:            65000
          Settings:      BGPPeerConfig/tor
          Session:       established
          ipv4/unicast: no session, 1 wanted, 1 announced
            carries BGPAdvertisements labelled advertise=bgp: public (1 route)
          Wire and decision agree.

        """

    private func cluster() throws -> FixedCluster {
        FixedCluster(
            objects: [
                try service("Local"),
                try JSON.decode(
                    EndpointSlice.self,
                    from: """
                        {"metadata": {"name": "web-1", "namespace": "shop",
                                      "labels": {"kubernetes.io/service-name": "web"}},
                         "addressType": "IPv4", "endpoints": [
                           {"addresses": ["10.244.1.7"], "nodeName": "node-a", "conditions": {"ready": true}}]}
                        """
                ),
                Node(metadata: ObjectMeta(name: "node-a")), Node(metadata: ObjectMeta(name: "node-b")),
                try nodeConfig("node-a"), try nodeConfig("node-b"),
                try JSON.decode(
                    BGPPeerConfig.self,
                    from: """
                        {"metadata": {"name": "tor"}, "spec": {"families": [
                          {"afi": "ipv4", "safi": "unicast", "advertisements": {"matchLabels": {"advertise": "bgp"}}}]}}
                        """
                ),
                try JSON.decode(
                    BGPAdvertisement.self,
                    from: """
                        {"metadata": {"name": "public", "labels": {"advertise": "bgp"}}, "spec": {"advertisements": [
                          {"advertisementType": "Service", "service": {"addresses": ["LoadBalancerIP"]},
                           "selector": {}, "attributes": {"localPreference": 150}}]}}
                        """
                ),
                LoadBalancerIPPool(
                    metadata: ObjectMeta(name: "public"),
                    spec: LoadBalancerIPPool.Spec(blocks: [.init(cidr: "192.0.2.0/24")])
                ),
                Pod.speaker("a"), Pod.speaker("b"),
            ],
            pods: [
                "speaker-a:9179/v1/peers": Self.peers("\"peeringState\": \"established\""),
                "speaker-a:9179/v1/routes/advertised": Self.routes(
                    """
                    {"instance": "main", "peer": "tor-a", "family": "ipv4/unicast", "prefix": "192.0.2.1/32",
                     "origin": "igp", "since": "2027-01-15T07:59:19Z"}
                    """
                ),
                "speaker-b:9179/v1/peers": Self.peers(
                    """
                    "peeringState": "active", "lastError": {"reason": "ConnectionRefused",
                     "message": "connection refused", "time": "2027-01-15T07:59:55Z", "cause": "nothing listens",
                     "fix": "start the router"}
                    """
                ),
                "speaker-b:9179/v1/routes/advertised": Self.routes(""),
            ]
        )
    }

    private func service(_ policy: String) throws -> Service {
        try JSON.decode(
            Service.self,
            from: """
                {"metadata": {"name": "web", "namespace": "shop"},
                 "spec": {"type": "LoadBalancer", "externalTrafficPolicy": "\(policy)", "ports": [{"port": 80}]},
                 "status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}}
                """
        )
    }

    private func nodeConfig(_ name: String) throws -> BGPNodeConfig {
        try JSON.decode(
            BGPNodeConfig.self,
            from: """
                {"metadata": {"name": "\(name)"}, "spec": {"bgpInstances": [{"name": "main", "localASN": 65001,
                  "routerID": "10.0.0.1", "peers": [{"name": "tor-a", "peerAddress": "10.0.0.254", "peerASN": 65000,
                  "peerConfigRef": {"name": "tor"}}]}]}}
                """
        )
    }

    private static func peers(_ fields: String) -> String {
        """
        {"apiVersion": "martlet.dev/v2", "kind": "NodePeers", "node": "", "peers": [
          {"instance": "main", "name": "tor-a", \(fields)}]}
        """
    }

    private static func routes(_ routes: String) -> String {
        """
        {"apiVersion": "martlet.dev/v2", "kind": "NodeRoutes", "node": "", "view": "advertised",
         "truncated": false, "routes": [\(routes)]}
        """
    }
}
