import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import TestSupport
import Testing

@Suite struct EntryTypeTests {
    private func world(_ entry: BGPAdvertisement.Entry, _ change: (inout ClusterFixture) throws -> Void) rethrows
        -> ClusterFixture
    {
        var world = ClusterFixture()
        world.peerConfigs = [peerConfig(families: [.ipv4, .ipv6])]
        world.advertisements = [advertisement([entry])]
        try change(&world)
        return world
    }

    @Test func `PodCIDR announces the node's own networks only`() {
        let world = world(.init(advertisementType: .podCIDR)) {
            $0.nodes = [
                node("n1", podCIDRs: ["10.112.0.0/24", "fd00:1::/64"]), node("n2", podCIDRs: ["10.112.1.0/24"]),
            ]
        }
        #expect(world.prefixes("n1") == ["10.112.0.0/24", "fd00:1::/64"])
        #expect(world.prefixes("n2") == ["10.112.1.0/24"])
        #expect(
            world.advertised("n2").routes(of: router).first?.sources.map(\.object)
                == [ObjectReference(kind: "Node", name: "n2")]
        )
    }

    @Test func `a node without a pod network says so`() {
        let world = world(.init(advertisementType: .podCIDR)) { $0.nodes = [node("n1", podCIDRs: ["broken"])] }
        #expect(world.prefixes() == [])
        #expect(
            world.advertised().entryDecisions.map { $0.reasons.map(\.code) }
                == Array(repeating: ["Selected", "NoPodCIDR", "InvalidPodCIDR"], count: 2)
        )
    }

    @Test func `Prefixes announces a list, by family`() throws {
        let list = [try prefix("198.51.100.0/24"), try prefix("2001:db8:1::/48"), try prefix("192.0.2.0/24")]
        var world = world(.init(advertisementType: .prefixes, prefixes: list)) { _ in }
        #expect(world.prefixes() == ["192.0.2.0/24", "198.51.100.0/24", "2001:db8:1::/48"])
        world.peerConfigs = [peerConfig(families: [.ipv6])]
        #expect(world.prefixes() == ["2001:db8:1::/48"])
    }

    @Test func `Interface announces a device's usable addresses`() throws {
        let texts = [
            "10.9.9.9", "127.0.0.1", "169.254.1.1", "224.0.0.5", "0.0.0.0", "2001:db8::9", "fe80::1", "::1",
            "::ffff:10.0.0.1",
        ]
        let addresses = try texts.map(address)
        let entry = BGPAdvertisement.Entry(advertisementType: .interface, interface: .init(name: "lo1"))
        let world = world(entry) {
            $0.interfaces = [
                InterfaceAddresses(name: "lo1", addresses: addresses + addresses),
                InterfaceAddresses(name: "eth0", addresses: addresses),
            ]
        }
        #expect(world.prefixes() == ["10.9.9.9/32", "169.254.1.1/32", "2001:db8::9/128"])
    }

    @Test func `LoadBalancerIPPool announces the pools' own networks`() throws {
        let pool = PoolNetworks(name: "public", labels: ["tier": "a"], networks: [try prefix("203.0.113.0/24")])
        func entry(_ selector: LabelSelector?) -> BGPAdvertisement.Entry {
            .init(advertisementType: .loadBalancerIPPool, selector: selector)
        }
        #expect(world(entry(.everything)) { $0.pools = [pool] }.prefixes() == ["203.0.113.0/24"])
        #expect(world(entry(.labels(["tier": "b"]))) { $0.pools = [pool] }.prefixes() == [])
        let absent = world(entry(nil)) { $0.pools = [pool] }
        #expect(absent.prefixes() == [])
        #expect(absent.advertised().entryDecisions.first?.reasons.last?.code == "SelectsNothing")
        let excluded = world(entry(.everything)) {
            $0.pools = [pool]
            $0.nodes[0].metadata.labels = [NodeMark.excludeLabel: ""]
        }
        #expect(excluded.prefixes() == [])
    }

    @Test func `every type takes a nodeSelector`() throws {
        let entry = BGPAdvertisement.Entry(
            advertisementType: .prefixes,
            prefixes: [try prefix("192.0.2.0/24")],
            nodeSelector: .labels(["rack": "1"])
        )
        let world = world(entry) { $0.nodes = [node("n1", labels: ["rack": "1"]), node("n2")] }
        #expect(world.prefixes("n1") == ["192.0.2.0/24"])
        #expect(world.prefixes("n2") == [])
        #expect(world.advertised("n2").entryDecisions.first?.reasons.map(\.code) == ["EntryExcludesNode"])
    }

    @Test func `peers of one PeerConfig share a table, and others have their own`() {
        let world = world(.init(advertisementType: .podCIDR)) {
            $0.peerConfigs.append(peerConfig("other", families: [.ipv6]))
            $0.clusterConfigs = [
                clusterConfig([instance([peer("a"), peer("b", config: "other"), peer("c")])])
            ]
        }
        let groups = Advertiser(world.snapshot()).tables.groups
        #expect(groups.map { $0.peers.map(\.peer) } == [["a", "c"], ["b"]])
    }
}
