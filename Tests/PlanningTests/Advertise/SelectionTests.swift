import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import Testing

@Suite struct SelectionTests {
    private func world(_ change: (inout ClusterFixture) -> Void = { _ in }) -> ClusterFixture {
        var world = ClusterFixture()
        world.services = [service("web", namespace: "shop", labels: ["app": "web"], loadBalancer: ["192.0.2.1"])]
        world.slices = [slice(of: "web", namespace: "shop", [.ready("n2")])]
        change(&world)
        return world
    }

    @Test func `an absent entry selector selects nothing, and says so`() {
        let world = world { $0.advertisements = [advertisement([serviceEntry(selector: nil)])] }
        #expect(world.prefixes() == [])
        #expect(world.obstacles() == ["SelectsNothing"])
    }

    @Test func `an empty entry selector selects everything`() {
        #expect(world().prefixes() == ["192.0.2.1/32"])
    }

    @Test func `an absent advertisements selector of a family selects nothing, and says so`() {
        let world = world { $0.peerConfigs = [peerConfig(advertisements: nil)] }
        #expect(world.prefixes() == [])
        #expect(world.obstacles() == ["FamilySelectsNothing"])
    }

    @Test func `an empty advertisements selector of a family selects everything`() {
        let world = world {
            $0.peerConfigs = [peerConfig(advertisements: .everything)]
            $0.advertisements[0].metadata.labels = nil
        }
        #expect(world.prefixes() == ["192.0.2.1/32"])
    }

    @Test func `a family without a matching advertisement says which labels it wants`() {
        let world = world { $0.peerConfigs = [peerConfig(advertisements: .labels(["advertise": "other"]))] }
        #expect(world.prefixes() == [])
        #expect(world.obstacles() == ["NoMatchingAdvertisement"])
    }

    @Test(arguments: [(nil, true), (LabelSelector.everything, true), (.labels(["rack": "2"]), false)])
    func `an absent or empty nodeSelector of an entry selects every node`(selector: LabelSelector?, selects: Bool) {
        let world = world {
            $0.advertisements = [advertisement([serviceEntry(nodeSelector: selector)])]
            $0.nodes = [node("n1", labels: ["rack": "1"])]
        }
        #expect(world.prefixes() == (selects ? ["192.0.2.1/32"] : []))
        #expect(world.obstacles() == (selects ? [] : ["EntryExcludesNode"]))
    }

    @Test(arguments: [
        (["io.kubernetes.service.name": "web"], true), (["io.kubernetes.service.name": "spoofed"], false),
        (["io.kubernetes.service.namespace": "shop"], true), (["io.kubernetes.service.namespace": "spoofed"], false),
    ])
    func `name and namespace are labels that cannot be spoofed`(labels: [String: String], selects: Bool) {
        let world = world {
            $0.services[0].metadata.labels = [
                "io.kubernetes.service.name": "spoofed", "io.kubernetes.service.namespace": "spoofed",
            ]
            $0.advertisements = [advertisement([serviceEntry(selector: .labels(labels))])]
        }
        #expect(world.prefixes() == (selects ? ["192.0.2.1/32"] : []))
    }

    @Test func `NotIn matches a service without the label`() {
        let never = LabelSelector.Requirement(key: "somekey", operator: .notIn, values: ["never-used-value"])
        let world = world {
            $0.advertisements = [advertisement([serviceEntry(selector: LabelSelector(matchExpressions: [never]))])]
        }
        #expect(world.prefixes() == ["192.0.2.1/32"])
    }

    @Test func `a kind of address that no entry lists is not announced`() {
        let world = world { $0.advertisements = [advertisement([serviceEntry([.clusterIP, .externalIP])])] }
        #expect(world.prefixes() == [])
        #expect(world.obstacles() == ["AddressKindNotListed"])
    }

    @Test func `a family that the PeerConfig lacks is not announced`() {
        let world = world { $0.peerConfigs = [peerConfig(families: [.ipv6])] }
        #expect(world.prefixes() == [])
        #expect(world.obstacles() == ["FamilyNotConfigured"])
    }

    @Test func `advertisements without a Service entry say so`() {
        let world = world { $0.advertisements = [advertisement([.init(advertisementType: .podCIDR)])] }
        #expect(world.obstacles() == ["NoServiceEntry"])
    }

    @Test func `nothing is announced to a peer without a PeerConfig`() {
        let world = world { $0.clusterConfigs = [clusterConfig([instance([peer(config: nil)])])] }
        #expect(world.prefixes() == [])
        #expect(world.obstacles() == ["NoPeerConfig"])
    }

    @Test func `nothing is announced to a peer whose PeerConfig is missing`() {
        let world = world { $0.peerConfigs = [] }
        #expect(world.prefixes() == [])
        #expect(world.obstacles() == ["MissingPeerConfig"])
    }

    @Test func `all reasons are given, not just the first`() {
        let world = world {
            $0.advertisements = [
                advertisement([serviceEntry([.clusterIP], selector: .labels(["app": "db"]))])
            ]
            $0.services[0].spec.externalTrafficPolicy = "Local"
            $0.services[0].spec.loadBalancerClass = "else/where"
            $0.nodes = [node("n1", labels: [NodeMark.excludeLabel: ""])]
        }
        #expect(
            world.obstacles() == [
                "SelectorMismatch", "AddressKindNotListed", "ForeignLoadBalancerClass", "NodeExcluded",
                "NoLocalEndpoints",
            ]
        )
    }
}
