import Addressing
import BGPResources
import KubeModel
import Planning
import Testing
import kubectl_bgp

struct ExplainNodeTests {
    @Test func `a node that is selected names its configuration`() async throws {
        let outcome = await run("explain", "node", "berlin-1", against: Self.cluster)
        #expect(outcome.output.hasPrefix("Node berlin-1\n  Configured by:  BGPClusterConfig/berlin\n"))
        #expect(outcome.status == .success)
    }

    @Test func `a node that nothing selects is a finding that says so`() async throws {
        let outcome = await run("explain", "node", "oslo-1", "-o", "json", against: Self.cluster)
        let explanation = try JSON.decode(NodeExplanation.self, from: outcome.output)
        let reason = ExplainedReason(.noClusterConfig(node: "oslo-1"))
        #expect(explanation == NodeExplanation(node: "oslo-1", clusterConfig: nil, reasons: [reason]))
        #expect(outcome.status == .findings)
    }

    @Test func `a node that does not exist is an error`() async {
        let outcome = await run("explain", "node", "rome-1", against: Self.cluster)
        #expect(outcome.errors == "Error from server (NotFound): nodes \"rome-1\" not found\n")
        #expect(outcome.status == .failure)
    }

    @Test func `of several nodes those that are there are explained, and the others are told of`() async {
        let outcome = await run("explain", "node", "rome-1", "berlin-1", "-o", "name", against: Self.cluster)
        #expect(outcome.output == "node/berlin-1\n")
        #expect(outcome.errors == "Error from server (NotFound): nodes \"rome-1\" not found\n")
        #expect(outcome.status == .failure)
    }

    private static let cluster = FixedCluster(objects: [
        node("berlin-1", region: "berlin"), node("oslo-1", region: "oslo"),
        BGPClusterConfig(
            metadata: ObjectMeta(name: "berlin"),
            spec: .init(
                nodeSelector: LabelSelector(matchLabels: ["region": "berlin"]),
                bgpInstances: [.init(name: "main", localASN: 65001)]
            )
        ),
    ])

    private static func node(_ name: String, region: String) -> Node {
        Node(
            metadata: ObjectMeta(name: name, labels: ["region": region]),
            status: .init(addresses: [.init(type: "InternalIP", address: "192.0.2.1")])
        )
    }
}
