import BGPResources
import BGPTypes
import Inspection
import KubeJSON
import KubeModel
import Planning
import TestSupport
import Testing
import kubectl_bgp

struct ExplainServiceTests {
    @Test func `every node, address and peer has its verdict, and every node its reasons`() async throws {
        let outcome = await run("explain", "service", "web", "-n", "shop", against: try cluster())
        #expect(outcome.output == Self.expectedText)
        #expect(outcome.errors.isEmpty)
        #expect(outcome.status == .success)
    }

    @Test func `a document is the explanation itself`() async throws {
        let outcome = await run("explain", "svc", "shop/web", "-o", "json", "--node", "node-b", against: try cluster())
        let explanation = try JSON.decode(ServiceExplanation.self, from: outcome.output)
        #expect(explanation.kind == "ServiceExplanation")
        #expect(explanation.nodes.map(\.name) == ["node-b"])
        #expect(explanation.nodes.first?.addresses.first?.underCluster == .announce)
        #expect(explanation.nodes.first?.addresses.first?.underLocal == .withhold)
    }

    @Test func `several services are a list`() async throws {
        let outcome = await run("explain", "svc", "shop/web", "service/shop/idle", "-o", "json", against: try cluster())
        let document = try JSON.decode(JSONValue.self, from: outcome.output)
        #expect(document["kind"] == "ServiceExplanationList")
        #expect(document["items"]?.array?.map { $0["service"]?["name"] } == ["web", "idle"])
    }

    @Test func `a session that is down keeps a wanted route off the wire, which is a finding`() async throws {
        var cluster = try cluster()
        cluster.pods["speaker-a:9179/v1/peers"] = Self.peers(state: "active")
        cluster.pods["speaker-a:9179/v1/routes/advertised"] = Self.routes(prefix: nil)
        let outcome = await run("explain", "svc", "shop/web", "--node=node-a", against: cluster)
        #expect(outcome.status == .findings)
        #expect(outcome.output.contains("  - SessionNotEstablished (192.0.2.1 to tor-a): "))
    }

    @Test func `a route that is wanted and not sent is a finding`() async throws {
        var cluster = try cluster()
        cluster.pods["speaker-a:9179/v1/routes/advertised"] = Self.routes(prefix: nil)
        let outcome = await run("explain", "svc", "shop/web", "--node=node-a", against: cluster)
        #expect(outcome.status == .findings)
        #expect(outcome.output.contains("  - AnnouncementPending (192.0.2.1 to tor-a): "))
    }

    @Test func `what a silent speaker has announced is unknown, and the answer incomplete`() async throws {
        var cluster = try cluster()
        cluster.pods["speaker-a:9179/v1/routes/advertised"] = nil
        let outcome = await run("explain", "svc", "shop/web", "--node=node-a", against: cluster)
        #expect(outcome.status == .failure)
        #expect(outcome.output.contains("   yes        yes        unknown\n"))
        #expect(outcome.output.contains("  ? Unknown: what is on the wire (Error from server (ServiceUnavailable): "))
        #expect(outcome.errors.hasPrefix("warning: node-a does not answer: Error from server (ServiceUnav"))
    }

    @Test func `an address that is selected and that no node may announce is a finding`() async throws {
        let outcome = await run("explain", "svc", "shop/idle", against: try cluster())
        #expect(outcome.status == .findings)
        #expect(outcome.output.contains("  - NoLocalEndpoints (192.0.2.9): "))
    }

    /// Why no node announces the address of `web`, each brought about by one edit.
    @Test(arguments: [
        (
            "a label that no PeerConfig asks for", "\"labels\":{\"advertise\":\"bgp\"}",
            "\"labels\":{\"advertise\":\"bpg\"}"
        ),
        ("a label that the Service lacks", "\"public\":\"true\"}}", "\"public\":\"yes\"}}"),
        ("a list that leaves the kind out", "[\"LoadBalancerIP\"]", "[\"ExternalIP\"]"),
    ])
    func `a load balancer address that no node announces is a finding`(why: String, old: String, new: String)
        async throws
    {
        var cluster = try cluster()
        let text = String(decoding: try JSON.encode(try advertisement), as: UTF8.self)
        #expect(text.contains(old))
        let changed = try JSON.decode(BGPAdvertisement.self, from: text.replacing(old, with: new))
        cluster.objects = cluster.objects.map { $0 is BGPAdvertisement ? changed : $0 }
        cluster.pods["speaker-a:9179/v1/routes/advertised"] = Self.routes(prefix: nil)
        #expect(await run("explain", "svc", "shop/web", against: cluster).status == .findings)
    }

