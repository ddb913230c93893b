import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import TestSupport
import Testing

@Suite struct EndpointPlaceTests {
    private func world(_ policy: Service.TrafficPolicy, _ slices: [EndpointSlice]) -> ClusterFixture {
        var world = ClusterFixture()
        world.nodes.append(node("n2", ips: ["10.0.0.2"]))
        world.peerConfigs = [peerConfig(families: [.ipv4, .ipv6])]
        world.services = [service("web", loadBalancer: ["192.0.2.1", "2001:db8::1"], externalPolicy: policy)]
        world.slices = slices
        return world
    }

    /// What Cilium writes behind the Service of a Gateway or an Ingress.
    private func proxy(name: String = "cilium", ready: Bool? = true) -> EndpointSlice {
        EndpointSlice(
            metadata: ObjectMeta(
                name: name,
                namespace: "default",
                labels: [EndpointSlice.serviceNameLabel: "web", "gateway.networking.k8s.io/gateway-name": "web"]
            ),
            addressType: "IPv4",
            endpoints: [
                EndpointSlice.Endpoint(
                    addresses: ["192.192.192.192"],
                    conditions: ready.map { EndpointSlice.Conditions(ready: $0) }
                )
            ]
        )
    }

    @Test func `endpoints without a node count on no node under Local, and the reason has a fix that works`() throws {
        var world = world(.local, [slice(of: "web", [.ready(nil), .ready(nil)])])
        for name in ["n1", "n2"] {
            #expect(world.prefixes(name) == [])
            let reason = try #require(world.advertised(name).decisions.first?.obstacles.first)
            #expect(reason.code == "EndpointsWithoutNode")
            #expect(
                reason.message
                    == "externalTrafficPolicy is Local and no IPv4 endpoint on \(name) can serve: of 2 ready ones "
                    + "in the cluster 2 have no nodeName, so that no node counts them as its own"
            )
            #expect(
                reason.fix
                    == "set spec.externalTrafficPolicy to Cluster, or give the endpoints in the EndpointSlice the "
                    + "nodeName they run on"
            )
        }
        world.services[0].spec.externalTrafficPolicy = "Cluster"
        #expect(world.prefixes() == ["192.0.2.1/32"])
        world.services[0].spec.externalTrafficPolicy = "Local"
        world.slices = [slice(of: "web", [.ready("n1"), .ready(nil)])]
        #expect(world.prefixes("n1") == ["192.0.2.1/32"])
        let reason = try #require(world.advertised("n2").decisions.first?.obstacles.first)
        #expect(
            reason.message.hasSuffix(
                "of 2 ready ones in the cluster 1 has no nodeName, so that no node counts it as its own"
            )
        )
    }

    @Test func `endpoints without a node do not matter where all ready ones name theirs`() {
        let world = world(.local, [slice(of: "web", [.ready("n1"), .notReady(nil), .gone(nil)])])
        #expect(world.advertised("n2").decisions.first?.obstacles.map(\.code) == ["NoLocalEndpoints"])
    }

    @Test(arguments: [Service.TrafficPolicy.local, .cluster])
    func `a network plugin's own proxy without a node serves on every node, in both families`(
        policy: Service.TrafficPolicy
    )
        throws
    {
        for slices in [[proxy()], [proxy(ready: nil)], [proxy(), proxy(name: "mirrored")]] {
            let world = world(policy, slices)
            for name in ["n1", "n2"] {
                #expect(world.prefixes(name) == ["192.0.2.1/32", "2001:db8::1/128"])
                let decision = try #require(world.advertised(name).decisions.first)
                #expect(decision.reasons.last?.code == "ServedByPlugin")
            }
        }
    }

    @Test func `a proxy that is not ready, or has pods beside it, serves no other node`() {
        #expect(world(.local, [proxy(ready: false)]).prefixes() == [])
        let beside = world(.local, [proxy(), slice(of: "web", [.ready("n1")])])
        #expect(beside.prefixes("n1") == ["192.0.2.1/32"])
        #expect(beside.prefixes("n2") == [])
        var placed = proxy()
        placed.endpoints?[0].nodeName = "n2"
        #expect(world(.local, [placed]).prefixes("n1") == [])
    }

    @Test func `slices that come and go change where endpoints count`() {
        let start = world(.local, [])
        var advertiser = Advertiser(start.snapshot())
        let proxy = proxy()
        _ = advertiser.update(endpointSlices: [proxy.key: ServiceEndpoints(proxy)])
        #expect(advertiser.routes(of: router).count == 2)
        _ = advertiser.update(endpointSlices: [proxy.key: nil])
        #expect(advertiser.routes(of: router) == [])
    }
}
