import BGPResources
import BGPTypes
import Fixtures
import Inspection
import KubeJSON
import KubeModel
import Planning
import SpeakerAPI
import TestSupport
import Testing

/// An installation beside another implementation of load balancers.
@Suite struct ServedClassTests {
    private static let chosen = LoadBalancerClasses(["example.com/edge", "martlet.dev/bgp"])
    private static let named = LoadBalancerClasses(["example.com/edge"], includesUnclassed: false)

    private func world(_ made: Service, _ classes: LoadBalancerClasses) -> ClusterFixture {
        var world = ClusterFixture()
        world.services = [made]
        world.slices = [slice(of: "web", [.ready("n1")])]
        world.gates = NodeGates(classes: classes)
        return world
    }

    @Test(arguments: [
        (nil, [true, true, false]), ("martlet.dev/bgp", [true, true, false]),
        ("example.com/edge", [false, true, true]),
        ("metallb.io/metallb", [false, false, false]),
    ])
    func `served classes decide which Services get addresses and are announced`(name: String?, served: [Bool]) {
        for (classes, isServed) in zip([LoadBalancerClasses.standard, Self.chosen, Self.named], served) {
            let made = service("web", loadBalancer: ["192.0.2.1"], loadBalancerClass: name)
            let world = world(made, classes)
            #expect(world.prefixes() == (isServed ? ["192.0.2.1/32"] : []))
            #expect(world.obstacles() == (isServed ? [] : ["ForeignLoadBalancerClass"]))
            #expect((AddressRequest(made, clusterFamilies: [.ipv4], classes: classes) != nil) == isServed)
        }
    }

    @Test func `served classes do not concern other types of Service`() {
        var world = world(service("web", type: "ClusterIP", external: ["192.0.2.2"]), Self.named)
        world.advertisements = [advertisement([serviceEntry(AddressKind.allCases)])]
        #expect(world.prefixes() == ["192.0.2.2/32"])
        #expect(world.obstacles() == [])
    }

    private func explanation(_ made: Service, saying gates: NodeGates) throws -> ServiceExplanation {
        var world = ClusterFixture()
        world.services = [made]
        return try #require(
            explainService(
                ServiceQuestion(
                    service: made.key,
                    services: world.services,
                    endpointSlices: world.slices,
                    nodes: world.nodes.map { world.configuration($0.metadata.name) },
                    wires: [
                        NodeWire(peers: NodePeers(node: "n1", gates: GatesDocument(gates), instances: [], peers: []))
                    ]
                )
            )
        )
    }

    @Test func `a Service is explained with the classes of the speakers that answer`() throws {
        let gates = NodeGates(classes: Self.named)
        let unclassed = try explanation(service("web"), saying: gates)
        #expect(unclassed.service.isForeign == true)
        let finding = try #require(unclassed.findings.first)
        #expect(finding.code == "ForeignLoadBalancerClass")
        #expect(
            finding.message == "Service/default/web has no loadBalancerClass, and such Services belong to another "
                + "implementation here (--unclassed=false): no pool gives it an address, and its load balancer addresses "
                + "are not announced"
        )
        #expect(finding.fix == "set loadBalancerClass to example.com/edge (it cannot be changed in place)")
        let ours = try explanation(service("web", loadBalancerClass: "example.com/edge"), saying: gates)
        #expect(ours.service.isForeign == nil)
        #expect(ours.findings.map(\.code) == ["NoAddress"])
    }

    @Test func `served classes are read back from a document unchanged`() {
        for classes in [LoadBalancerClasses.standard, Self.chosen, Self.named] {
            #expect(GatesDocument(NodeGates(classes: classes)).gates.classes == classes)
            #expect(NodeGates(classes: classes).opened.classes == classes)
        }
    }

    @Test func `served classes are part of a plan`() {
        var world = PlanWorld()
        world.pools = [pool("a", network("192.0.2.0/24"))]
        world.services = [
            service("edge", loadBalancerClass: "example.com/edge"), service("plain"),
            service("usual", loadBalancerClass: "martlet.dev/bgp"),
        ]
        let found = plan(world, settings: PlanSettings(classes: Self.named), now: noon)
        #expect(found.services.filter { !$0.addresses.isEmpty }.map(\.name) == ["edge"])
        #expect(
            found.diagnostics.filter { $0.field == "spec.loadBalancerClass" }.map(\.message)
                == ["expected example.com/edge, found martlet.dev/bgp, which nobody serves"]
        )
    }

    @Test(arguments: [
        ("martlet.dev/bgp", true), ("edge", true), ("example.com/Edge_1.x", true), ("", false), ("a/b/c", false),
        ("Example.com/edge", false), ("example.com/", false), ("/edge", false), ("-edge", false), ("a b", false),
        (String(repeating: "x", count: 64), false),
    ])
    func `served classes are names as in Kubernetes`(text: String, isClass: Bool) {
        #expect(LoadBalancerClasses.isClass(text) == isClass)
    }
}