    @Test func `an unannounced load balancer address is a finding even without any configuration`() async throws {
        var cluster = try cluster()
        cluster.objects = cluster.objects.filter { !($0 is BGPNodeConfig) && !($0 is Pod) }
        let outcome = await run("explain", "svc", "shop/web", against: cluster)
        #expect(outcome.status == .findings)
        #expect(outcome.output.contains("- NoClusterConfig: there is no BGPClusterConfig\n"))
        #expect(!outcome.output.contains("so that a nodeSelector matches it"))
    }

    @Test func `a Service that opts out by a label is not a finding, and says so`() async throws {
        var cluster = try cluster()
        let excluding = BGPAdvertisement(
            metadata: ObjectMeta(name: "public", labels: ["advertise": "bgp"]),
            spec: .init(advertisements: [
                .init(
                    advertisementType: .service,
                    service: .init(addresses: [.loadBalancerIP]),
                    selector: LabelSelector(
                        matchExpressions: [.init(key: "public", operator: .notIn, values: ["true", "maybe"])]
                    )
                )
            ])
        )
        cluster.objects = cluster.objects.map { $0 is BGPAdvertisement ? excluding : $0 }
        cluster.pods["speaker-a:9179/v1/routes/advertised"] = Self.routes(prefix: nil)
        let outcome = await run("explain", "svc", "shop/web", against: cluster)
        #expect(outcome.status == .success)
        #expect(
            outcome.output.contains(
                "  i OptedOut: Service/shop/web is labelled public=true, which the selector of BGPAdvertisement/public entry 0 "
                    + "leaves out\n"
            )
        )
    }

    @Test(
        arguments: [("metallb.io/lb", .success), ("martlet.dev/bpg", .findings)] as [(String, kubectl_bgp.ExitStatus)]
    )
    func `the class of another implementation opts out, a slip of ours does not`(
        name: String,
        status: kubectl_bgp.ExitStatus
    ) async throws {
        var cluster = try cluster()
        cluster.objects = cluster.objects.map { object in
            guard var service = object as? Service else { return object }
            service.spec.loadBalancerClass = name
            return service
        }
        cluster.pods["speaker-a:9179/v1/routes/advertised"] = Self.routes(prefix: nil)
        #expect(await run("explain", "svc", "shop/web", against: cluster).status == status)
    }

    @Test(arguments: [
        ("no pool has IPv6 addresses", "  - NoPool: no pool has IPv6 addresses\n"),
        (
            nil,
            "  - FamilyWithoutAddress: Service/shop/web asks for IPv6 too and has no load balancer address of it\n"
        ),
    ])
    func `half of dual stack that is missing is a finding, in the words of allocation where it says so`(
        condition: String?,
        words: String
    ) async throws {
        var cluster = try cluster()
        cluster.objects = cluster.objects.map { object in
            guard var service = object as? Service, service.metadata.name == "web" else { return object }
            service.spec.ipFamilies = ["IPv4", "IPv6"]
            service.spec.ipFamilyPolicy = "RequireDualStack"
            service.status?.conditions = condition.map {
                [Condition(type: "martlet.dev/IPAMRequestSatisfied", status: .false, reason: "NoPool", message: $0)]
            }
            return service
        }
        let outcome = await run("explain", "svc", "shop/web", against: cluster)
        #expect(outcome.status == .findings)
        #expect(outcome.output.contains(words), "\(outcome.output)")
    }

    @Test(arguments: [
        ["explain", "svc", "shop/web", "--node", "node-q"], ["explain", "route", "192.0.2.1", "--node=node-q"],
        ["explain", "peer", "tor-a", "--node", "node-q"], ["peers", "--node", "node-q"], ["routes", "--node=node-q"],
        ["explain", "node", "node-q"],
    ])
    func `a node that does not exist is an error, as kubectl has it`(words: [String]) async throws {
        #expect(
            await run(words, against: try cluster())
                == Outcome(
                    status: .failure,
                    output: "",
                    errors: "Error from server (NotFound): nodes \"node-q\" not found\n"
                )
        )
    }

    @Test(arguments: [["peers"], ["routes"]])
    func `a peer that no node has is an error, and the others are shown`(command: [String]) async throws {
        let missing = "error: no node has a peer \"tor-q\"\n\"kubectl bgp peers\" lists them.\n"
        #expect(
            await run(command + ["--peer", "tor-q"], against: try cluster())
                == Outcome(status: .failure, output: "", errors: missing)
        )
        let both = await run(
            command + ["--peer", "tor-q,tor-a", "--node", "node-a,node-q", "-o", "name"],
            against: try cluster()
        )
        #expect(both.status == .failure)
        #expect(both.output == (command == ["peers"] ? "node-a/main/tor-a\n" : "node-a/192.0.2.1/32\n"))
        #expect(both.errors == "Error from server (NotFound): nodes \"node-q\" not found\n" + missing)
    }

    @Test func `another policy can be asked about`() async throws {
        let outcome = await run(
            "explain",
            "svc",
            "shop/web",
            "--as-policy",
            "Cluster",
            "--node",
            "node-b",
            against: try cluster()
        )
        #expect(outcome.output.contains("  Judged as:  Cluster (column AS-CLUSTER and the reasons below)\n"))
        #expect(outcome.output.contains("NODE     ADDRESS     NOW        AS-CLUSTER   READY   PEER "))
        #expect(outcome.output.contains("node-b   192.0.2.1   Withhold   Announce     0/1     tor-a"))
        #expect(outcome.output.contains("+ UsableEndpoints: endpoints that can serve IPv4: 1 ready"))
        #expect(outcome.status == .success)
    }

    @Test func `a reader who may not list all services learns what is missing`() async throws {
        var cluster = try cluster()
        cluster.forbidden = ["/api/v1/services"]
        let outcome = await run("explain", "svc", "shop/web", against: cluster)
        #expect(outcome.output == Self.expectedText)
        #expect(
            outcome.errors == """
                warning: services of other namespaces, which may share an address or have it first, are not considered: \
                /api/v1/services is forbidden: User "jane" cannot list it

                """
        )
    }

    @Test func `a reader who may not list all services gets the speakers' word on another namespace's address`()
        async throws
    {
        var cluster = try cluster()
        cluster.forbidden = ["/api/v1/services"]
        let reason = Reason.address(
            .addressNotOwned(
                service: ObjectKey(namespace: "shop", name: "web"),
                ServiceAddress(kind: .loadBalancerIP, address: try #require(IPAddress("192.0.2.1"))),
                .service(ObjectKey(namespace: "bank", name: "web"))
            )
        )
        for index in cluster.objects.indices {
            guard var config = cluster.objects[index] as? BGPNodeConfig else { continue }
            let condition = Condition(
                type: "AddressesWithheld",
                status: .true,
                message: "\(reason.message); and 2 more"
            )
            config.status = config.status ?? BGPNodeConfig.Status()
            config.status?.conditions.append(condition)
            cluster.objects[index] = config
        }
        let outcome = await run("explain", "svc", "shop/web", against: cluster)
        #expect(outcome.status == .findings)
        #expect(outcome.output.contains("AddressNotOwned"))
        #expect(outcome.output.contains("192.0.2.1 belongs to a Service of another namespace"))
    }

    @Test(
        arguments: [
            ("nope", "Error from server (NotFound): services \"nope\" not found\n", .failure),
            ("a/b/c", "error: 'a/b/c' is no service; write NAME or NAMESPACE/NAME\n", .usage),
            ("/", "error: '/' is no service; write NAME or NAMESPACE/NAME\n", .usage),
            ("", "error: '' is no service; write NAME or NAMESPACE/NAME\n", .usage),
        ] as [(String, String, kubectl_bgp.ExitStatus)]
    )
    func `a service that is none is refused`(name: String, errors: String, status: kubectl_bgp.ExitStatus) async throws
    {
        #expect(
            await run("explain", "service", name, against: try cluster())
                == Outcome(status: status, output: "", errors: errors)
        )
    }

    @Test func `a service of another namespace is pointed at`() async throws {
        #expect(
            await run("explain", "svc/web", against: try cluster())
                == Outcome(
                    status: .failure,
                    output: "",
                    errors: """
                        Error from server (NotFound): services "web" not found
                        Namespace default has none, shop has: -n shop

                        """
                )
        )
        let everywhere = await run("explain", "svc/web", "-A", "-o", "name", against: try cluster())
        #expect(everywhere == Outcome(status: .success, output: "service/web\n", errors: ""))
    }

    @Test func `existing services of a list are explained, and missing ones reported`() async throws {
        let outcome = await run("explain", "svc", "shop/nope", "shop/web", "-o", "name", against: try cluster())
        let missing = "Error from server (NotFound): services \"nope\" not found\n"
        #expect(outcome == Outcome(status: .failure, output: "service/web\n", errors: missing))
    }

    private static let expectedText = """
        Service shop/web
          Type:       LoadBalancer
          Policies:   externalTrafficPolicy Local, internalTrafficPolicy Cluster
          Addresses:  192.0.2.1 (LoadBalancerIP, from status.loadBalancer.ingress, policy Local)
                      10.96.0.7 (ClusterIP, from spec.clusterIPs, policy Cluster)

        NODE     ADDRESS     NOW        IF-CLUSTER   IF-LOCAL   READY   PEER    SELECTED   ELIGIBLE   \
        ANNOUNCED
        node-a   192.0.2.1   Announce   Announce     Announce   1/1     tor-a   yes        yes        yes
        node-a   10.96.0.7   Withhold   Withhold     Withhold   1/1     tor-a   no         yes        no
        node-b   192.0.2.1   Withhold   Announce     Withhold   0/1     tor-a   yes        no         no
        node-b   10.96.0.7   Withhold   Withhold     Withhold   0/1     tor-a   no         yes        no
        node-c   192.0.2.1   Withhold   Announce     Withhold   0/1     tor-a   yes        no         no
        node-c   10.96.0.7   Withhold   Withhold     Withhold   0/1     tor-a   no         yes        no
        node-x   192.0.2.1   Withhold   Withhold     Withhold   0/1     -       no         -          -
        node-x   10.96.0.7   Withhold   Withhold     Withhold   0/1     -       no         -          -
        node-y   192.0.2.1   Withhold   Withhold     Withhold   0/1     -       no         -          -
        node-y   10.96.0.7   Withhold   Withhold     Withhold   0/1     -       no         -          -

        node-a
          + Selected (192.0.2.1): selected by BGPAdvertisement/public entry 0
          + LocalEndpoints (192.0.2.1): 1 ready IPv4 endpoint on node-a
          - AddressKindNotListed (10.96.0.7): BGPAdvertisement/public entry 0 does not list ClusterIP
              at BGPAdvertisement/public, spec.advertisements[0].service.addresses
              fix: add ClusterIP to service.addresses
          + UsableEndpoints (10.96.0.7): endpoints that can serve IPv4: 1 ready
        node-b (likewise node-c)
          + Selected (192.0.2.1): selected by BGPAdvertisement/public entry 0
          - NoLocalEndpoints (192.0.2.1): externalTrafficPolicy is Local and no IPv4 endpoint on \
        node-b can serve (there: none; in the cluster: 1 ready)
              at Service/shop/web, spec.externalTrafficPolicy
              fix: run a ready endpoint on node-b, or set spec.externalTrafficPolicy to Cluster
          - AddressKindNotListed (10.96.0.7): BGPAdvertisement/public entry 0 does not list ClusterIP
              at BGPAdvertisement/public, spec.advertisements[0].service.addresses
              fix: add ClusterIP to service.addresses
          + UsableEndpoints (10.96.0.7): endpoints that can serve IPv4: 1 ready
        node-x (likewise node-y)
          - NoClusterConfig: there is no BGPClusterConfig
              fix: create a BGPClusterConfig; config/samples has one to begin with

        """
}
