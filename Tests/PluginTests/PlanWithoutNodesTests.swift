import FoundationEssentials
import KubeModel
import TestSupport
import Testing
import kubectl_bgp

/// `plan` and `lint` over what a repository holds: Martlet's resources and Services, and neither Nodes nor EndpointSlices.
struct PlanWithoutNodesTests {
    /// The manifests of `TwoNodeManifests` without Nodes and EndpointSlices.
    private static let repository =
        TwoNodeManifests().text.split(separator: "---\n").filter {
            !$0.contains("kind: Node\n") && !$0.contains("kind: EndpointSlice")
        }
        .joined(separator: "---\n")

    private static let note =
        "info: no Node is among the manifests: sessions are told for each peer, not for each node, and every Service is taken "
        + "to have endpoints (NoNodes)\n"

    private static func compare(_ old: String, _ new: String, before: String = repository) async throws -> Outcome {
        let files = try TemporaryDirectory("plan")
        guard before.contains(old) else { throw TwoNodeManifests.NoSuchWords(words: old) }
        let past = try files.write(before, to: "old.yaml")
        let path = try files.write(before.replacing(old, with: new), to: "rack.yaml")
        var outcome = await run("plan", "-f", path, "--against", past)
        outcome.output = outcome.output.replacing(path, with: "rack.yaml")
        return outcome
    }

    @Test func `lint has one word of information, and says nothing to be wrong`() async throws {
        let files = try TemporaryDirectory("lint")
        let path = try files.write(Self.repository, to: "rack.yaml")
        #expect(await run("lint", "-f", path) == Outcome(status: .success, output: Self.note, errors: ""))
    }

