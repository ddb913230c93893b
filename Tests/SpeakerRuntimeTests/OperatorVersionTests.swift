import BGPResources
import BGPTypes
import KubeClient
import KubeModel
import Planning
import SpeakerRuntime
import TestCluster
import TestSupport
import Testing

@Suite struct OperatorVersionTests {
    /// The BGPNodeConfig as an operator of a version writes it.
    private func nodeConfig(_ world: TestNode, _ annotations: String) -> String {
        world.nodeConfig.replacing(
            "metadata: {name: n1}",
            with:
                "metadata: {name: n1, labels: {app.kubernetes.io/managed-by: bgp-operator}, annotations: {\(annotations)}}"
        )
    }

    private func condition(_ cluster: TestCluster) async throws -> String? {
        let status = try await cluster.client.get(BGPNodeConfig.self, ObjectKey(name: "n1")).status
        let found = status?.conditions.of("VersionSkew")
        return found.map { "\($0.status.rawValue) \($0.reason ?? "")" }
    }

    @Test func `a speaker reports its own version, and in status and log when the operator's does not match`()
        async throws
    {
        let world = TestNode(number: 66)
        let log = LogLines()
        try await TestCluster.with { cluster in
            for text in [world.node, world.peerConfig, world.advertisement] { try await cluster.apply(text) }
            try await cluster.apply(nodeConfig(world, "martlet.dev/operator-version: 0.4.0"))
            let speaker = speaker(.server(cluster.client), logger: log.logger) { configuration in
                configuration.version = ProgramVersion("0.2.0")
            }
            try await running(speaker.services) {
                try await eventually("the operator is too new", is: "True VersionSkew") { try await condition(cluster) }
                let status = try await cluster.client.get(BGPNodeConfig.self, ObjectKey(name: "n1")).status
                #expect(status?.speakerVersion == "0.2.0")
                #expect(log.all.count { $0.contains("this speaker is too old: upgrade the speakers") } == 1)
                try await cluster.apply(
                    nodeConfig(
                        world,
                        "martlet.dev/operator-version: 0.3.0, martlet.dev/load-balancer-classes: example.com/edge"
                    )
                )
                try await eventually("both go together", is: "False VersionsMatch") { try await condition(cluster) }
                try await eventually("the log names what both were told", is: 1) {
                    log.all.count {
                        $0.contains(
                            "the operator gives addresses to Services of loadBalancerClass example.com/edge or none, "
                                + "this speaker announces those of loadBalancerClass martlet.dev/bgp or none"
                        )
                    }
                }
                try await cluster.apply(nodeConfig(world, "martlet.dev/operator-version: 0.3.0"))
                try await eventually("the log says that all is well", is: 1) {
                    log.all.count { $0.contains("operator and speaker go together again") }
                }
            }
        }
    }

    @Test func `an operator without a version counts as older than versions`() async throws {
        let world = TestNode(number: 67)
        try await TestCluster.with { cluster in
            for text in [world.node, world.peerConfig, nodeConfig(world, "")] { try await cluster.apply(text) }
            let speaker = speaker(.server(cluster.client)) { $0.version = ProgramVersion("0.2.0") }
            try await running(speaker.services) {
                try await eventually("they may work together", is: "False VersionsMatch") {
                    try await condition(cluster)
                }
            }
        }
    }
}
