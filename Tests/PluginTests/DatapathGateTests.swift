import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import Planning
import TestSupport
import Testing
import kubectl_bgp

@Suite struct DatapathGateTests {
    private static func cluster(_ dataPath: NodeGates.DataPath) throws -> FixedCluster {
        var config = try JSON.decode(BGPNodeConfig.self, from: text)
        config.status?.conditions = [
            Condition(type: "Ready", status: .true, observedGeneration: 1, reason: "Applied"),
            DataPathCondition.found(dataPath), DrainCondition.found(.none, fault: nil),
        ]
        return FixedCluster(objects: [
            Node(metadata: ObjectMeta(name: "node-a"), status: .init(addresses: [])),
            BGPClusterConfig(
                metadata: ObjectMeta(name: "rack"),
                spec: .init(
                    bgpInstances: [
                        .init(
                            name: "main",
                            localASN: 65001,
                            peers: [.init(name: "tor", peerAddress: ScopedAddress("10.0.0.254"))]
                        )
                    ]
                )
            ),
            config,
        ])
    }

    private static let text = """
        {"metadata": {"name": "node-a", "ownerReferences": [{"apiVersion": "martlet.dev/v2", "kind": "BGPClusterConfig",
           "name": "rack", "uid": "", "controller": true}]},
         "spec": {"bgpInstances": [{"name": "main", "localASN": 65001, "routerID": "10.0.0.1", "peers": [
           {"name": "tor", "peerAddress": "10.0.0.254", "peerASN": 65000}]}]},
         "status": {"conditions": [], "bgpInstances": [{"name": "main", "localASN": 65001, "routerID": "10.0.0.1", "peers": [
           {"name": "tor", "peerAddress": "10.0.0.254", "peerASN": 65000, "peeringState": "established",
            "negotiated": {"families": [{"afi": "ipv4", "safi": "unicast"}], "fourByteASN": true},
            "routeCount": [{"afi": "ipv4", "safi": "unicast", "received": 4, "advertised": 0}]}]}]}}
        """

    private static let seen = "kube-proxy: http://127.0.0.1:10256/healthz answered 503"

    @Test func `a closed gate is in the column WHY of every established session, and in the document`() async throws {
        let table = await run("peers", "--no-headers", against: try Self.cluster(.notReady(Self.seen)))
        #expect(table.output.hasSuffix("no service route is announced yet: \(Self.seen)\n"))
        let document = await run("peers", "-o", "json", against: try Self.cluster(.notReady(Self.seen)))
        let list = try JSON.decode(JSONValue.self, from: document.output)
        #expect(list["items"]?.array?.map { $0["dataPathObstacle"] } == [.string(Self.seen)])
    }

    @Test(arguments: [NodeGates.DataPath.ready, .answered(by: "kube-proxy"), .unknown])
    func `an open gate is not reported`(dataPath: NodeGates.DataPath) async throws {
        let outcome = await run("peers", "--no-headers", against: try Self.cluster(dataPath))
        #expect(outcome.output.hasSuffix(" -\n"))
        let node = await run("explain", "node", "node-a", against: try Self.cluster(dataPath))
        #expect(!node.output.contains("DataPathNotReady"))
    }

    @Test func `a closed gate is a finding of explain node`() async throws {
        let outcome = await run("explain", "node", "node-a", against: try Self.cluster(.notReady(Self.seen)))
        #expect(outcome.output.contains("- DataPathNotReady: the data path of node-a is not ready: \(Self.seen)"))
        #expect(outcome.output.contains("--datapath-probe"))
        #expect(outcome.status == .findings)
    }
}
