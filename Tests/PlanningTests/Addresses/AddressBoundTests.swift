import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import Testing

/// What one tenant can take of the pools, and what it costs everybody else when it tries to take more.
@Suite struct AddressBoundTests {
    private func list(_ count: Int) -> String {
        (0..<count).map { "10.\($0 / 65536).\($0 / 256 % 256).\($0 % 256)" }.joined(separator: ",")
    }

    @Test func `a request for 19,000 addresses gets one, at the cost of a few lookups`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/8")))
        let before = world.allocator.steps
        world.put(loadBalancer("greedy", annotations: ["martlet.dev/ips": list(19_000)]))
        world.put(loadBalancer("other"))
        #expect(world.allocator.steps - before < 1000)
        #expect(world.addresses("greedy") == ["10.0.0.0"])
        #expect(world.reason("greedy") == "TooManyAddresses")
        #expect(
            world.message("greedy")
                == "10.0.0.1 and 18998 more are not given: a service may ask for 1 address of pool a "
                + "unless its maxPerService says more"
        )
        #expect(world.addresses("other") == ["10.0.0.1"])
    }

    @Test func `19,000 addresses that are given already stay, and cost what they are`() {
        let all = list(19_000)
        let given = all.split(separator: ",").map(String.init)
        var world = PoolWorld(AddressLimits(perNamespace: 10))
        world.setPools(pool("a", network("10.0.0.0/8")))
        world.put(loadBalancer("greedy", annotations: ["martlet.dev/ips": all], assigned: given))
        #expect(world.addresses("greedy")?.count == 19_000)
        #expect(world.reason("greedy") == "Satisfied")
        #expect(world.allocator.steps < 200_000)
        #expect(world.message("greedy")?.hasSuffix("10.0.0.4 from pool a and 18995 more") == true)
    }

    @Test func `a pool lets a service ask for more, counted apart from others, and never for more than 256`() {
        var world = PoolWorld()
        world.setPools(
            pool("a", network("10.0.0.0/16"), maxPerService: 3),
            pool("b", network("10.1.0.0/16")),
            pool("c", network("10.2.0.0/16"), maxPerService: 1000)
        )
        let wish = "10.0.0.9,10.1.0.9,10.0.0.8,10.1.0.8,10.0.0.7,10.0.0.6"
        world.put(loadBalancer("s", annotations: ["martlet.dev/ips": wish]))
        #expect(world.addresses("s") == ["10.0.0.7", "10.0.0.8", "10.0.0.9", "10.1.0.9"])
        #expect(world.message("s")?.hasPrefix("10.1.0.8 and 1 more are not given") == true)
        let many = (0..<300).map { "10.2.\($0 / 256).\($0 % 256)" }.joined(separator: ",")
        world.put(loadBalancer("many", annotations: ["martlet.dev/ips": many]))
        #expect(world.addresses("many")?.count == 256)
        #expect(world.reason("many") == "TooManyAddresses")
    }

    @Test func `a service of two families may ask for two addresses`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24"), network("2001:db8::/64"), maxPerService: 1))
        world.put(
            loadBalancer(
                "s",
                families: ["IPv4", "IPv6"],
                familyPolicy: "RequireDualStack",
                annotations: ["martlet.dev/ips": "10.0.0.5,2001:db8::5,10.0.0.6"]
            )
        )
        #expect(world.addresses("s") == ["10.0.0.5", "2001:db8::5"])
        #expect(world.reason("s") == "TooManyAddresses")
    }

    @Test func `what is given stays beyond a bound that is lower, also over a restart, and nothing is added`() {
        let both = ["martlet.dev/ips": "10.0.0.5,10.0.0.6,10.0.0.7"]
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24"), maxPerService: 2))
        world.put(loadBalancer("s", annotations: both))
        world.setPools(pool("a", network("10.0.0.0/24")))
        #expect(world.addresses("s") == ["10.0.0.5", "10.0.0.6"])
        var restarted = PoolWorld()
        restarted.setPools(pool("a", network("10.0.0.0/24")))
        restarted.put(loadBalancer("s", annotations: both, assigned: ["10.0.0.5", "10.0.0.6"]))
        #expect(restarted.addresses("s") == ["10.0.0.5", "10.0.0.6"])
        #expect(restarted.reason("s") == "TooManyAddresses")
    }

    @Test func `an address that somebody else has gives way to the next one asked for`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        world.put(loadBalancer("holder", loadBalancerIP: "10.0.0.5"))
        world.put(loadBalancer("s", annotations: ["martlet.dev/ips": "10.0.0.5,10.0.0.6"]))
        #expect(world.addresses("s") == ["10.0.0.6"])
        #expect(world.reason("s") == "TooManyAddresses")
        world.delete("holder")
        #expect(world.addresses("s") == ["10.0.0.6"])
    }

    @Test func `a namespace has as many addresses as it may, and the oldest that wait get what becomes free`() {
        var world = PoolWorld(AddressLimits(perNamespace: 2))
        world.setPools(pool("a", network("10.0.0.0/24")))
        for number in 0..<5 { world.put(loadBalancer("s\(number)", in: "big", created: Double(number))) }
        world.put(loadBalancer("s", in: "small"))
        #expect((0..<5).map { world.addresses("s\($0)", in: "big")?.count } == [1, 1, 0, 0, 0])
        #expect(world.addresses("s", in: "small") == ["10.0.0.2"])
        #expect(world.reason("s4", in: "big") == "TooManyAddressesInNamespace")
        #expect(world.message("s4", in: "big")?.hasPrefix("namespace big has 2 addresses") == true)
        world.delete("s0", in: "big")
        #expect((1..<5).map { world.addresses("s\($0)", in: "big")?.count } == [1, 1, 0, 0])
        world.delete("s2", in: "big")
        #expect(world.addresses("s3", in: "big") == ["10.0.0.0"])
        #expect(world.overlooked == [])
    }

    @Test func `a service that shares an address counts as well, and no bound is none`() {
        let key = ["martlet.dev/sharing-key": "k"]
        for (most, given) in [(2, 2), (nil, 3)] as [(Int?, Int)] {
            var world = PoolWorld(AddressLimits(perNamespace: most))
            world.setPools(pool("a", network("10.0.0.0/24")))
            for port in 1...3 {
                world.put(loadBalancer("s\(port)", ports: [.init(port: Int32(port))], annotations: key))
            }
            #expect((1...3).count { world.addresses("s\($0)") == ["10.0.0.0"] } == given)
        }
    }

    @Test func `more services share the addresses of a page than can be written into it`() {
        let key = ["martlet.dev/sharing-key": "k"]
        var world = PoolWorld(AddressLimits(perNamespace: nil))
        world.setPools(pool("a", network("10.0.0.0/16")))
        let requests = (1...4097).compactMap { port in
            AddressRequest(
                loadBalancer("s\(port)", created: Double(port), ports: [.init(port: Int32(port))], annotations: key),
                clusterFamilies: [.ipv4]
            )
        }
        _ = world.allocator.update(changed: requests)
        #expect(world.addresses("s4096") == ["10.0.0.0"])
        #expect(world.addresses("s4097") == ["10.0.0.1"])
        world.put(loadBalancer("asks", ports: [.init(port: 5000)], annotations: key, loadBalancerIP: "10.0.0.0"))
        #expect(world.reason("asks") == "TooManyServices")
    }

    @Test func `texts of a tenant are cut, and blanks and empty items request nothing`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24"), maxPerService: 2))
        world.put(loadBalancer("s", annotations: ["martlet.dev/ips": ",, 10.0.0.5 ,10.0.0.5,  10.0.0.6  ,"]))
        #expect(world.addresses("s") == ["10.0.0.5", "10.0.0.6"])
        #expect(world.reason("s") == "Satisfied")
        world.put(loadBalancer("long", annotations: ["martlet.dev/ips": String(repeating: "x\n", count: 100_000)]))
        #expect(world.reason("long") == "InvalidAddress")
        #expect((world.message("long")?.count ?? 0) < 120)
    }
}

