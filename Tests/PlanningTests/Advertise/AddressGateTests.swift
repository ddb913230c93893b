import BGPEngine
import BGPResources
import BGPTypes
import BGPWire
import Fixtures
import KubeModel
import Planning
import TestSupport
import Testing

@Suite struct AddressGateTests {
    private func world(_ made: Service, kinds: [AddressKind] = AddressKind.allCases) -> ClusterFixture {
        var world = ClusterFixture()
        world.advertisements = [advertisement([serviceEntry(kinds)])]
        world.services = [made]
        world.slices = [slice(of: "web", [.ready("n1")])]
        return world
    }

    @Test(arguments: [(nil, true), ("martlet.dev/bgp", true), ("else/where", false), ("", false)])
    func `a load balancer class must be absent or ours`(name: String?, isAnnounced: Bool) {
        let world = world(service("web", loadBalancer: ["192.0.2.1"], loadBalancerClass: name))
        #expect(world.prefixes() == (isAnnounced ? ["192.0.2.1/32"] : []))
        #expect(world.obstacles() == (isAnnounced ? [] : ["ForeignLoadBalancerClass"]))
    }

    @Test func `the class concerns load balancer addresses only`() {
        let world = world(
            service("web", external: ["192.0.2.2"], cluster: ["10.96.0.1"], loadBalancerClass: "else/where")
        )
        #expect(world.prefixes() == ["10.96.0.1/32", "192.0.2.2/32"])
    }

    @Test func `an address left in the status of another type is not announced`() {
        let world = world(service("web", type: "ClusterIP", loadBalancer: ["192.0.2.1"]))
        #expect(world.prefixes() == [])
        #expect(world.obstacles() == ["NotLoadBalancer"])
    }

    @Test func `external addresses are announced for every type`() {
        #expect(world(service("web", type: "NodePort", external: ["192.0.2.2"])).prefixes() == ["192.0.2.2/32"])
    }

    @Test func `a headless service has no cluster address`() {
        let advertised = world(service("web", type: "ClusterIP", cluster: ["None"])).advertised()
        #expect(advertised.routes(of: router) == [])
        #expect(advertised.decisions == [])
    }

    @Test func `both cluster addresses count, and the single field where the list is absent`() {
        var world = world(service("web", type: "ClusterIP", cluster: ["10.96.0.1", "10.96.0.2"]))
        #expect(world.prefixes() == ["10.96.0.1/32", "10.96.0.2/32"])
        world.services[0].spec.clusterIPs = nil
        #expect(world.prefixes() == ["10.96.0.1/32"])
    }

    @Test func `names and invalid addresses are reported, and the rest is announced`() {
        var made = service("web", loadBalancer: ["192.0.2.1", "not-an-address"])
        made.status?.loadBalancer?.ingress?.append(Service.Ingress(hostname: "web.example"))
        let advertiser = Advertiser(world(made).snapshot())
        #expect(advertiser.routes(of: router).map(\.prefix.description) == ["192.0.2.1/32"])
        let findings = advertiser.findings(of: ObjectKey(namespace: "default", name: "web"))
        #expect(findings.map(\.code) == ["InvalidAddress", "HostnameOnly"])
    }

    @Test func `a load balancer without an address says that it waits for one`() {
        let advertiser = Advertiser(world(service("web")).snapshot())
        let findings = advertiser.findings(of: ObjectKey(namespace: "default", name: "web"))
        #expect(findings.map(\.code) == ["NoAddress"])
    }

    @Test func `a shared address is announced while any of its services justifies it`() throws {
        var world = world(service("web", loadBalancer: ["192.0.2.1"], externalPolicy: .local))
        world.services.append(service("dns", loadBalancer: ["192.0.2.1"], externalPolicy: .local))
        world.slices = [slice(of: "web", [.ready("n2")]), slice(of: "dns", [.ready("n1")])]
        #expect(world.prefixes() == ["192.0.2.1/32"])
        let web = try #require(world.advertised().decisions.first { $0.service.name == "web" })
        #expect(!web.isWanted)
        #expect(web.reasons.last?.code == "AnnouncedForOthers")
        world.slices = [slice(of: "web", [.ready("n2")])]
        #expect(world.prefixes() == [])
    }
}

