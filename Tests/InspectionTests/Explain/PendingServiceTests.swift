import BGPResources
import BGPTypes
import Fixtures
import Inspection
import KubeModel
import Planning
import TestSupport
import Testing

@Suite struct PendingServiceTests {
    private func pending(
        labels: [String: String] = [:],
        annotations: [String: String]? = nil,
        families: [String] = ["IPv4"],
        addresses: [String] = [],
        says reason: String? = "NoPool",
        _ message: String = "no pool that hands out addresses has IPv4 addresses for this service"
    ) -> Service {
        var made = service("intern", namespace: "shop", labels: labels, loadBalancer: addresses)
        made.metadata.annotations = annotations
        made.spec.ipFamilies = families
        made.spec.ipFamilyPolicy = families.count > 1 ? "RequireDualStack" : "SingleStack"
        made.status?.conditions = reason.map { reason in
            [
                Condition(
                    type: "martlet.dev/IPAMRequestSatisfied",
                    status: .false,
                    reason: ReasonCode(rawValue: reason),
                    message: message
                )
            ]
        }
        return made
    }

    private func pool(
        _ name: String,
        _ cidr: String = "192.0.2.0/24",
        selector: LabelSelector? = nil,
        _ change: (inout LoadBalancerIPPool) -> Void = { _ in }
    ) -> LoadBalancerIPPool {
        var pool = LoadBalancerIPPool(
            metadata: ObjectMeta(name: name),
            spec: LoadBalancerIPPool.Spec(blocks: [LoadBalancerIPPool.Block(cidr: cidr)], serviceSelector: selector)
        )
        change(&pool)
        return pool
    }

    private func explained(_ service: Service, _ pools: [LoadBalancerIPPool]) -> [ExplainedReason] {
        var world = ClusterFixture()
        world.services = [service]
        let question = ServiceQuestion(
            service: service.key,
            services: [service],
            endpointSlices: [],
            nodes: [world.configuration("n1")],
            pools: pools
        )
        return explainService(question)?.findings ?? []
    }

    @Test func `a Service whose address is reserved is not referred to another pool`() {
        let found = explained(
            pending(says: "AddressWithheld", "192.0.2.1 is kept"),
            [pool("edge", selector: .labels(["tier": "edge"])), pool("services")]
        )
        #expect(found.map(\.code) == ["AddressWithheld"])
    }

    @Test func `a waiting Service is explained in the operator's words first, then pool by pool`() {
        let found = explained(
            pending(says: "PoolSelectorMismatch", "word for word"),
            [
                pool("edge", selector: .labels(["tier": "edge"])),
                pool("services", "198.51.100.0/24", selector: .labels(["expose": "bgp"])),
            ]
        )
        #expect(found.map(\.code) == ["PoolSelectorMismatch", "PoolSelectorMismatch", "PoolSelectorMismatch"])
        #expect(
            found.map(\.message) == [
                "word for word", "LoadBalancerIPPool/edge selects tier=edge, which the Service does not match",
                "LoadBalancerIPPool/services selects expose=bgp, which the Service does not match",
            ]
        )
        #expect(found.allSatisfy { $0.effect == .prevents })
        #expect(found[0].object == "Service/shop/intern")
        #expect(found[0].field == "status.conditions")
        #expect(
            found.map(\.fix) == [
                nil, "kubectl label service intern -n shop tier=edge",
                "kubectl label service intern -n shop expose=bgp",
            ]
        )
    }

    @Test func `a waiting Service is given each pool's reason`() {
        func why(_ service: Service, _ pool: LoadBalancerIPPool) -> String {
            explained(service, [pool]).last.map { "\($0.code): \($0.message)" } ?? ""
        }
        #expect(
            why(pending(), pool("a") { $0.spec.disabled = true })
                == "PoolDisabled: LoadBalancerIPPool/a is disabled and hands out nothing new"
        )
        #expect(
            why(pending(annotations: ["martlet.dev/pool": "b"]), pool("a"))
                == "PoolNotNamed: LoadBalancerIPPool/a is not asked: the Service names pool \"b\" (martlet.dev/pool)"
        )
        #expect(
            why(pending(families: ["IPv6"]), pool("a")) == "PoolLacksFamily: LoadBalancerIPPool/a has no IPv6 block"
        )
        #expect(
            why(pending(annotations: ["martlet.dev/ips": "203.0.113.9"]), pool("a"))
                == "PoolLacksAddress: LoadBalancerIPPool/a does not have 203.0.113.9"
        )
        // Labels would not help.
        #expect(
            why(
                pending(annotations: ["martlet.dev/ips": "203.0.113.9"]),
                pool("a") { $0.spec.serviceSelector = .labels(["tier": "edge"]) }
            ) == "PoolLacksAddress: LoadBalancerIPPool/a does not have 203.0.113.9"
        )
        #expect(
            why(pending(annotations: ["martlet.dev/ips": "192.0.2.0"]), pool("a") { $0.spec.allowFirstLastIPs = .no })
                .hasPrefix(
                    "AddressReserved: LoadBalancerIPPool/a never hands out 192.0.2.0: the first of its block, allowFirstLastIPs"
                )
        )
        #expect(
            why(pending(), pool("a") { $0.status = .init(ipv4: .init(total: "256", used: "256", available: "0")) })
                == "OutOfIPs: LoadBalancerIPPool/a has no free IPv4 address"
        )
        let conflict = LoadBalancerIPPool.Conflict(range: "r1", with: "LoadBalancerIPPool/b", otherRange: "r2")
        #expect(
            why(pending(), pool("a") { $0.status = .init(conflicts: [conflict]) })
                == "PoolConflict: LoadBalancerIPPool/a is in conflict and hands out nothing: r1 overlaps r2 of "
                + "LoadBalancerIPPool/b"
        )
        #expect(
            why(pending(), pool("a", "nonsense")) == "InvalidBlocks: LoadBalancerIPPool/a has no block that can be used"
        )
        #expect(why(pending(), pool("a")) == "PoolServes: LoadBalancerIPPool/a serves the Service")
    }

    @Test func `a Service with half of its addresses is given the reasons for the other half`() {
        let found = explained(
            pending(families: ["IPv4", "IPv6"], addresses: ["192.0.2.1"], "the IPv6 half is missing"),
            [pool("a")]
        )
        #expect(found.first?.message == "the IPv6 half is missing")
        #expect(found.last?.message == "LoadBalancerIPPool/a has no IPv6 block")
    }

    @Test func `a Service without a word from the operator waits for the operator`() {
        let found = explained(pending(says: nil), [pool("a", selector: .labels(["tier": "edge"]))])
        #expect(found.map(\.code) == ["NoAddress", "PoolSelectorMismatch"])
        #expect(explained(pending(says: nil), []).map(\.code) == ["NoAddress"])
    }

    @Test func `a Service of another implementation is not referred to our pools`() {
        var made = pending(says: nil)
        made.spec.loadBalancerClass = "metallb"
        let found = explained(made, [pool("a", selector: .labels(["tier": "edge"]))])
        #expect(found.map(\.code) == ["ForeignLoadBalancerClass"])
        #expect(found.first?.message.hasPrefix("Service/shop/intern has loadBalancerClass \"metallb\", which") == true)
    }

    @Test func `a Service that has all it asks for needs no explanation`() {
        var made = pending(addresses: ["192.0.2.1"])
        made.status?.conditions?[0].status = .true
        #expect(explained(made, [pool("a", selector: .labels(["tier": "edge"]))]) == [])
    }
}
