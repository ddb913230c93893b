import BGPResources
import Fixtures
import Inspection
import KubeJSON
import KubeModel
import Planning
import TestSupport
import Testing

@Suite struct ForeignClassTests {
    private func explanation(_ service: Service) throws -> ServiceExplanation {
        var world = ClusterFixture()
        world.services = [service]
        return try #require(
            explainService(
                ServiceQuestion(
                    service: service.key,
                    services: world.services,
                    endpointSlices: world.slices,
                    nodes: world.nodes.map { world.configuration($0.metadata.name) }
                )
            )
        )
    }

    @Test(arguments: ["metallb.io/metallb", "martlet.dev/bpg", "io.cilium/bgp-control-plane"])
    func `a foreign class is the reason why a Service has no address`(name: String) throws {
        let found = try explanation(service("web", loadBalancerClass: name))
        #expect(found.findings.map(\.code) == ["ForeignLoadBalancerClass"])
        #expect(found.findings.first?.message.contains("loadBalancerClass \"\(name)\"") == true)
        #expect(found.findings.first?.field == "spec.loadBalancerClass")
        #expect(found.findings.first?.fix?.contains("martlet.dev/bgp") == true)
    }

    @Test(arguments: [nil, "martlet.dev/bgp"])
    func `a class that is unset or ours is not foreign`(name: String?) throws {
        let found = try explanation(service("web", loadBalancerClass: name))
        #expect(!found.findings.map(\.code).contains("ForeignLoadBalancerClass"))
    }

    @Test func `a foreign class is reported once where another implementation gave an address`() throws {
        let found = try explanation(
            service("web", loadBalancer: ["192.0.2.1"], loadBalancerClass: "metallb.io/metallb")
        )
        #expect(found.findings == [])
        #expect(found.nodes.first?.addresses.first?.reasons.contains { $0.code == "ForeignLoadBalancerClass" } == true)
    }

    @Test func `a plan reports a foreign class, as a mistake where it resembles ours`() throws {
        var world = PlanWorld()
        world.services = [
            service("web", loadBalancerClass: "metallb.io/metallb"),
            service("api", loadBalancerClass: "martlet.dev/bpg"),
            service("db", loadBalancerClass: "martlet.dev/bgp"), service("inner", type: "ClusterIP"),
        ]
        let found = plan(world, now: noon).diagnostics.filter { $0.field == "spec.loadBalancerClass" }
        #expect(
            found.map { "\($0.object?.name ?? "") \($0.severity) \($0.reason)" }.sorted() == [
                "api warning UnknownClass", "web warning ForeignLoadBalancerClass",
            ]
        )
    }
}