/// What a change costs while very many Services wait.
@Suite struct WaitingServiceTests {
    /// Ten thousand Services of one tenant that wait for something that is not there.
    private func crowd(_ service: (Int) -> Service, in world: inout PoolWorld) {
        let requests = (0..<10_000).compactMap { AddressRequest(service($0), clusterFamilies: [.ipv4]) }
        _ = world.allocator.update(changed: requests)
    }

    private func cost(_ world: inout PoolWorld, _ change: (inout PoolWorld) -> Void) -> Int {
        let before = world.allocator.steps
        change(&world)
        return world.allocator.steps - before
    }

    @Test func `an address that becomes free costs a look at who gets it`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/30")))
        for name in ["a", "b", "c", "d"] { world.put(loadBalancer(name, created: -1)) }
        crowd({ loadBalancer("w\($0)", in: "crowd", created: Double($0)) }, in: &world)
        #expect(cost(&world) { $0.delete("b") } < 20)
        #expect(world.addresses("w0", in: "crowd") == ["10.0.0.1"])
        #expect(world.addresses("w1", in: "crowd") == [])
        #expect(cost(&world) { $0.put(loadBalancer("late", created: 20_000)) } < 20)
        #expect(cost(&world) { $0.delete("w0", in: "crowd") } < 20)
        #expect(world.addresses("w1", in: "crowd") == ["10.0.0.1"])
        #expect(world.addresses("late") == [])
    }

    @Test func `services waiting for one address cost each other nothing`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/16")))
        world.put(loadBalancer("holder", loadBalancerIP: "10.0.0.5"))
        crowd({ loadBalancer("w\($0)", in: "crowd", created: Double($0), loadBalancerIP: "10.0.0.5") }, in: &world)
        #expect(cost(&world) { $0.delete("holder") } < 20)
        #expect(world.addresses("w0", in: "crowd") == ["10.0.0.5"])
        #expect(cost(&world) { $0.put(loadBalancer("other")) } < 20)
    }

    @Test func `services of a namespace at its bound cost each other nothing`() {
        var world = PoolWorld(AddressLimits(perNamespace: 3))
        world.setPools(pool("a", network("10.0.0.0/16")))
        crowd({ loadBalancer("w\($0)", in: "crowd", created: Double($0)) }, in: &world)
        #expect(cost(&world) { $0.delete("w1", in: "crowd") } < 20)
        #expect(world.addresses("w3", in: "crowd") == ["10.0.0.1"])
        #expect(cost(&world) { $0.put(loadBalancer("other")) } < 20)
    }

    @Test
    func `services waiting with one key and port cost each other nothing, and the next follows when the port is free`()
    {
        let key = ["martlet.dev/sharing-key": "k"]
        var world = PoolWorld()
        world.setPools(pool("a", run("10.0.0.1", "10.0.0.2")))
        for name in ["a", "b"] { world.put(loadBalancer(name, in: "crowd", created: -1, annotations: key)) }
        world.put(loadBalancer("c", in: "crowd", created: -1, ports: [.init(port: 80)], annotations: key))
        crowd({ loadBalancer("w\($0)", in: "crowd", created: Double($0), annotations: key) }, in: &world)
        #expect(world.addresses("w0", in: "crowd") == [])
        #expect(cost(&world) { $0.delete("a", in: "crowd") } < 200)
        #expect(world.addresses("w0", in: "crowd") == ["10.0.0.1"], "beside who stays on the address")
        #expect(world.addresses("w1", in: "crowd") == [])
        #expect(cost(&world) { $0.delete("c", in: "crowd") } < 200)
    }

    @Test func `services waiting for one address get it together with all that can share it`() {
        let key = ["martlet.dev/sharing-key": "k"]
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        world.put(loadBalancer("holder", loadBalancerIP: "10.0.0.5"))
        for number in 0..<200 {
            world.put(
                loadBalancer(
                    "s\(number)",
                    created: Double(number),
                    ports: [.init(port: Int32(number + 1))],
                    annotations: key,
                    loadBalancerIP: "10.0.0.5"
                )
            )
        }
        world.delete("holder")
        #expect((0..<200).allSatisfy { world.addresses("s\($0)") == ["10.0.0.5"] })
    }
}
