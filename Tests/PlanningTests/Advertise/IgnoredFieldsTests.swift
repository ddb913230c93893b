import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeJSON
import KubeModel
import Planning
import Testing

@Suite struct IgnoredFieldsTests {
    private func world(_ change: (inout ClusterFixture) -> Void = { _ in }) -> ClusterFixture {
        var world = ClusterFixture()
        world.services = [service("web", loadBalancer: ["192.0.2.1"])]
        world.slices = [slice(of: "web", [.ready("n2")])]
        change(&world)
        return world
    }

    @Test(arguments: [ConditionStatus.false, .unknown])
    func `the node's Ready condition is ignored`(status: ConditionStatus) {
        let world = world { $0.nodes[0].status?.conditions = [Condition(type: "Ready", status: status)] }
        #expect(world.prefixes() == ["192.0.2.1/32"])
    }

    @Test func `a cordon is ignored`() {
        #expect(world { $0.nodes[0].spec?.unschedulable = true }.prefixes() == ["192.0.2.1/32"])
    }

    @Test func `taints, topology hints and trafficDistribution are ignored`() throws {
        var world = world()
        func with(_ members: [String: JSONValue], in object: some Codable, at field: String?) throws -> JSONValue {
            var all = try JSON.tree(object).object ?? [:]
            if let field {
                all[field] = .object((all[field]?.object ?? [:]).merging(members) { $1 })
            } else {
                all.merge(members) { $1 }
            }
            return .object(all)
        }
        let taints: JSONValue = [["key": "node.kubernetes.io/unreachable", "effect": "NoExecute"]]
        world.nodes[0] = try JSON.decode(Node.self, from: with(["taints": taints], in: world.nodes[0], at: "spec"))
        let distribution: [String: JSONValue] = ["trafficDistribution": "PreferClose"]
        world.services[0] = try JSON.decode(
            Service.self,
            from: with(distribution, in: world.services[0], at: "spec")
        )
        let hinted = try JSON.tree(world.slices[0])["endpoints"]?.array?.map { endpoint in
            try with(["hints": ["forZones": [["name": "elsewhere"]]]], in: endpoint, at: nil)
        }
        world.slices[0] = try JSON.decode(
            EndpointSlice.self,
            from: with(["endpoints": .array(hinted ?? [])], in: world.slices[0], at: nil)
        )
        #expect(world.prefixes() == ["192.0.2.1/32"])
    }

    @Test func `an address set by hand is announced like one from a pool`() {
        let byHand = world { $0.services = [service("web", loadBalancer: ["203.0.113.7"])] }
        #expect(byHand.prefixes() == ["203.0.113.7/32"])
    }

    @Test func `the other traffic policy is ignored`() {
        let world = world {
            $0.advertisements = [advertisement([serviceEntry([.loadBalancerIP, .externalIP, .clusterIP])])]
            $0.services = [
                service(
                    "web",
                    loadBalancer: ["192.0.2.1"],
                    external: ["192.0.2.2"],
                    cluster: ["10.96.0.1"],
                    externalPolicy: .cluster,
                    internalPolicy: .local
                )
            ]
        }
        #expect(world.prefixes() == ["192.0.2.1/32", "192.0.2.2/32"])
        #expect(world.prefixes("n1").isEmpty == false)
    }
}

@Suite struct AnnouncementChangeTests {
    @Test func `a pod network that the node loses is withdrawn`() {
        var world = ClusterFixture()
        world.advertisements = [advertisement([.init(advertisementType: .podCIDR)])]
        world.nodes = [node("n1", podCIDRs: ["10.112.0.0/24", "10.112.9.0/24"])]
        #expect(world.prefixes() == ["10.112.0.0/24", "10.112.9.0/24"])
        world.nodes = [node("n1", podCIDRs: ["10.112.9.0/24"])]
        #expect(world.prefixes() == ["10.112.9.0/24"])
    }

    @Test func `services that share an aggregate merge their attributes, and it stays while one justifies it`()
        throws
    {
        var world = ClusterFixture()
        world.advertisements = [
            advertisement([
                serviceEntry(
                    selector: .labels(["app": "a"]),
                    length4: 24,
                    attributes: .init(localPreference: 50, med: 5)
                ),
                serviceEntry(
                    selector: .labels(["app": "b"]),
                    length4: 24,
                    attributes: .init(localPreference: 90, med: 9)
                ),
            ])
        ]
        world.services = [
            service("one", labels: ["app": "a"], loadBalancer: ["192.0.2.1"]),
            service("two", labels: ["app": "b"], loadBalancer: ["192.0.2.2"]),
        ]
        world.slices = [slice(of: "one", [.ready("n1")]), slice(of: "two", [.ready("n1")])]
        let both = try #require(world.advertised().routes(of: router).first?.route)
        #expect(world.prefixes() == ["192.0.2.0/24"])
        #expect([both.attributes.localPreference, both.attributes.med] == [90, 5])
        world.slices = [slice(of: "one", [.ready("n1")])]
        let one = try #require(world.advertised().routes(of: router).first?.route)
        #expect(world.prefixes() == ["192.0.2.0/24"])
        #expect([one.attributes.localPreference, one.attributes.med] == [50, 5])
    }
}
