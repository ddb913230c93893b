import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import Planning
import SpeakerAPI
import Testing
import kubectl_bgp

struct RoutesTests {
    @Test func `each route says where it comes from, and a node that does not answer is named`() async {
        let outcome = await run("routes", against: Self.cluster)
        #expect(
            outcome.output == """
                NODE     INSTANCE   PEER    PREFIX          NEXT-HOP   ATTRIBUTES                               \
                                                                       SOURCE        AGE
                node-a   main       tor-a   10.244.1.0/24   10.0.0.1   origin=igp,as-path=65001                 \
                                                                       node/node-a   2d2h
                node-a   main       tor-a   192.0.2.1/32    10.0.0.1   origin=igp,as-path=65001_65001,med=10,com\
                munities=65000:1_65535:0,large-communities=65000:1:2   shop/web      41s

                """
        )
        #expect(
            outcome.errors == """
                warning: node-b does not answer: Error from server (ServiceUnavailable): \
                error trying to reach service: speaker-b:9200/v1/routes/advertised refused
                warning: node-c does not answer: no speaker's pod runs there in namespace martlet-system

                """
        )
        #expect(outcome.status == .failure)
    }

    @Test func `wide adds family, peer address, policy and kind`() async {
        let outcome = await run(
            "routes",
            "192.0.2.1",
            "--node=node-a",
            "-o",
            "wide",
            "--no-headers",
            against: Self.cluster
        )
        #expect(
            outcome
                == Outcome(
                    status: .success,
                    output: """
                        node-a   main   tor-a   192.0.2.1/32   10.0.0.1   origin=igp,as-path=65001_65001,med=10,\
                        communities=65000:1_65535:0,large-communities=65000:1:2   shop/web   41s   ipv4/unicast   \
                        10.0.0.254   public   LoadBalancerIP

                        """,
                    errors: ""
                )
        )
    }

    @Test func `a document names what did not answer`() async throws {
        let outcome = await run("routes", "received", "-o", "json", "--node", "node-a,node-c", against: Self.cluster)
        #expect(
            try JSON.decode(JSONValue.self, from: outcome.output) == [
                "apiVersion": "martlet.dev/v2", "kind": "RouteList", "view": "received",
                "items": [
                    [
                        "node": "node-a", "instance": "main", "peer": "tor-a", "family": "ipv4/unicast",
                        "prefix": "0.0.0.0/0", "nextHop": "10.0.0.254", "origin": "incomplete", "asPath": [65000],
                    ]
                ],
                "unanswered": [
                    [
                        "node": "node-c",
                        "reason": "no speaker's pod runs there in namespace martlet-system",
                    ]
                ],
            ]
        )
        #expect(outcome.status == .failure)
    }

    @Test(arguments: [
        (["10.244.0.0/16"], ["node-a/10.244.1.0/24"]),
        (["advertised", "10.244.1.7"], ["node-a/10.244.1.0/24"]),
        (["192.0.2.1/32", "--peer", "10.0.0.254"], ["node-a/192.0.2.1/32"]),
        (["--peer", "tor-z"], []),
        (["--instance", "other"], []),
        (["--family", "ipv6"], []),
        (["received"], ["node-a/0.0.0.0/0"]),
    ])
    func `words and flags choose routes`(words: [String], names: [String]) async {
        let outcome = await run(["routes", "-o", "name", "--node=node-a"] + words, against: Self.cluster)
        #expect(outcome.output == names.map { $0 + "\n" }.joined())
    }

    @Test(arguments: [
        (["-n", "shop"], ["node-a/192.0.2.1/32"]), (["--namespace=blog"], []),
        (["-A"], ["node-a/10.244.1.0/24", "node-a/192.0.2.1/32"]),
        (["--service", "shop/web"], ["node-a/192.0.2.1/32"]),
        (["-n", "shop", "--service", "svc/web"], ["node-a/192.0.2.1/32"]),
        (["-n", "blog", "-A"], ["node-a/10.244.1.0/24", "node-a/192.0.2.1/32"]),
    ])
    func `a namespace and a service narrow the answer to what services bring`(flags: [String], names: [String]) async {
        var cluster = Self.cluster
        cluster.objects.append(
            Service(metadata: ObjectMeta(name: "web", namespace: "shop"), spec: .init(type: "LoadBalancer"))
        )
        let outcome = await run(["routes", "-o", "name", "--node=node-a"] + flags, against: cluster)
        #expect(outcome.output == names.map { $0 + "\n" }.joined())
        #expect(outcome.status == .success)
    }

    @Test func `a service that does not exist is an error, and received routes are of none`() async {
        let absent = await run("routes", "--node=node-a", "--service", "shop/wbe", against: Self.cluster)
        #expect(
            absent
                == Outcome(
                    status: .failure,
                    output: "",
                    errors: "Error from server (NotFound): services \"wbe\" not found\n"
                )
        )
        let received = await run("routes", "received", "-n", "shop", against: Self.cluster)
        #expect(received.status == .usage)
        #expect(
            received.errors
                == "error: received routes come from routers, not from services: leave -n and --service away\n"
        )
    }

    @Test func `an empty list is not shown when no speaker answered`() async {
        var cluster = Self.cluster
        cluster.pods = [:]
        let outcome = await run("routes", against: cluster)
        #expect(outcome.status == .failure)
        #expect(outcome.errors.hasPrefix("No speaker answered\n"))
    }

    @Test func `a node that sent a part is named`() async {
        var cluster = Self.cluster
        cluster.pods["speaker-a:9179/v1/routes/available"] = """
            {"apiVersion": "martlet.dev/v2", "kind": "NodeRoutes", "node": "node-a", "view": "available",
             "truncated": true, "routes": []}
            """
        #expect(
            await run("routes", "available", "--node", "node-a", against: cluster)
                == Outcome(
                    status: .failure,
                    output: "",
                    errors: """
                        No resources found
                        warning: node-a has more routes than it sent; --instance and --family narrow the question

                        """
                )
        )
    }

    @Test func `routes that a speaker only counts are named, and are part of a document`() async throws {
        var cluster = Self.cluster
        cluster.pods["speaker-a:9179/v1/routes/received"] = Self.leaked
        let names = await run("routes", "received", "-o", "name", "--node=node-a", against: cluster)
        #expect(
            names
                == Outcome(
                    status: .failure,
                    output: "node-a/0.0.0.0/0\n",
                    errors: """
                        warning: node-a only counts 900000 of 1000000 ipv4/unicast routes of peer main/tor-a and \
                        7 of 9 ipv6/unicast routes of peer main/tor-b, so they are not listed

                        """
                )
        )
        let document = await run("routes", "received", "-o", "json", "--node=node-a", against: cluster)
        let counted = try JSON.decode(JSONValue.self, from: document.output)["notKept"]?.array
        #expect(
            counted?.first == [
                "node": "node-a", "instance": "main", "peer": "tor-a", "peerAddress": "10.0.0.254",
                "family": "ipv4/unicast", "received": 1_000_000, "notKept": 900_000,
            ]
        )
        #expect(counted?.count == 2)
    }

    @Test(
        arguments: [
            (["--peer", "10.0.0.254"], "900000 of 1000000 ipv4/unicast routes of peer main/tor-a,"),
            (["--peer", "tor-b"], "7 of 9 ipv6/unicast routes of peer main/tor-b,"), (["--peer", "tor-c"], nil),
        ] as [([String], String?)]
    )
    func `only what is asked for is said to be counted`(flags: [String], words: String?) async {
        var cluster = Self.cluster
        cluster.pods["speaker-a:9179/v1/routes/received"] = Self.leaked
        let outcome = await run(
            ["routes", "received", "-o", "name", "--node=node-a"] + flags,
            against: cluster
        )
        #expect(outcome.status == (words == nil ? .success : .failure))
        #expect(
            outcome.errors
                == (words.map { "warning: node-a only counts \($0) so they are not listed\n" } ?? "")
        )
    }

    @Test func `an answer of another version does not crash the plugin`() async {
        var cluster = Self.cluster
        cluster.pods["speaker-a:9179/v1/routes/available"] = #"{"node": "node-a", "routes": 7}"#
        let outcome = await run("routes", "available", "--node", "node-a", against: cluster)
        #expect(outcome.status == .failure)
        #expect(
            outcome.errors.hasPrefix(
                "No speaker answered\nwarning: node-a does not answer: pod martlet-system/speaker-a answers in "
            )
        )
    }

    @Test(arguments: [
        (["anything"], "'anything' is neither"), (["10.0.0.1/8"], "'10.0.0.1/8' is neither"),
        (["received", "10.0.0.0/8", "x"], "unexpected argument 'x'"),
    ])
    func `other words are refused`(words: [String], message: String) async {
        let outcome = await run(["routes"] + words, against: Self.cluster)
        #expect(outcome.status == .usage)
        #expect(outcome.errors.hasPrefix("error: \(message)"))
    }

    private static let cluster = FixedCluster(
        objects: [
            Pod.speaker("a"), Pod.speaker("b", port: 9200),
            nodeConfig("node-a"), nodeConfig("node-b"), nodeConfig("node-c"),
        ],
        pods: [
            "speaker-a:9179/v1/routes/advertised": """
            {"apiVersion": "martlet.dev/v2", "kind": "NodeRoutes", "node": "node-a", "view": "advertised",
             "truncated": false, "routes": [
             {"instance": "main", "peer": "tor-a", "peerAddress": "10.0.0.254", "family": "ipv4/unicast",
              "prefix": "192.0.2.1/32", "nextHop": "10.0.0.1", "origin": "igp", "asPath": [65001, 65001], "med": 10,
              "communities": ["65000:1", "65535:0"], "largeCommunities": ["65000:1:2"],
              "since": "2027-01-15T07:59:19Z",
              "sources": [{"advertisement": "public", "type": "Service", "object": "shop/web",
                           "address": "LoadBalancerIP"}]},
             {"instance": "main", "peer": "tor-a", "peerAddress": "10.0.0.254", "family": "ipv4/unicast",
              "prefix": "10.244.1.0/24", "nextHop": "10.0.0.1", "origin": "igp", "asPath": [65001],
              "since": "2027-01-13T05:30:00Z",
              "sources": [{"advertisement": "pods", "type": "PodCIDR", "object": "node-a"}]}]}
            """,
            "speaker-a:9179/v1/routes/advertised?instance=other": empty,
            "speaker-a:9179/v1/routes/advertised?family=ipv6/unicast": empty,
            "speaker-a:9179/v1/routes/received": """
            {"apiVersion": "martlet.dev/v2", "kind": "NodeRoutes", "node": "node-a", "view": "received",
             "truncated": false, "routes": [
             {"instance": "main", "peer": "tor-a", "family": "ipv4/unicast", "prefix": "0.0.0.0/0",
              "nextHop": "10.0.0.254", "origin": "incomplete", "asPath": [65000]}]}
            """,
        ]
    )

    /// A router has leaked a full table.
    private static let leaked = """
        {"apiVersion": "martlet.dev/v2", "kind": "NodeRoutes", "node": "node-a", "view": "received",
         "truncated": false, "notKept": [
         {"instance": "main", "peer": "tor-a", "peerAddress": "10.0.0.254", "family": "ipv4/unicast",
          "received": 1000000, "notKept": 900000},
         {"instance": "main", "peer": "tor-b", "family": "ipv6/unicast", "received": 9, "notKept": 7}], "routes": [
         {"instance": "main", "peer": "tor-a", "peerAddress": "10.0.0.254", "family": "ipv4/unicast",
          "prefix": "0.0.0.0/0", "nextHop": "10.0.0.254", "origin": "incomplete", "asPath": [65000]}]}
        """

    private static let empty = """
        {"apiVersion": "martlet.dev/v2", "kind": "NodeRoutes", "node": "node-a", "view": "advertised",
         "truncated": false, "routes": []}
        """

    private static func nodeConfig(_ name: String) -> BGPNodeConfig {
        BGPNodeConfig(metadata: ObjectMeta(name: name), spec: .init(bgpInstances: []))
    }
}
