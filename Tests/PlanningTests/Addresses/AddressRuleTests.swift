import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import Testing

/// The rules of moving, sharing and keeping that a change of a service or a pool brings into play.
@Suite struct AddressRuleTests {
    private let gold = LabelSelector(matchLabels: ["tier": "gold"])
    private let key = ["martlet.dev/sharing-key": "k"]

    @Test func `the lowest free address is given, also after a higher one was asked for`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        world.put(loadBalancer("asks", loadBalancerIP: "10.0.0.200"))
        world.put(loadBalancer("next"))
        #expect(world.addresses("next") == ["10.0.0.0"])
    }

    @Test func `blocks of a pool are used in their order`() {
        var world = PoolWorld()
        world.setPools(pool("a", run("10.0.9.9"), run("10.0.0.1")))
        for name in ["first", "second"] { world.put(loadBalancer(name)) }
        #expect([world.addresses("first"), world.addresses("second")] == [["10.0.9.9"], ["10.0.0.1"]])
    }

    @Test func `a pool's new selector takes the address away, another pool gives one`() {
        var world = PoolWorld()
        world.setPools(pool("a", run("10.0.0.1")))
        world.put(loadBalancer("s"))
        world.setPools(pool("a", run("10.0.0.1"), selector: gold))
        #expect(world.addresses("s") == [])
        #expect(world.reason("s") == "PoolSelectorMismatch")
        world.setPools(pool("a", run("10.0.0.1"), selector: gold), pool("b", run("10.0.1.1")))
        #expect(world.addresses("s") == ["10.0.1.1"])
    }

    @Test func `a service's new labels take the address away and free it for others`() {
        var world = PoolWorld()
        world.setPools(pool("a", run("10.0.0.1"), selector: gold))
        world.put(loadBalancer("s", labels: ["tier": "gold"]))
        world.put(loadBalancer("waits", labels: ["tier": "gold"]))
        #expect(world.put(loadBalancer("s", labels: ["tier": "tin"])).map(\.name) == ["s", "waits"])
        #expect(world.addresses("s") == [])
        #expect(world.addresses("waits") == ["10.0.0.1"])
    }

    @Test func `name and namespace can be selected and not be faked by labels`() {
        let pools = [
            pool(
                "a",
                run("10.0.0.1"),
                selector: LabelSelector(matchLabels: ["io.kubernetes.service.namespace": "shop"])
            )
        ]
        var world = PoolWorld()
        world.setPools(pools[0])
        world.put(loadBalancer("s", in: "evil", labels: ["io.kubernetes.service.namespace": "shop"]))
        world.put(loadBalancer("s", in: "shop"))
        #expect(world.addresses("s", in: "evil") == [])
        #expect(world.addresses("s", in: "shop") == ["10.0.0.1"])
    }

    @Test func `another family frees the old address and gives a new one at once`() {
        var world = PoolWorld()
        world.setPools(pool("a", run("10.0.0.1"), run("2001:db8::1")))
        world.put(loadBalancer("s", families: ["IPv4"]))
        world.put(loadBalancer("waits", families: ["IPv4"]))
        #expect(world.put(loadBalancer("s", families: ["IPv6"])).map(\.name) == ["s", "waits"])
        #expect(world.addresses("s") == ["2001:db8::1"])
        #expect(world.addresses("waits") == ["10.0.0.1"])
    }

    @Test func `a second family leaves the first address, a single stack again frees the second`() {
        var world = PoolWorld()
        world.setPools(pool("a", run("10.0.0.1"), run("2001:db8::1")))
        let both = loadBalancer("s", families: ["IPv4", "IPv6"], familyPolicy: "PreferDualStack")
        world.put(loadBalancer("s"))
        world.put(both)
        #expect(world.addresses("s") == ["10.0.0.1", "2001:db8::1"])
        world.put(loadBalancer("s"))
        #expect(world.addresses("s") == ["10.0.0.1"])
        world.put(loadBalancer("six", families: ["IPv6"]))
        #expect(world.addresses("six") == ["2001:db8::1"])
    }

    @Test func `the available one of two families is given, and the other is named`() {
        var world = PoolWorld()
        world.setPools(pool("a", run("10.0.0.1")))
        world.put(loadBalancer("s", families: ["IPv4", "IPv6"], familyPolicy: "RequireDualStack"))
        #expect(world.addresses("s") == ["10.0.0.1"])
        #expect(world.reason("s") == "NoPool")
    }

    @Test func `a disabled pool keeps what it gave and gives nothing, even when asked for by name or address`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        world.put(loadBalancer("early"))
        world.setPools(pool("a", network("10.0.0.0/24"), disabled: true))
        world.put(loadBalancer("late", annotations: ["martlet.dev/pool": "a"]))
        world.put(loadBalancer("exact", loadBalancerIP: "10.0.0.9"))
        #expect(world.addresses("early") == ["10.0.0.0"])
        #expect([world.reason("late"), world.reason("exact")] == ["PoolDisabled", "PoolDisabled"])
        world.setPools(pool("a", network("10.0.0.0/24")))
        #expect([world.addresses("late"), world.addresses("exact")] == [["10.0.0.1"], ["10.0.0.9"]])
    }

    @Test func `an address no longer asked for is freed, one still asked for stays`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24"), maxPerService: 2))
        world.put(loadBalancer("s", annotations: ["martlet.dev/ips": "10.0.0.5,10.0.0.6"]))
        world.put(loadBalancer("s", annotations: ["martlet.dev/ips": "10.0.0.6,10.0.0.7"]))
        #expect(world.addresses("s") == ["10.0.0.6", "10.0.0.7"])
        world.put(loadBalancer("other", loadBalancerIP: "10.0.0.5"))
        #expect(world.addresses("other") == ["10.0.0.5"])
    }

    @Test func `part of what is asked for is given, and the rest keeps the condition false`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24"), maxPerService: 2))
        world.put(loadBalancer("s", annotations: ["martlet.dev/ips": "10.0.0.5,10.9.0.1"]))
        #expect(world.addresses("s") == ["10.0.0.5"])
        #expect(world.reason("s") == "NoPool")
        world.setPools(pool("a", network("10.0.0.0/24"), maxPerService: 2), pool("b", network("10.9.0.0/24")))
        #expect(world.addresses("s") == ["10.0.0.5", "10.9.0.1"])
        #expect(world.reason("s") == "Satisfied")
    }

    @Test func `a follower gets one of a leader's addresses, and all of them when it asks for all`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24"), maxPerService: 2))
        let both = ["martlet.dev/ips": "10.0.0.5,10.0.0.6"].merging(key) { $1 }
        world.put(loadBalancer("leader", ports: [.init(port: 1)], annotations: both))
        world.put(loadBalancer("one", ports: [.init(port: 2)], annotations: key))
        world.put(loadBalancer("all", ports: [.init(port: 3)], annotations: both))
        #expect(world.addresses("one") == ["10.0.0.5"])
        #expect(world.addresses("all") == ["10.0.0.5", "10.0.0.6"])
    }

    @Test func `a reserved address asked for with a sharing key is refused`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24"), ends: .no))
        for name in ["first", "second"] {
            world.put(
                loadBalancer(name, annotations: ["martlet.dev/ips": "10.0.0.0"].merging(key) { $1 })
            )
            #expect(world.addresses(name) == [])
            #expect(world.reason(name) == "AddressReserved")
        }
        #expect(world.delete("first") == [ObjectKey(namespace: "default", name: "first")])
    }

    @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
    func `a restart leaves shared addresses with all who share, in any order of arrival`(order: [Int]) {
        let services = (0..<3).map { number in
            loadBalancer(
                "s\(number)",
                ports: [.init(port: Int32(number + 1))],
                annotations: key,
                assigned: ["10.0.0.7"]
            )
        }
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        for index in order { world.put(services[index]) }
        #expect((0..<3).map { world.addresses("s\($0)") } == [["10.0.0.7"], ["10.0.0.7"], ["10.0.0.7"]])
        for name in ["s0", "s1"] { world.delete(name) }
        world.put(loadBalancer("rival", loadBalancerIP: "10.0.0.7"))
        #expect(world.reason("rival") == "AlreadyAllocated")
        world.delete("s2")
        #expect(world.addresses("rival") == ["10.0.0.7"])
    }

    @Test func `sparing first and last addresses later takes none away, and giving them back serves who waits`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/30")))
        for name in ["a", "b", "c"] { world.put(loadBalancer(name)) }
        world.setPools(pool("a", network("10.0.0.0/30"), ends: .no))
        world.put(loadBalancer("d"))
        #expect(["a", "b", "c"].map { world.addresses($0) } == [["10.0.0.0"], ["10.0.0.1"], ["10.0.0.2"]])
        #expect(world.reason("d") == "OutOfIPs")
        world.setPools(pool("a", network("10.0.0.0/30"), ends: .yes))
        #expect(world.addresses("d") == ["10.0.0.3"])
    }

    @Test(arguments: ["10.0.0.4/31", "10.0.0.4/32", "2001:db8::/127", "2001:db8::/128"])
    func `networks of two addresses or one have no ends to spare`(cidr: String) {
        var world = PoolWorld()
        world.setPools(pool("a", network(cidr), ends: .no))
        let family = cidr.contains(":") ? "IPv6" : "IPv4"
        world.put(loadBalancer("s", families: [family]))
        #expect(world.addresses("s") == [String(cidr.prefix { $0 != "/" })])
    }

    @Test func `widening, shrinking and splitting a block move nothing that stays inside`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/30")))
        for name in ["a", "b", "c"] { world.put(loadBalancer(name)) }
        let before = ["a", "b", "c"].map { world.addresses($0) }
        #expect(world.setPools(pool("a", network("10.0.0.0/24"))).isEmpty)
        #expect(world.setPools(pool("a", network("10.0.0.0/31"), network("10.0.0.2/31"))).isEmpty)
        #expect(world.setPools(pool("renamed", network("10.0.0.0/30"))).count == 3)
        #expect(["a", "b", "c"].map { world.addresses($0) } == before)
        #expect(world.setPools(pool("renamed", network("10.0.0.0/31"))).map(\.name) == ["c"])
        #expect(world.addresses("c") == [])
    }

    @Test func `ranges added to a conflicting pool give nothing until the conflict is gone`() {
        let old = pool("old", network("10.0.0.0/24"), selector: gold, created: 1)
        var world = PoolWorld()
        world.setPools(old, pool("young", network("10.0.0.0/25"), created: 2))
        world.setPools(old, pool("young", network("10.0.0.0/25"), network("10.5.0.0/24"), created: 2))
        world.put(loadBalancer("s"))
        #expect(world.addresses("s") == [])
        #expect(world.status("young")?.ipv4?.available == "0")
        world.setPools(old, pool("young", network("10.5.0.0/24"), created: 2))
        #expect(world.addresses("s") == ["10.5.0.0"])
    }

    @Test func `with the last pool all addresses go, and a new pool gives them again`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        world.put(loadBalancer("s"))
        world.setPools()
        #expect(world.addresses("s") == [])
        #expect(world.reason("s") == "NoPool")
        world.setPools(pool("a", network("10.0.0.0/24")))
        #expect(world.addresses("s") == ["10.0.0.0"])
    }

    @Test func `another type frees the address for who waits`() {
        var world = PoolWorld()
        world.setPools(pool("a", run("10.0.0.1")))
        world.put(loadBalancer("s"))
        world.put(loadBalancer("waits"))
        var service = loadBalancer("s")
        service.spec.type = "ClusterIP"
        #expect(world.put(service).map(\.name) == ["s", "waits"])
        #expect(world.addresses("waits") == ["10.0.0.1"])
    }

    @Test func `an IPv6 pool of any size is neither enumerated nor exhausted`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("8000::/1"), ends: .no))
        world.put(loadBalancer("s", families: ["IPv6"]))
        world.put(loadBalancer("last", loadBalancerIP: "fe7f:ffff:ffff:ffff:ffff:ffff:ffff:fffe"))
        world.put(loadBalancer("multicast", loadBalancerIP: "ff05::1"))
        #expect(world.addresses("s") == ["8000::1"])
        #expect(world.addresses("last") == ["fe7f:ffff:ffff:ffff:ffff:ffff:ffff:fffe"])
        #expect(world.reason("multicast") == "AddressReserved", "what is no service's is kept back in a larger pool")
    }
}
