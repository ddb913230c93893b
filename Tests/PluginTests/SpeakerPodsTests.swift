import BGPResources
import KubeModel
import Testing
import kubectl_bgp

/// Pods that pose as speakers, and speakers that are in doubt.
struct SpeakerPodsTests {
    @Test func `a pod in another namespace is not asked, whatever its label, account and network`() async {
        let evil = Pod.speaker("a", named: "speaker-z", in: "evil", since: present)
        let outcome = await run("routes", "-o", "name", against: Self.cluster([.speaker("a"), evil]))
        #expect(outcome == Outcome(status: .success, output: "node-a/192.0.2.1/32\n", errors: ""))
    }

    @Test(arguments: [
        (Pod.speaker("a", named: "speaker-z", account: "web"), "service account web"),
        (Pod.speaker("a", named: "speaker-z", account: nil), "service account default"),
        (Pod.speaker("a", named: "speaker-z", hostNetwork: false), "not on the host's network"),
        (Pod.speaker("a", named: "speaker-z", hostNetwork: nil), "not on the host's network"),
    ])
    func `a pod that has the label and no more is named and not asked`(pod: Pod, reason: String) async {
        let outcome = await run("routes", "-o", "name", against: Self.cluster([.speaker("a"), pod]))
        #expect(outcome.output == "node-a/192.0.2.1/32\n")
        #expect(
            outcome.errors == """
                warning: not asked, since they have the label of speakers and no more: martlet-system/speaker-z \
                (\(reason))

                """
        )
        let alone = await run("routes", "-o", "name", against: Self.cluster([pod]))
        #expect(alone.status == .failure)
        #expect(alone.output == "")
        #expect(
            alone.errors.hasSuffix(
                "warning: node-a does not answer: no speaker's pod runs there in namespace martlet-system\n"
            )
        )
    }

    @Test func `the older of two speakers on a node is asked, with a warning`() async {
        let newer = Pod.speaker("a", named: "speaker-z", since: .ago(10))
        let older = Pod.speaker("a", since: .ago(1000))
        for pods in [[newer, older], [older, newer]] {
            let outcome = await run("routes", "-o", "name", against: Self.cluster(pods))
            #expect(
                outcome
                    == Outcome(
                        status: .success,
                        output: "node-a/192.0.2.1/32\n",
                        errors: """
                            warning: node-a has 2 speakers; martlet-system/speaker-a is asked, not \
                            martlet-system/speaker-z

                            """
                    )
            )
        }
    }

    @Test func `the ready one of two speakers on a node is asked, with a warning`() async {
        let pods = [
            Pod.speaker("a", named: "speaker-z", isReady: false, since: .ago(1000)),
            Pod.speaker("a", since: .ago(10)),
        ]
        let outcome = await run("routes", "-o", "name", against: Self.cluster(pods))
        #expect(outcome.output == "node-a/192.0.2.1/32\n")
        #expect(outcome.errors.hasPrefix("warning: node-a has 2 speakers; martlet-system/speaker-a is asked"))
    }

    @Test func `a pod that goes leaves no doubt`() async {
        let pods = [
            Pod.speaker("a", named: "speaker-z", since: .ago(1000), terminating: present),
            Pod.speaker("a", since: .ago(10)),
        ]
        let outcome = await run("routes", "-o", "name", against: Self.cluster(pods))
        #expect(outcome == Outcome(status: .success, output: "node-a/192.0.2.1/32\n", errors: ""))
    }

    @Test func `an answer that names another node is refused`() async {
        var cluster = Self.cluster([.speaker("a")])
        cluster.pods["speaker-a:9179/v1/routes/advertised"] = Self.routes("node-b", "203.0.113.66/32")
        cluster.pods["speaker-a:9179/v1/peers"] = #"{"node": "node-b", "peers": []}"#
        let outcome = await run("routes", "-o", "name", against: cluster)
        #expect(
            outcome
                == Outcome(
                    status: .failure,
                    output: "",
                    errors: """
                        warning: node-a does not answer: pod martlet-system/speaker-a answers for "node-b", \
                        which is refused

                        """
                )
        )
        let explained = await run("explain", "route", "203.0.113.66/32", against: cluster)
        #expect(explained.errors.contains("pod martlet-system/speaker-a answers for \"node-b\", which is refused"))
        #expect(!explained.output.contains("announced yes"))
    }

    @Test func `another namespace is looked into on demand`() async {
        var cluster = Self.cluster([.speaker("a", in: "bgp"), .speaker("a", named: "speaker-z")])
        cluster.questions = Patches()
        let outcome = await run("routes", "-o", "name", "--speaker-namespace", "bgp", against: cluster)
        #expect(outcome == Outcome(status: .success, output: "node-a/192.0.2.1/32\n", errors: ""))
        #expect(
            cluster.questions?.all.first?.hasPrefix("/api/v1/namespaces/bgp/serviceaccounts/bgp-viewer/token ") == true
        )
    }

    @Test func `one token is made for all speakers, for them alone and for ten minutes`() async {
        var cluster = Self.cluster([.speaker("a"), .speaker("b")])
        cluster.questions = Patches()
        _ = await run("explain", "route", "192.0.2.1", against: cluster)
        let asked = cluster.questions?.all ?? []
        #expect(
            asked.filter { $0.contains("/token") } == [
                """
                /api/v1/namespaces/martlet-system/serviceaccounts/bgp-viewer/token {"apiVersion":\
                "authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["martlet.dev"],\
                "expirationSeconds":600}}
                """
            ]
        )
        #expect(asked.count { $0.contains("/pods/https:speaker-a:9179/proxy/") } == 2)
    }

    @Test func `a speaker that serves plainly is shown no token, and none is made`() async {
        var cluster = Self.cluster([.speaker("a", args: ["--admin-address=0.0.0.0:9179", "--admin-plain"])])
        cluster.plainPods = ["speaker-a"]
        cluster.questions = Patches()
        let outcome = await run("routes", "-o", "name", against: cluster)
        #expect(outcome == Outcome(status: .success, output: "node-a/192.0.2.1/32\n", errors: ""))
        #expect(
            cluster.questions?.all == [
                "/api/v1/namespaces/martlet-system/pods/speaker-a:9179/proxy/v1/routes/advertised "
            ]
        )
    }

    @Test func `without the right to a token one line says which role gives it`() async {
        var cluster = Self.cluster([.speaker("a"), .speaker("b")])
        cluster.forbidden = ["/api/v1/namespaces/martlet-system/serviceaccounts/bgp-viewer/token"]
        let outcome = await run("routes", "-o", "name", against: cluster)
        #expect(outcome.status == .failure)
        #expect(
            outcome.errors == """
                warning: you may not create a token of serviceaccount martlet-system/bgp-viewer, which speakers want to \
                see: the Role bgp-routes-reader in namespace martlet-system gives that right
                warning: node-a does not answer: there is no token to ask pod martlet-system/speaker-a with
                warning: node-b does not answer: there is no token to ask pod martlet-system/speaker-b with

                """
        )
    }

    private static func cluster(_ pods: [Pod]) -> FixedCluster {
        FixedCluster(
            objects: pods + [BGPNodeConfig(metadata: ObjectMeta(name: "node-a"), spec: .init(bgpInstances: []))],
            pods: [
                "speaker-a:9179/v1/routes/advertised": routes("", "192.0.2.1/32"),
                "speaker-b:9179/v1/routes/advertised": routes("", "192.0.2.2/32"),
                "speaker-z:9179/v1/routes/advertised": routes("node-a", "203.0.113.66/32"),
                "speaker-a:9179/v1/peers":
                    #"{"apiVersion": "martlet.dev/v2", "kind": "NodePeers", "node": "", "peers": []}"#,
            ]
        )
    }

    private static func routes(_ node: String, _ prefix: String) -> String {
        """
        {"apiVersion": "martlet.dev/v2", "kind": "NodeRoutes", "node": "\(node)", "view": "advertised",
         "truncated": false, "routes": [
         {"instance": "main", "peer": "tor-a", "peerAddress": "10.0.0.254", "family": "ipv4/unicast",
          "prefix": "\(prefix)", "nextHop": "10.0.0.1", "origin": "igp", "asPath": [65001],
          "sources": []}]}
        """
    }
}
