import BGPResources
import Fixtures
import KubeModel
import Planning
import SpeakerAPI
import Testing

@Suite struct DataPathConditionTests {
    @Test(arguments: [
        (NodeGates.DataPath.ready, "True", "NotAsked", "--datapath-probe none"),
        (
            .answered(by: "kube-proxy at http://127.0.0.1:10256/healthz"), "True", "Ready",
            "says kube-proxy at http://127"
        ),
        (.unknown, "Unknown", "DataPathUnknown", "none of kube-proxy (10256), Cilium's agent (9879), kube-router"),
        (.notReady("kube-proxy: 503"), "False", "Waiting", "no service route is announced yet: kube-proxy: 503"),
    ])
    func `the condition says who answers, or what the node waits for`(
        dataPath: NodeGates.DataPath,
        status: String,
        reason: String,
        words: String
    ) {
        let condition = DataPathCondition.found(dataPath)
        #expect(condition.type == "DataPathReady")
        #expect(condition.status.rawValue == status)
        #expect(condition.reason?.rawValue == reason)
        #expect(condition.message?.contains(words) == true)
        // Whoever reads the condition, or the speaker's page, decides as the speaker does.
        #expect(DataPathCondition.obstacle(in: [condition]) == dataPath.obstacle)
        #expect(GatesDocument(NodeGates(dataPath: dataPath)).gates.dataPath.isOpen == dataPath.isOpen)
        #expect(GatesDocument(NodeGates(dataPath: dataPath)).dataPathDetail == dataPath.obstacle)
        let reported = GatesDocument(reported: [condition, DrainCondition.found(.none, fault: nil)])
        #expect(reported?.gates.dataPath.obstacle == dataPath.obstacle)
    }

    @Test func `a ClusterConfig is Ready and names the nodes whose service routes wait`() {
        var world = ClusterSnapshot(
            nodes: [node("n1"), node("n2", ips: ["10.0.0.2"])],
            clusterConfigs: [clusterConfig()],
            peerConfigs: [peerConfig()]
        )
        func ready() -> Condition? { render(world, now: noon).clusterConfigs.first?.status.conditions.of("Ready") }
        func report(_ dataPath: NodeGates.DataPath, on name: String) {
            world.nodeConfigs = render(world, now: noon).nodeConfigs.map { nodeConfig in
                var reported = nodeConfig
                reported.metadata.generation = 1
                let gate = DataPathCondition.found(nodeConfig.metadata.name == name ? dataPath : .unknown)
                reported.status = BGPNodeConfig.Status(
                    conditions: [Condition(type: "Ready", status: .true, observedGeneration: 1), gate]
                )
                return reported
            }
        }
        report(.notReady("Cilium's agent: answered 503"), on: "n2")
        #expect(ready()?.status == .true)
        #expect(
            ready()?.message
                == "applied on 2 nodes; no service route is announced yet by n2 (n2: Cilium's agent: answered 503)"
        )
        report(.answered(by: "Cilium's agent"), on: "n2")
        #expect(ready()?.message == "applied on 2 nodes")
    }
}
