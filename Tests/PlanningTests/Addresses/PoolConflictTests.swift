import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import Testing

@Suite struct PoolConflictTests {
    @Test func `the younger of two overlapping pools yields, names the other, and keeps what it gave`() {
        var world = PoolWorld()
        world.setPools(pool("young", network("10.0.0.0/24"), network("10.7.0.0/24"), created: 2))
        world.put(loadBalancer("early"))
        world.setPools(
            pool("young", network("10.0.0.0/24"), network("10.7.0.0/24"), created: 2),
            pool("old", network("10.0.0.128/25"), created: 1)
        )
        world.put(loadBalancer("late"))
        #expect(world.addresses("early") == ["10.0.0.0"])
        #expect(world.addresses("late") == ["10.0.0.128"])
        #expect(
            world.status("young")?.conflicts == [
                .init(range: "10.0.0.0-10.0.0.255", with: "LoadBalancerIPPool/old", otherRange: "10.0.0.128-10.0.0.255")
            ]
        )
        #expect(world.status("young")?.conditions.holds("PoolConflict") == true)
        #expect(world.status("young")?.conditions.holds("Ready") == false)
        #expect(world.status("old")?.conditions.holds("Ready") == true)
    }

    @Test func `networks of cluster IPs and the pool itself are conflicts too`() throws {
        var world = PoolWorld()
        world.foreign = ForeignRange.serviceNetworks(told: [try #require(IPPrefix("10.1.0.0/20"))], found: [])
        world.setPools(
            pool("services", network("10.1.0.0/16")),
            pool("itself", network("10.2.0.0/24"), run("10.2.0.5", "10.2.0.6")),
            pool("fine", run("10.3.0.1"))
        )
        #expect(world.status("services")?.conflicts.map(\.with) == ["service network 10.1.0.0/20"])
        #expect(world.status("itself")?.conflicts.map(\.with) == ["LoadBalancerIPPool/itself"])
        world.put(loadBalancer("s"))
        #expect(world.addresses("s") == ["10.3.0.1"])
    }

    @Test(arguments: [
        (LoadBalancerIPPool.Block(cidr: "10.0.0.200/28"), "without host bits such as 10.0.0.192/28"),
        (LoadBalancerIPPool.Block(cidr: "0.0.0.0/0"), "smaller than the whole internet"),
        (LoadBalancerIPPool.Block(cidr: "nonsense"), "CIDR notation"),
        (LoadBalancerIPPool.Block(start: "10.0.0.9", stop: "10.0.0.1"), "not below start 10.0.0.9"),
        (LoadBalancerIPPool.Block(start: "10.0.0.9", stop: "2001:db8::1"), "family of start"),
        (LoadBalancerIPPool.Block(cidr: "10.0.0.0/24", start: "10.0.0.1"), "either cidr or start"),
        (LoadBalancerIPPool.Block(), "expected cidr or start"),
    ])
    func `a faulty block is named and the others serve`(block: LoadBalancerIPPool.Block, text: String) {
        var world = PoolWorld()
        world.setPools(pool("a", block, run("10.5.0.1")))
        world.put(loadBalancer("s"))
        #expect(world.addresses("s") == ["10.5.0.1"])
        let condition = world.status("a")?.conditions.of("InvalidBlocks")
        #expect(condition?.status == .true)
        #expect(condition?.message?.contains("spec.blocks[0]") == true)
        #expect(condition?.message?.contains(text) == true)
    }

    @Test func `usage is counted in any family without listing addresses`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/30"), network("2001:db8::/32"), excluded: ["10.0.0.3"]))
        world.put(loadBalancer("s", families: ["IPv4", "IPv6"], familyPolicy: "PreferDualStack"))
        let status = world.status("a")
        #expect(status?.ipv4 == .init(total: "4", used: "1", available: "2"))
        #expect(
            status?.ipv6
                == .init(
                    total: "79228162514264337593543950336",
                    used: "1",
                    available: "79228162514264337593543950335"
                )
        )
    }
}