    @Test func `the repository's own samples and the lab's Services have nothing wrong`() async throws {
        let samples = await run("lint", "-f", Checkout.path("config/samples"))
        #expect(samples.status == .success)
        #expect(
            samples.output
                == "info: no Node is among the manifests: sessions are told for each peer, not for each node (NoNodes)\n"
        )
        let github = await run("plan", "-f", Checkout.path("config/samples"), "-o", "github")
        #expect(github.status == .success)
        #expect(github.output.hasPrefix("::notice title=NoNodes::no Node is among the manifests"))
    }

    @Test func `a plan names the peers of every node`() async throws {
        let files = try TemporaryDirectory("plan")
        let path = try files.write(Self.repository, to: "rack.yaml")
        #expect(
            await run("plan", "-f", path)
                == Outcome(
                    status: .success,
                    output: """
                        NODE     INSTANCE   AS      ROUTER-ID   PEER   ADDRESS      PEER-AS   ROUTES   WHY
                        main/*   i          65001   -           tor    10.0.0.254   65000     1        -

                        NODE     INSTANCE   PEER   PREFIX         ATTRIBUTES   SOURCE
                        main/*   i          tor    192.0.2.1/32   origin=igp   shop/web

                        SERVICE    ADDRESSES   WHY
                        shop/web   192.0.2.1   -

                        \(Self.note)
                        """,
                    errors: ""
                )
        )
    }

    @Test func `nothing changes when the manifests are the same`() async throws {
        #expect(
            try await Self.compare("kind", "kind")
                == Outcome(status: .success, output: Self.note, errors: "No changes\n")
        )
    }

    @Test(arguments: [
        (
            "holdTimeSeconds: 90", "holdTimeSeconds: 60",
            "rack.yaml:17:3: warning: BGPPeerConfig/tor: spec.timers: every session that uses it is reset: "
                + "tor on every node of main (SessionReset)"
        ),
        (
            "localASN: 65001", "localASN: 65002",
            "rack.yaml:9:17: warning: BGPClusterConfig/main: spec.bgpInstances[0].localASN: every session that uses it ends "
                + "and is replaced: tor on every node of main (SessionRecreate)"
        ),
        (
            "peerAddress: 10.0.0.254", "peerAddress: 10.0.0.253",
            "spec.bgpInstances[0].peers[0].peerAddress: every session that uses it ends and is replaced: tor on every node of "
                + "main (SessionRecreate)"
        ),
        (
            "expose: bgp}}}", "expose: none}}}",
            "warning: Service/shop/web: no node announces 192.0.2.1/32 any more (PrefixWithdrawn)"
        ),
        (
            "matchExpressions: [{key: rack, operator: Exists}]", "matchLabels: {rack: a}",
            "warning: BGPClusterConfig/main: spec.nodeSelector: selected rack before: nodes that it does not select any more "
                + "stop announcing anything, and which these are, only Nodes could say (EffectUnknown)"
        ),
        (
            "- {advertisementType: PodCIDR}", "- {advertisementType: PodCIDR, attributes: {med: 5}}",
            "warning: BGPAdvertisement/adv: spec.advertisements: changes, and what that does to routes, only Nodes, Services "
                + "and EndpointSlices could say (EffectUnknown)"
        ),
        (
            "metadata: {name: main}", "metadata: {name: other}",
            "warning: BGPClusterConfig/main: spec.nodeSelector: every node of main stops announcing anything (NodesDeselected)"
        ),
    ])
    func `a change is reported for all nodes, and by the exit status`(old: String, new: String, finding: String)
        async throws
    {
        let outcome = try await Self.compare(old, new)
        #expect(outcome.status == .findings)
        #expect(outcome.output.contains(finding), "\(outcome.output)")
    }

    @Test func `attributes of routes that Services bring show as a change of the routes`() async throws {
        let outcome = try await Self.compare(
            "service: {addresses: [LoadBalancerIP]}",
            "service: {addresses: [LoadBalancerIP]}, attributes: {med: 5}"
        )
        #expect(outcome.status == .findings)
        #expect(
            outcome.output.contains("Changed   main/*   i          tor    192.0.2.1/32   origin=igp,med=5   shop/web\n")
        )
        #expect(!outcome.output.contains("EffectUnknown"))
    }

    @Test func `overrides imply their nodes, and wrong names in them are reported`() async throws {
        let override = """
            ---
            apiVersion: martlet.dev/v2
            kind: BGPNodeConfigOverride
            metadata: {name: n1}
            spec: {bgpInstances: [{name: i, routerID: 10.0.0.1, peers: [{name: tor, localAddress: 10.0.0.1}]}]}

            """
        let before = Self.repository + override
        let changed = try await Self.compare("localAddress: 10.0.0.1", "localAddress: 10.0.0.9", before: before)
        #expect(changed.output.contains("every session that uses it is reset: tor on n1 (SessionReset)"))
        let files = try TemporaryDirectory("lint")
        let wrong = try files.write(before.replacing("name: tor, local", with: "name: top, local"), to: "rack.yaml")
        let outcome = await run("lint", "-f", wrong)
        #expect(outcome.output.contains("instance i of BGPClusterConfig/main has no peer top (UnmatchedEntries)"))
        #expect(outcome.status == .findings)
        let second = """
            ---
            apiVersion: martlet.dev/v2
            kind: BGPClusterConfig
            metadata: {name: second}
            spec: {bgpInstances: [{name: j, localASN: 65003}]}

            """
        let unknown = try files.write(
            before.replacing("name: i, routerID", with: "name: k, routerID") + second,
            to: "rack.yaml"
        )
        #expect(
            !(await run("lint", "-f", unknown)).output.contains("UnmatchedEntries"),
            "whose node it is, nobody gave"
        )
    }

    @Test func `a selector that no node can match is reported all the same`() async throws {
        let outcome = try await Self.compare(
            "matchExpressions: [{key: rack, operator: Exists}]",
            "matchLabels: {rack: a}\n    matchExpressions: [{key: rack, operator: NotIn, values: [a]}]"
        )
        #expect(outcome.output.contains("(NoMatchingNode)"))
    }

    @Test func `ClusterConfigs that might meet on a node are not said to`() async throws {
        let files = try TemporaryDirectory("lint")
        let other = Self.repository.split(separator: "---\n")[0].replacing("name: main", with: "name: other")
            .replacing("key: rack", with: "key: zone")
        let path = try files.write(Self.repository + "---\n" + other, to: "rack.yaml")
        #expect(await run("lint", "-f", path).output == Self.note)
        let plan = await run("plan", "-f", path)
        #expect(plan.output.contains("main/*    i"))
        #expect(plan.output.contains("other/*   i"))
    }

    @Test func `a password that no manifest holds is taken to exist, unless there are Secrets`() async throws {
        let files = try TemporaryDirectory("lint")
        let text = Self.repository.replacing("spec:\n  timers:", with: "spec:\n  authSecretRef: md5\n  timers:")
        let path = try files.write(text, to: "rack.yaml")
        let lint = await run("lint", "-f", path)
        #expect(lint.status == .success)
        #expect(
            lint.output.contains(
                "info: no Secret is among the manifests: the passwords that they name are taken to exist"
            )
        )
        let plan = await run("plan", "-f", path)
        #expect(plan.output.contains("192.0.2.1/32"))
        let secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: other, namespace: martlet-system}\n"
        let told = await run("lint", "-f", try files.write(text + secret, to: "rack.yaml"))
        #expect(told.status == .failure)
        #expect(told.output.contains("refers to Secret/martlet-system/md5, which does not exist (AuthSecretMissing)"))
    }

    @Test(arguments: [true, false])
    func `another Secret with unknown content resets the sessions`(hasNodes: Bool) async throws {
        let rack = hasNodes ? TwoNodeManifests().text : Self.repository
        let before = rack.replacing("spec:\n  timers:", with: "spec:\n  authSecretRef: md5\n  timers:")
        let outcome = try await Self.compare("authSecretRef: md5", "authSecretRef: newer", before: before)
        #expect(outcome.status == .findings)
        #expect(outcome.output.contains("BGPPeerConfig/tor: spec.authSecretRef: "), "\(outcome.output)")
        #expect(outcome.output.contains("(SessionReset)"), "\(outcome.output)")
        #expect(!outcome.output.contains("EffectUnknown"), "\(outcome.output)")
    }

    @Test func `nothing is missing of a kind that was not given`() async throws {
        let files = try TemporaryDirectory("lint")
        let config = try files.write(String(Self.repository.split(separator: "---\n")[0]), to: "config.yaml")
        let outcome = await run("lint", "-f", config)
        #expect(outcome.status == .success)
        #expect(
            outcome.output.contains(
                "info: no BGPPeerConfig is among the manifests: nothing is said to be missing for want of one (MissingObjects)\n"
            )
        )
        let service =
            "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n"
        let app = try files.write(service, to: "app.yaml")
        #expect(await run("lint", "-f", app) == Outcome(status: .success, output: "", errors: ""))
    }

    @Test func `what was wrong before in an object that stays is not the change's doing`() async throws {
        let files = try TemporaryDirectory("plan")
        let pending =
            "---\napiVersion: v1\nkind: Service\nmetadata: {name: big, namespace: shop}\n"
            + "spec: {type: LoadBalancer, loadBalancerIP: 10.9.9.9, ports: [{port: 80}]}\n"
        let old = try files.write(TwoNodeManifests().text + pending, to: "old.yaml")
        let new = try files.write(
            try TwoNodeManifests().text(replacing: "holdTimeSeconds: 90", with: "holdTimeSeconds: 60") + pending,
            to: "new.yaml"
        )
        let outcome = await run("plan", "-f", new, "--against", old)
        #expect(!outcome.output.contains("error: "))
        #expect(
            outcome.output.contains(
                "info: what was found before in objects that stay as they are is left out: Service/shop/big (NoPool) (KnownFindings)\n"
            )
        )
        let edited = try files.write(
            TwoNodeManifests().text + pending.replacing("port: 80", with: "port: 81"),
            to: "new.yaml"
        )
        let touched = await run("plan", "-f", edited, "--against", old)
        #expect(touched.output.contains("new.yaml:57:1: error: Service/shop/big: "), "\(touched.output)")
    }
}
