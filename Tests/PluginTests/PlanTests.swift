import FoundationEssentials
import KubeJSON
import KubeModel
import Planning
import TestSupport
import Testing
import kubectl_bgp

/// Runs `plan` and `lint` over manifests in files.
struct PlanTests {
    @Test func `a plan without comparison says sessions, routes and addresses, and needs no cluster`() async throws {
        let files = try TemporaryDirectory("plan")
        let path = try files.write(TwoNodeManifests().text, to: "rack.yaml")
        #expect(
            await run("plan", "-f", path)
                == Outcome(
                    status: .success,
                    output: """
                        NODE   INSTANCE   AS      ROUTER-ID   PEER   ADDRESS      PEER-AS   ROUTES   WHY
                        n1     i          65001   10.0.0.1    tor    10.0.0.254   65000     2        -
                        n2     i          65001   10.0.0.2    tor    10.0.0.254   65000     2        -

                        NODE   INSTANCE   PEER   PREFIX          ATTRIBUTES   SOURCE
                        n1     i          tor    10.244.1.0/24   origin=igp   node/n1
                        n1     i          tor    192.0.2.1/32    origin=igp   shop/web
                        n2     i          tor    10.244.2.0/24   origin=igp   node/n2
                        n2     i          tor    192.0.2.1/32    origin=igp   shop/web

                        SERVICE    ADDRESSES   WHY
                        shop/web   192.0.2.1   -

                        """,
                    errors: ""
                )
        )
    }

    @Test func `nothing changes when the manifests are the same`() async throws {
        let files = try TemporaryDirectory("plan")
        let path = try files.write(TwoNodeManifests().text, to: "rack.yaml")
        #expect(
            await run("plan", "-f", path, "--against", path)
                == Outcome(status: .success, output: "", errors: "No changes\n")
        )
    }

    /// Kubernetes 1.31 and 1.32 have them as v1beta1.
    @Test(arguments: ["v1", "v1beta1"])
    func `networks of cluster IPs are read in both versions`(version: String) async throws {
        let files = try TemporaryDirectory("plan")
        let network = """
            ---
            apiVersion: networking.k8s.io/\(version)
            kind: ServiceCIDR
            metadata: {name: kubernetes}
            spec: {cidrs: [192.0.2.128/25]}

            """
        let path = try files.write(TwoNodeManifests().text + network, to: "rack.yaml")
        let outcome = await run("lint", "-f", path, "-o", "json")
        let document = try JSON.decode(JSONValue.self, from: Data(outcome.output.utf8))
        #expect(
            (document["items"]?.array ?? []).map(Self.text) == [
                "PoolConflict rack.yaml:44 192.0.2.0-192.0.2.255 overlaps 192.0.2.128-192.0.2.255 of "
                    + "ServiceCIDR/kubernetes, so this pool hands out no address; take other addresses",
                "PoolConflict rack.yaml:46 no LoadBalancerIPPool can give this service an IPv4 address: LoadBalancerIPPool/pool is in conflict "
                    + "and hands out nothing: 192.0.2.0-192.0.2.255 overlaps 192.0.2.128-192.0.2.255 of "
                    + "ServiceCIDR/kubernetes",
            ]
        )
    }

    @Test(arguments: [
        (
            "holdTimeSeconds: 90", "holdTimeSeconds: 60", "Reset",
            "SessionReset rack.yaml:29 resets all 2 sessions at once: n1 with tor and n2 with tor"
        ),
        (
            "localASN: 65001", "localASN: 65002", "Recreate",
            "SessionRecreate rack.yaml:21 ends and replaces all 2 sessions at once: n1 with tor and n2 with tor"
        ),
        (
            "operator: Exists", "operator: In, values: [b]", "Removed",
            "NodesDeselected rack.yaml:17 1 node stops announcing anything: n1"
        ),
        (
            "matchExpressions: [{key: rack, operator: Exists}]", "matchLabels: {rack: none}", "Removed",
            "NodesDeselected rack.yaml:17 all nodes stop announcing anything: n1 and n2"
        ),
        (
            "expose: bgp}}}", "expose: none}}}", "UpdateOnly",
            "PrefixWithdrawn rack.yaml:46 no node announces 192.0.2.1/32 any more"
        ),
    ])
    func `the effect of a change on the session is shown before it happens`(
        old: String,
        new: String,
        effect: String,
        finding: String
    ) async throws {
        let files = try TemporaryDirectory("plan")
        let before = try files.write(TwoNodeManifests().text, to: "old.yaml")
        let after = try files.write(try TwoNodeManifests().text(replacing: old, with: new), to: "rack.yaml")
        let outcome = await run("plan", "-f", after, "--against", before, "-o", "json")
        #expect(outcome.status == .findings)
        let plan = try JSON.decode(JSONValue.self, from: Data(outcome.output.utf8))
        let peer = plan["nodes"]?[0]?["instances"]?[0]?["peers"]?[0]
        #expect(peer?["sessionEffect"] == .string(effect))
        let findings = (plan["diagnostics"]?.array ?? []).map(Self.text)
        #expect(findings.contains(finding), "\(findings)")
    }

    /// Each manifest is wrong or dangerous; the diagnostic is what a person needs, at the line that is to be changed.
    @Test(arguments: [
        (
            "operator: Exists", "operator: In",
            "InvalidSpec rack.yaml:18 values must be set with operators In and NotIn, and with no other"
        ),
        (
            ", advertisements: {matchLabels: {a: b}}", "",
            "FamilySelectsNothing rack.yaml:31 BGPPeerConfig/tor has no advertisements selector for ipv4/unicast, "
                + "and an absent selector selects nothing"
        ),
        (
            "labels: {a: b}}", "labels: {a: c}}",
            "NoMatchingPeerConfig rack.yaml:35 no BGPPeerConfig selects these labels, so no peer is told"
        ),
        (
            ", selector: {matchLabels: {expose: bgp}}", "",
            "SelectsNothing rack.yaml:39 BGPAdvertisement/adv entry 1 has no selector, "
                + "and an absent selector selects nothing"
        ),
        (
            "peerConfigRef: {name: tor}", "peerConfigRef: {name: top}",
            "MissingPeerConfigs rack.yaml:23 no BGPPeerConfig named top, so the peer tor stays down"
        ),
        (
            "matchExpressions: [{key: rack, operator: Exists}]", "matchLabels: {rack: none}",
            "NoMatchingNode rack.yaml:17 no node matches the nodeSelector rack=none"
        ),
        (
            "192.0.2.0/24", "10.0.0.0/24",
            "AddressesSpared rack.yaml:44 not handed out: 10.0.0.1 of Node/n1, 10.0.0.2 of Node/n2; "
                + "take these out with excluded"
        ),
        (
            "holdTimeSeconds: 90", "holdTimeSeconds: ninety",
            "InvalidField rack.yaml:29 expected an integer, found \"ninety\""
        ),
        (
            "holdTimeSeconds: 90", "holdTime: 90",
            "UnknownField rack.yaml:29 unknown field, did you mean holdTimeSeconds?"
        ),
        (
            "spec:\n  timers:", "spec:\n  authSecretRef: md5\n  timers:",
            "MissingObjects - no Secret is among the manifests: the passwords that they name are taken to exist"
        ),
        (
            "expose: bgp}}}", "expose: none}}}",
            "NoMatchingService rack.yaml:39 no Service matches expose=none"
        ),
        (
            "kind: LoadBalancerIPPool", "kind: BGPClusterConfig",
            "InvalidField rack.yaml:44 missing required field"
        ),
        (
            "address: 10.0.0.2}", "address: 10.0.0.1}",
            "DuplicateRouterID rack.yaml:11 router id 10.0.0.1 is used by more than one node: n1 and n2"
        ),
        (
            "localASN: 65001", "localASN: 0",
            "InvalidSpec rack.yaml:21 expected an AS number of 1 to 4294967295, found 0"
        ),
    ])
    func `a wrong or dangerous manifest is named by file and line`(
        old: String,
        new: String,
        finding: String
    ) async throws {
        let files = try TemporaryDirectory("lint")
        let path = try files.write(try TwoNodeManifests().text(replacing: old, with: new), to: "rack.yaml")
        let outcome = await run("lint", "-f", path, "-o", "json")
        let document = try JSON.decode(JSONValue.self, from: Data(outcome.output.utf8))
        let findings = (document["items"]?.array ?? []).map(Self.text)
        #expect(findings.contains(finding), "\(findings)")
    }

    /// Each is added to manifests that have nothing wrong.
    @Test(arguments: [
        (
            "apiVersion: martlet.dev/v2\nkind: BGPClusterConfig\nmetadata: {name: other}\nspec:\n  nodeSelector: {}\n"
                + "  bgpInstances: [{name: i, localASN: 65001}]",
            "ConflictingClusterConfig more.yaml:5 BGPClusterConfig/main also selects n1 and n2: "
                + "this one loses n1 and n2"
        ),
        (
            "apiVersion: martlet.dev/v2\nkind: BGPPeerConfig\nmetadata: {name: tor}\nspec: {}",
            "DuplicateObject more.yaml:1 stands already at "
        ),
        (
            "apiVersion: martlet.dev/v2\nkind: BGPPeerConfig\nmetadata: {name: tight}\nspec:\n  timers:\n"
                + "    holdTimeSeconds: 30\n    keepAliveTimeSeconds: 31",
            "InvalidSpec more.yaml:5 keepAliveTimeSeconds must not exceed holdTimeSeconds, which is 90 when absent"
        ),
        (
            "apiVersion: martlet.dev/v2\nkind: BGPPeerConfig\nmetadata: {name: tight}\nspec:\n  timers:\n"
                + "    holdTimeSeconds: 30\n    keepAliveTimeSeconds: 20",
            "ShortTimers more.yaml:7 one lost KEEPALIVE ends the session: 20 s between two and a hold time of 30 s; "
                + "a third of the hold time is usual"
        ),
        (
            "apiVersion: martlet.dev/v2\nkind: BGPPeerConfig\nmetadata: {name: far}\nspec:\n  ebgpMultihop: 5\n"
                + "  ttlSecurity: 1",
            "InvalidSpec more.yaml:4 ebgpMultihop and ttlSecurity exclude each other"
        ),
        (
            "apiVersion: martlet.dev/v2\nkind: BGPPeerConfig\nmetadata: {name: full}\nspec:\n  prefixLimit: 0",
            "InvalidSpec more.yaml:5 expected a number of 1 to 2147483647, found 0"
        ),
        (
            "apiVersion: martlet.dev/v2\nkind: BGPPeerConfig\nmetadata: {name: typo}\nspec:\n  gracefullRestart: {}\n"
                + "  ebgpMultiHop: 3",
            "UnknownField more.yaml:6 unknown field, did you mean ebgpMultihop?"
        ),
        (
            "apiVersion: martlet.dev/v2\nkind: BGPClusterConfig\nmetadata: {name: typo}\nspec:\n  bgpInstance: []",
            "InvalidField more.yaml:4 missing required field, found bgpInstance"
        ),
        (
            "apiVersion: martlet.dev/v2\nkind: BGPPeer\nmetadata: {name: x}",
            "InvalidManifest more.yaml:2 martlet.dev/v2 has no kind BGPPeer, did you mean BGPPeerConfig?"
        ),
        (
            "apiVersion: martlet.dev/v1\nkind: BGPPeerConfig\nmetadata: {name: x}",
            "InvalidManifest more.yaml:1 expected martlet.dev/v2, found martlet.dev/v1"
        ),
        (
            "apiVersion: v2\nkind: BGPPeerConfig\nmetadata: {name: x}",
            "InvalidManifest more.yaml:1 expected martlet.dev/v2, found v2"
        ),
        (
            "apiVersion: cilium.io/v2\nkind: CiliumBGPPeerConfig\nmetadata: {name: x}",
            "UnreadManifest more.yaml:1 this is for Cilium; for Martlet write apiVersion: martlet.dev/v2 and kind: BGPPeerConfig"
        ),
        (
            "apiVersion: cilium.io/v2alpha1\nkind: CiliumBGPPeeringPolicy\nmetadata: {name: x}",
            "UnreadManifest more.yaml:1 this is for Cilium; for Martlet write a BGPClusterConfig, a BGPPeerConfig, "
                + "a BGPAdvertisement of martlet.dev/v2 instead"
        ),
        (
            "apiVersion: discovery.k8s.io/v1beta1\nkind: EndpointSlice\nmetadata: {name: x}",
            "UnreadManifest more.yaml:1 discovery.k8s.io/v1beta1 EndpointSlice is not read, write discovery.k8s.io/v1"
        ),
        (
            "apiVersion: v1\nkind: Service\nmetadata:\n\tname: x",
            "InvalidManifest more.yaml:4 found a tab character, expected spaces for indentation"
        ),
        (
            "apiVersion: v1\nkind: Service\nmetadata: {name: x",
            "InvalidManifest more.yaml:4 did not find expected ',' or '}', expected valid YAML (while parsing a flow mapping)"
        ),
        (
            "apiVersion: martlet.dev/v2\nkind: BGPAdvertisement\nmetadata: {name: wide, labels: {a: b}}\nspec:\n"
                + "  advertisements:\n    - {advertisementType: Prefixes, prefixes: [10.0.0.0/24]}",
            "NodesCovered more.yaml:6 announces 10.0.0.0/24, which holds 10.0.0.1 of Node/n1, 10.0.0.2 of Node/n2 and "
                + "10.0.0.254 of the router tor: traffic for it would go to whichever node announces"
        ),
        (
            "apiVersion: v1\nkind: Service\nmetadata: {name: own, namespace: shop, labels: {expose: bgp}}\nspec:\n"
                + "  type: LoadBalancer\n  loadBalancerIP: 10.9.9.9\n",
            "NoPool more.yaml:1 no LoadBalancerIPPool can give this service 10.9.9.9: LoadBalancerIPPool/pool does not have 10.9.9.9"
        ),
        (
            "apiVersion: martlet.dev/v2\nkind: BGPNodeConfigOverride\nmetadata: {name: n9}\nspec:\n"
                + "  bgpInstances: [{name: i, routerID: 1.1.1.1}]",
            "UnmatchedEntries more.yaml:3 there is no node n9"
        ),
        (
            "apiVersion: martlet.dev/v2\nkind: LoadBalancerIPPool\nmetadata: {name: second}\nspec:\n"
                + "  blocks: [{cidr: 192.0.2.128/25}, {cidr: 198.51.100.1/24}]",
            "InvalidBlocks more.yaml:5"
        ),
    ])
    func `an object that is wrong or dangerous beside good ones is named by file and line`(
        more: String,
        finding: String
    ) async throws {
        let files = try TemporaryDirectory("lint")
        try files.write(TwoNodeManifests().text, to: "rack.yaml")
        try files.write(more + "\n", to: "more.yaml")
        // Standing after the others, an object that is there twice is the second.
        let outcome = await run("lint", "-f", files.path("rack.yaml"), files.path("more.yaml"), "-o", "json")
        let document = try JSON.decode(JSONValue.self, from: Data(outcome.output.utf8))
        let findings = (document["items"]?.array ?? []).map(Self.text)
        #expect(findings.contains { $0.hasPrefix(finding) }, "\(findings)")
        #expect(outcome.status != .success)
    }

    @Test(arguments: [
        ("spec: {type: LoadBalancer,", "spec: {type: LoadBalancer, loadBalancerClass: else.where/lb,"),
        ("spec: {type: LoadBalancer,", "spec: {type: ClusterIP,"),
        (
            "kind: LoadBalancerIPPool\nmetadata: {name: pool}\nspec: {blocks: [{cidr: 192.0.2.0/24}], "
                + "allowFirstLastIPs: \"No\"}",
            "kind: BGPAdvertisement\nmetadata: {name: none}\nspec: {advertisements: [{advertisementType: PodCIDR}]}"
        ),
    ])
    func `an address that the operator gave is predicted to go with the pool, the class or the type`(
        old: String,
        new: String
    ) async throws {
        let files = try TemporaryDirectory("plan")
        let condition =
            "{type: martlet.dev/IPAMRequestSatisfied, status: \"True\", reason: Satisfied, message: given, "
            + "lastTransitionTime: \"2026-01-01T00:00:00Z\"}"
        let spec = "spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}"
        let given = try TwoNodeManifests().text(
            replacing: spec,
            with: spec + "\nstatus: {loadBalancer: {ingress: [{ip: 192.0.2.7}]}, conditions: [\(condition)]}"
        )
        for (text, addresses) in [(given, ["192.0.2.7"]), (given.replacing(old, with: new), [])] {
            let outcome = await run("plan", "-f", try files.write(text, to: "rack.yaml"), "-o", "json")
            let document = try JSON.decode(JSONValue.self, from: Data(outcome.output.utf8))
            let web = document["services"]?.array?.first { $0["name"] == "web" }
            #expect(web?["addresses"]?.array?.compactMap(\.string) ?? [] == addresses, "\(outcome.errors)")
        }
    }

    @Test func `a peer that is listed twice is reported`() async throws {
        let files = try TemporaryDirectory("lint")
        let peer = "- {name: tor, peerAddress: 10.0.0.254, peerASN: 65000, peerConfigRef: {name: tor}}"
        let path = try files.write(
            try TwoNodeManifests().text(
                replacing: peer,
                with: "\(peer)\n        \(peer.replacing("name: tor, peer", with: "name: again, peer"))"
            ),
            to: "rack.yaml"
        )
        let outcome = await run("lint", "-f", path)
        #expect(outcome.status == .findings)
        #expect(
            outcome.output.hasPrefix(
                "\(path):24:38: warning: BGPClusterConfig/main: spec.bgpInstances[0].peers[1].peerAddress: "
                    + "i/tor leads to the same address and port from the same source"
            )
        )
    }

    @Test func `good manifests have nothing to be said about`() async throws {
        let files = try TemporaryDirectory("lint")
        _ = try files.write(TwoNodeManifests().text, to: "rack.yaml")
        #expect(await run("lint", "-f", files.path) == Outcome(status: .success, output: "", errors: ""))
    }

    @Test func `findings are annotations for a pull request`() {
        let diagnostic = Diagnostic(
            severity: .warning,
            reason: "Reason",
            object: ObjectReference(kind: "Node", name: "n"),
            message: "100%",
            file: "a,b.yaml",
            line: 3
        )
        #expect(diagnostic.annotation == "::warning file=a%2Cb.yaml,line=3,title=Reason::Node/n: 100%25")
    }

    @Test func `annotations are refused where they make no sense`() async {
        #expect(
            await run("peers", "-o", "github")
                == Outcome(
                    status: .usage,
                    output: "",
                    errors: "error: -o github is for plan and lint alone\nSee 'kubectl bgp peers --help' for usage.\n"
                )
        )
    }

    private static func text(_ diagnostic: JSONValue) -> String {
        let file = diagnostic["file"]?.string?.split(separator: "/").last.map(String.init)
        let line: String
        if case .integer(let number)? = diagnostic["line"] { line = ":\(number)" } else { line = "" }
        let place = file.map { $0 + line } ?? "-"
        return "\(diagnostic["reason"]?.string ?? "") \(place) \(diagnostic["message"]?.string ?? "")"
    }
}
