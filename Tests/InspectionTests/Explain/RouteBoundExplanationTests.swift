import BGPResources
import BGPTypes
import Fixtures
import Inspection
import KubeModel
import PlainText
import Planning
import SpeakerAPI
import TestSupport
import Testing

@Suite struct RouteBoundExplanationTests: RouteBoundFixture {
    @Test func `explain counts external addresses beyond the bound in one sentence`() throws {
        let greedy = service("greedy", type: "ClusterIP", external: external(20_000))
        let world = world([greedy])
        let question = ServiceQuestion(
            service: greedy.key,
            services: world.services,
            endpointSlices: world.slices,
            nodes: [world.configuration("n1")]
        )
        let explanation = try #require(explainService(question))
        #expect(explanation.addresses.count == 64)
        #expect(explanation.findings.map(\.code) == ["TooManyRoutes"])
        #expect(
            explanation.findings.first?.message
                == "held back: spec.externalIPs of Service/default/greedy lists 19936 more addresses than the 64 routes "
                + "that one Service may bring to a peer"
        )
        #expect(explanation.findings.first?.fix?.contains("--max-routes-per-service") == true)
    }

    @Test func `explain route says why an address beyond the bound is not announced`() throws {
        let world = world([service("greedy", type: "ClusterIP", external: external(100))])
        let last = try address(try #require(external(100).last))
        let cluster = ObservedCluster(
            services: world.services,
            endpointSlices: world.slices,
            nodes: [world.configuration("n1")]
        )
        let explanation = explainRoute(.address(last), in: cluster)
        #expect(explanation.addresses.map(\.name) == ["greedy"])
        #expect(explanation.findings.map(\.code) == [])
        #expect(explanation.nodes.first?.peers.first?.verdict == .withhold)
        #expect(explanation.nodes.first?.peers.first?.reasons.map(\.code) == ["TooManyRoutes"])
    }

    @Test func `explain counts the room of a Service among those of its namespace`() throws {
        let services = (1...4).map { aged("s\($0)", "192.0.2.\($0)", created: Double($0)) }
        let world = world(services, bounds: RouteBounds(perService: 64, perNamespace: 2))
        func verdict(_ name: String, gates: NodeGates) -> ExplainedVerdict? {
            explainService(
                ServiceQuestion(
                    service: ObjectKey(namespace: "shop", name: name),
                    services: services,
                    endpointSlices: world.slices,
                    nodes: [world.configuration("n1")],
                    wires: [
                        NodeWire(peers: NodePeers(node: "n1", gates: GatesDocument(gates), peers: []))
                    ]
                )
            )?.nodes.first?.addresses.first
        }
        #expect(verdict("s2", gates: world.gates)?.now == .announce)
        #expect(verdict("s3", gates: world.gates)?.now == .withhold)
        #expect(verdict("s3", gates: world.gates)?.reasons.map(\.code).contains("TooManyRoutes") == true)
        // The speaker's own flags count.
        #expect(verdict("s3", gates: NodeGates(bounds: .none))?.now == .announce)
    }

    @Test func `a plan holds back the same addresses, and says so`() {
        var planned = PlanWorld()
        planned.nodes = [node("n1")]
        planned.clusterConfigs = [clusterConfig()]
        planned.peerConfigs = [peerConfig()]
        planned.advertisements = [advertisement([serviceEntry([.externalIP])])]
        planned.services = [service("greedy", type: "ClusterIP", external: external(100))]
        planned.endpointSlices = [slice(of: "greedy", [.ready("n1")])]
        let found = plan(planned, now: noon)
        #expect(found.nodes.flatMap(\.instances).flatMap(\.peers).flatMap(\.routes).count == 64)
        let diagnostic = found.diagnostics.first { $0.reason == "TooManyRoutes" }
        #expect(diagnostic?.object?.description == "Service/default/greedy")
        #expect(diagnostic?.message.hasPrefix("36 routes of Service/default/greedy are held back by") == true)
        let raised = plan(planned, settings: PlanSettings(bounds: RouteBounds(perService: 100)), now: noon)
        #expect(raised.nodes.flatMap(\.instances).flatMap(\.peers).flatMap(\.routes).count == 100)
        #expect(!raised.diagnostics.contains { $0.reason == "TooManyRoutes" })
    }
}
