import BGPResources
import Fixtures
import KubeModel
import Planning
import Testing

/// Why no pool gives what is asked for, of each pool in its own words.
@Suite struct PoolObstacleTests {
    private let edge = LabelSelector(matchLabels: ["tier": "edge"])

    @Test func `every pool has its reason, the closest match first`() {
        var world = PoolWorld()
        world.setPools(
            pool("edge", network("10.0.0.0/24"), selector: edge),
            pool("off", network("10.1.0.0/24"), disabled: true),
            pool(
                "odd",
                network("10.2.0.0/24"),
                selector: LabelSelector(matchExpressions: [.init(key: "a", operator: .exists)])
            ),
            pool("six", network("2001:db8::/64"))
        )
        world.put(loadBalancer("web"))
        #expect(world.reason("web") == "PoolDisabled")
        #expect(
            world.message("web")
                == "no LoadBalancerIPPool can give this service an IPv4 address: LoadBalancerIPPool/off is disabled and hands out nothing new; "
                + "LoadBalancerIPPool/edge selects tier=edge, which the Service does not match; LoadBalancerIPPool/odd selects a, which the Service does not "
                + "match; LoadBalancerIPPool/six has no IPv4 block"
        )
        world.put(loadBalancer("dual", families: ["IPv6", "IPv4"], familyPolicy: "RequireDualStack"))
        #expect(world.addresses("dual") == ["2001:db8::"])
        #expect(world.message("dual")?.hasPrefix("no LoadBalancerIPPool can give this service an IPv4 address") == true)
    }

    @Test func `a pool that is asked for by name says why it does not serve`() {
        var world = PoolWorld()
        world.setPools(pool("edge", network("10.0.0.0/24"), selector: edge), pool("services", network("10.1.0.0/24")))
        world.put(loadBalancer("web", annotations: ["martlet.dev/pool": "edge"]))
        #expect(world.reason("web") == "PoolSelectorMismatch")
        #expect(
            world.message("web")
                == "no LoadBalancerIPPool can give this service an IPv4 address: LoadBalancerIPPool/edge selects tier=edge, which the Service "
                + "does not match"
        )
        world.put(loadBalancer("other", annotations: ["martlet.dev/pool": "edge"], loadBalancerIP: "10.1.0.7"))
        #expect(
            world.message("other")
                == "no LoadBalancerIPPool can give this service 10.1.0.7: LoadBalancerIPPool/edge does not have 10.1.0.7"
        )
    }

    @Test func `a pool without a usable block comes first where it is requested, and is not named elsewhere`() {
        var world = PoolWorld()
        world.setPools(
            pool("broken", network("nonsense"), selector: edge),
            pool("services", network("10.1.0.0/24"), selector: .labels(["a": "b"]))
        )
        world.put(loadBalancer("meant", labels: ["tier": "edge"]))
        #expect(world.reason("meant") == "InvalidBlocks")
        #expect(
            world.message("meant")
                == "no LoadBalancerIPPool can give this service an IPv4 address: LoadBalancerIPPool/broken has no block that can "
                + "be used; LoadBalancerIPPool/services selects a=b, which the Service does not match"
        )
        world.put(loadBalancer("other", loadBalancerIP: "10.9.9.9"))
        #expect(world.reason("other") == "NoPool")
        #expect(
            world.message("other")
                == "no LoadBalancerIPPool can give this service 10.9.9.9: LoadBalancerIPPool/broken does not have 10.9.9.9; "
                + "LoadBalancerIPPool/services does not have 10.9.9.9"
        )
    }

    @Test func `the lack of pools is reported, and a conflict with the other side`() {
        var world = PoolWorld()
        world.setPools()
        world.put(loadBalancer("web"))
        #expect(world.reason("web") == "NoPool")
        #expect(world.message("web") == "there is no LoadBalancerIPPool, which would give this service an IPv4 address")
        world.setPools(
            pool("old", network("10.0.0.0/24"), selector: edge, created: 1),
            pool("young", network("10.0.0.0/25"), created: 2)
        )
        #expect(world.reason("web") == "PoolConflict")
        #expect(
            world.message("web")
                == "no LoadBalancerIPPool can give this service an IPv4 address: LoadBalancerIPPool/young is in conflict and hands out "
                + "nothing: 10.0.0.0-10.0.0.127 overlaps 10.0.0.0-10.0.0.255 of LoadBalancerIPPool/old; LoadBalancerIPPool/old selects "
                + "tier=edge, which the Service does not match"
        )
    }

    @Test(arguments: [
        (
            "10.0.0.0",
            "10.0.0.0 is the first address of a block of pool a, which keeps those back: allowFirstLastIPs is No"
        ),
        (
            "10.0.0.255",
            "10.0.0.255 is the last address of a block of pool a, which keeps those back: allowFirstLastIPs is No"
        ),
        ("10.0.0.9", "10.0.0.9 is excluded from pool a by spec.excluded"),
        ("ff05::1", "ff05::1 is multicast (ff00::/8), which no service can have"),
    ])
    func `the reason why an address is withheld is reported unchanged`(address: String, message: String) {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24"), network("f000::/4"), excluded: ["10.0.0.8/30"], ends: .no))
        world.put(loadBalancer("web", loadBalancerIP: address))
        #expect(world.reason("web") == "AddressReserved")
        #expect(world.message("web") == message)
    }

    @Test func `a withdrawn address is reported with its pool and the cause`() {
        var world = PoolWorld()
        func losses() -> [String] { world.allocator.takeLosses().values.joined().map(\.message).sorted() }
        world.setPools(pool("a", network("10.0.0.0/24")), pool("b", network("10.1.0.0/24")))
        world.put(loadBalancer("web"))
        #expect(losses() == [])
        world.setPools(pool("b", network("10.1.0.0/24")))
        #expect(losses() == ["10.0.0.0 is lost: pool a was deleted"])
        world.setPools(pool("b", network("10.1.0.128/25")))
        #expect(losses() == ["10.1.0.0 is lost: pool b no longer has it"])
        world.setPools(pool("b", network("10.1.0.128/25"), selector: edge))
        #expect(losses() == ["10.1.0.128 is lost: pool b no longer selects this service"])
        world.put(loadBalancer("web", labels: ["tier": "edge"]))
        world.put(loadBalancer("web", labels: ["tier": "edge"], loadBalancerIP: "10.1.0.200"))
        #expect(world.addresses("web") == ["10.1.0.200"])
        #expect(losses() == [], "what a service asks for no longer is not lost")
    }
}
