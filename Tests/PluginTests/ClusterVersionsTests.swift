import BGPResources
import CommandLine
import KubeJSON
import KubeModel
import Planning
import TestSupport
import Testing
import kubectl_bgp

struct ClusterVersionsTests {
    private func config(_ name: String, operator note: String?, speaker: String?, reports: Bool = true) -> BGPNodeConfig
    {
        var config = BGPNodeConfig(
            metadata: ObjectMeta(
                name: name,
                labels: ["app.kubernetes.io/managed-by": "bgp-operator"],
                annotations: note.map { ["martlet.dev/operator-version": $0] }
            ),
            spec: .init(bgpInstances: [])
        )
        guard reports else { return config }
        config.status = BGPNodeConfig.Status(
            conditions: [Condition(type: "Ready", status: .true, reason: "Applied", message: "")],
            speakerVersion: speaker
        )
        return config
    }

    private func cluster(_ configs: BGPNodeConfig...) -> FixedCluster { FixedCluster(objects: configs) }

    @Test func `version names those of operator and speakers, the nodes where they are several`() async {
        let own = MartletVersion.current
        let same = cluster(config("n1", operator: own, speaker: own), config("n2", operator: own, speaker: own))
        let clientAndServer = "Client Version: v\(own)\nServer Version: v1.34.1\n"
        #expect(
            await run("version", against: same)
                == Outcome(
                    status: .success,
                    output: clientAndServer + "Operator Version: v\(own)\nSpeaker Version: v\(own) (2 nodes)\n",
                    errors: ""
                )
        )
        let rollout = cluster(
            config("n1", operator: "0.2.0", speaker: nil),
            config("n2", operator: "0.2.0", speaker: "0.2.0"),
            config("n3", operator: "0.2.0", speaker: "0.2.0"),
            config("n4", operator: "0.2.0", speaker: nil, reports: false)
        )
        #expect(
            await run("version", against: rollout).output == clientAndServer + "Operator Version: v0.2.0\n"
                + "Speaker Version: v0.2.0 (n2 and n3)\nSpeaker Version: older than 0.2.0 (n1)\n"
        )
    }

    @Test func `incompatible versions are reported by version and by peers`() async {
        let far = cluster(
            config("n1", operator: "0.4.0", speaker: "0.2.0"),
            config("n2", operator: "0.4.0", speaker: "0.2.0"),
            config("n3", operator: "0.4.0", speaker: "0.3.0")
        )
        let warning =
            "warning: n1 and n2: this speaker is 0.2.0, the operator 0.4.0, and versions may be one minor version apart; "
            + "this speaker is too old: upgrade the speakers\n"
        #expect(await run("peers", against: far).errors.hasPrefix(warning))
        let version = await run("version", against: far)
        #expect(version.status == .success)
        #expect(version.errors.hasSuffix(warning))
    }

    @Test func `a document has them by version`() async throws {
        let one = cluster(config("n1", operator: "0.3.0", speaker: "0.2.0"))
        let document = try JSON.decode(JSONValue.self, from: await run("version", "-o", "json", against: one).output)
        #expect(document["operators"] == [["version": "v0.3.0", "nodes": ["n1"]]])
        #expect(document["speakers"] == [["version": "v0.2.0", "nodes": ["n1"]]])
    }

    @Test func `a reader without permission for versions gets the rest, and a note`() async {
        var closed = cluster()
        closed.forbidden = ["/apis/martlet.dev/v2/bgpnodeconfigs"]
        let outcome = await run("version", against: closed)
        #expect(outcome.status == .success)
        #expect(outcome.output == "Client Version: v\(MartletVersion.current)\nServer Version: v1.34.1\n")
        #expect(outcome.errors.hasPrefix("warning: the versions of operator and speakers are not known: "))
    }

    @Test func `explain takes the load balancers that the operator says it serves where no speaker answers`()
        async throws
    {
        var config = config("n1", operator: "0.2.0", speaker: "0.2.0")
        config.metadata.annotations?["martlet.dev/load-balancer-classes"] = "example.com/edge"
        config.metadata.annotations?["martlet.dev/unclassed"] = "false"
        var spec = Service.Spec(type: "LoadBalancer")
        let plain = Service(metadata: ObjectMeta(name: "plain", namespace: "shop"), spec: spec)
        spec.loadBalancerClass = "example.com/edge"
        let edge = Service(metadata: ObjectMeta(name: "edge", namespace: "shop"), spec: spec)
        let node = Node(metadata: ObjectMeta(name: "n1"))
        let cluster = FixedCluster(objects: [config, node, plain, edge])
        let left = await run("explain", "svc", "shop/plain", "--node", "n1", against: cluster)
        #expect(left.output.contains("ForeignLoadBalancerClass"), "\(left)")
        #expect(left.output.contains("set loadBalancerClass to example.com/edge"))
        let ours = await run("explain", "svc", "shop/edge", "--node", "n1", against: cluster)
        #expect(!ours.output.contains("ForeignLoadBalancerClass"))
        #expect(ours.output.contains("NoAddress"))
    }
}