@Suite struct NodeGateTests {
    private let exclude = NodeMark.excludeLabel

    private func world(_ change: (inout ClusterFixture) -> Void) -> ClusterFixture {
        var world = ClusterFixture()
        world.advertisements = [
            advertisement([serviceEntry(AddressKind.allCases), .init(advertisementType: .podCIDR)])
        ]
        world.nodes = [node("n1", podCIDRs: ["10.112.0.0/24"])]
        world.services = [
            service("web", loadBalancer: ["192.0.2.1"], external: ["192.0.2.2"], cluster: ["10.96.0.1"])
        ]
        world.slices = [slice(of: "web", [.ready("n1")])]
        change(&world)
        return world
    }

    private let all = ["10.96.0.1/32", "10.112.0.0/24", "192.0.2.1/32", "192.0.2.2/32"]

    @Test(arguments: [("", false), ("true", false), ("anything", false), ("false", true)])
    func `an excluded node announces no LoadBalancerIP and no ExternalIP`(value: String, announcesAll: Bool) {
        let world = world { $0.nodes[0].metadata.labels = [exclude: value] }
        #expect(world.prefixes() == (announcesAll ? all : ["10.96.0.1/32", "10.112.0.0/24"]))
        #expect(world.obstacles() == (announcesAll ? [] : ["NodeExcluded"]))
    }

    @Test func `nodeExclusion Ignore disables the label, and says so`() throws {
        let world = world {
            $0.nodes[0].metadata.labels = [exclude: "true"]
            $0.clusterConfigs = [clusterConfig(exclusion: .ignore)]
        }
        #expect(world.prefixes() == all)
        let decision = try #require(world.advertised().decisions.first)
        #expect(decision.reasons.map(\.code) == ["Selected", "NodeExclusionIgnored", "UsableEndpoints"])
    }

    @Test func `a node without network announces no service`() {
        let world = world {
            $0.nodes[0].status?.conditions = [Condition(type: "NetworkUnavailable", status: .true)]
        }
        #expect(world.prefixes() == ["10.112.0.0/24"])
        #expect(world.obstacles() == ["NetworkUnavailable"])
    }

    @Test(arguments: [ConditionStatus.false, .unknown])
    func `only a True NetworkUnavailable counts`(status: ConditionStatus) {
        let world = world {
            $0.nodes[0].status?.conditions = [Condition(type: "NetworkUnavailable", status: status)]
        }
        #expect(world.prefixes() == all)
    }

    @Test func `a node announces no service before its data path answers`() {
        let world = world { $0.gates.dataPath = .notReady("connection refused") }
        #expect(world.prefixes() == ["10.112.0.0/24"])
        #expect(world.obstacles() == ["DataPathNotReady"])
    }

    @Test func `a cordoned node announces as before`() {
        #expect(world { $0.nodes[0].spec?.unschedulable = true }.prefixes() == all)
    }

    @Test func `a draining node asks routers to prefer other nodes`() throws {
        let world = world { $0.gates.drain = .shuttingDown }
        #expect(world.prefixes() == all)
        let routes = world.advertised().routes(of: router).map(\.route)
        #expect(routes.map(\.attributes.localPreference) == [0, nil, 0, 0])
        #expect(
            routes.map { $0.attributes.communities.map(\.description) } == [["65535:0"], [], ["65535:0"], ["65535:0"]]
        )
    }

    @Test func `a drained node keeps only what no other node announces`() throws {
        let last = try prefix("192.0.2.2/32")
        let world = world { $0.gates.drain = .drained(keeping: [last]) }
        #expect(world.prefixes() == ["10.112.0.0/24", "192.0.2.2/32"])
        let decisions = world.advertised().decisions
        #expect(decisions.map { $0.reasons.last?.code } == ["NodeDrained", "LastAnnouncer", "NodeDrained"])
    }

    @Test func `a node without a Node object announces what does not depend on one`() {
        let world = world { _ in }
        var snapshot = world.snapshot()
        snapshot.configuration.node = nil
        #expect(
            NodeAdvertisements(snapshot).routes(of: router).map(\.route.prefix.description)
                == ["10.96.0.1/32", "192.0.2.1/32", "192.0.2.2/32"]
        )
    }
}
