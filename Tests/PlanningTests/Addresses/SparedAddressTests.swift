import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import TestSupport
import Testing

/// What a node says of itself takes no more from a pool than the addresses it names.
@Suite struct SparedAddressTests {
    @Test func `a pool spares the addresses of nodes, hands out the others, and says so`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/29")))
        world.put(node("n1", "10.0.0.0", "10.0.0.2", "192.0.2.1"))
        world.put(node("n2", "10.0.0.2"))
        for name in ["a", "b"] { world.put(loadBalancer(name)) }
        #expect(world.addresses("a") == ["10.0.0.1"])
        #expect(world.addresses("b") == ["10.0.0.3"])
        let status = world.status("a")
        #expect(status?.ipv4 == .init(total: "8", used: "2", available: "4"))
        #expect(status?.conflicts == [])
        #expect(status?.conditions.holds("Ready") == true)
        #expect(status?.conditions.of("AddressesSpared")?.reason == "NodeAddresses")
        #expect(
            status?.conditions.of("AddressesSpared")?.message
                == "not handed out: 10.0.0.0 of Node/n1, 10.0.0.2 of Node/n1"
        )
        world.put(loadBalancer("asks", loadBalancerIP: "10.0.0.2"))
        #expect(world.reason("asks") == "AddressReserved")
        world.deleteNode("n1")
        #expect(world.addresses("asks") == [], "the other node has it, too")
        world.deleteNode("n2")
        #expect(world.addresses("asks") == ["10.0.0.2"])
        #expect(world.status("a")?.conditions.holds("AddressesSpared") == false)
        #expect(world.status("a")?.ipv4 == .init(total: "8", used: "3", available: "5"))
    }

    @Test func `an address that a service has stays, also over a restart, and the pool warns`() {
        let world = { () -> PoolWorld in
            var world = PoolWorld()
            world.setPools(pool("a", network("10.0.0.0/29")))
            world.put(loadBalancer("s"))
            world.put(node("n1", "10.0.0.0"))
            return world
        }()
        var restarted = PoolWorld()
        restarted.put(node("n1", "10.0.0.0"))
        restarted.setPools(pool("a", network("10.0.0.0/29")))
        restarted.put(loadBalancer("s", assigned: ["10.0.0.0"]))
        for var world in [world, restarted] {
            #expect(world.addresses("s") == ["10.0.0.0"])
            #expect(world.status("a")?.conditions.of("AddressesSpared")?.reason == "AssignedAddresses")
            #expect(
                world.status("a")?.conditions.of("AddressesSpared")?.message?
                    .hasPrefix("services have what is a node's, too, and keep it: 10.0.0.0 of Node/n1") == true
            )
            #expect(world.status("a")?.ipv4 == .init(total: "8", used: "1", available: "7"))
            world.delete("s")
            world.put(loadBalancer("next"))
            #expect(world.addresses("next") == ["10.0.0.1"])
            #expect(world.status("a")?.conditions.of("AddressesSpared")?.reason == "NodeAddresses")
        }
    }

    @Test func `networks of pods are spared as a whole, and free again when they go`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/22"), network("2001:db8::/56")))
        world.put(loadBalancer("early", loadBalancerIP: "10.0.1.7"))
        world.put(node("n1", "10.0.0.9", pods: "10.0.0.0/24", "2001:db8::/64"))
        world.put(node("n2", pods: "10.0.1.0/24"))
        world.put(loadBalancer("four"))
        world.put(loadBalancer("six", families: ["IPv6"]))
        #expect(world.addresses("four") == ["10.0.2.0"])
        #expect(world.addresses("six") == ["2001:db8:0:1::"])
        #expect(world.addresses("early") == ["10.0.1.7"])
        #expect(world.status("a")?.ipv4 == .init(total: "1024", used: "2", available: "511"))
        #expect(
            world.status("a")?.conditions.of("AddressesSpared")?.message
                == "services have what is a node's, too, and keep it: 10.0.1.7 of Node/n2 pod network; "
                + "not handed out: 10.0.0.9 of Node/n1, 10.0.0.0-10.0.0.255 of Node/n1 pod network, "
                + "10.0.1.0-10.0.1.255 of Node/n2 pod network, "
                + "2001:db8::-2001:db8::ffff:ffff:ffff:ffff of Node/n1 pod network"
        )
        world.put(loadBalancer("waits", loadBalancerIP: "10.0.0.77"))
        #expect(world.addresses("waits") == [])
        world.put(node("n1", "10.0.0.9"))
        #expect(world.addresses("waits") == ["10.0.0.77"])
        world.put(loadBalancer("low"))
        #expect(world.addresses("low") == ["10.0.0.0"])
        #expect(world.status("a")?.ipv4 == .init(total: "1024", used: "4", available: "764"))
        #expect(world.overlooked == [])
    }

    @Test func `one node takes at most 32 addresses from a pool, and a whole cluster is reported in a few words`() {
        var liar = node("liar")
        liar.status = .init(addresses: (0..<256).map { .init(type: "InternalIP", address: "10.0.0.\($0)") })
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        world.put(liar)
        #expect(world.status("a")?.ipv4?.available == "224")
        world.put(loadBalancer("s"))
        #expect(world.addresses("s") == ["10.0.0.32"])
        for number in 0..<200 { world.put(node("n\(number)", "10.0.0.\(number)")) }
        let message = world.status("a")?.conditions.of("AddressesSpared")?.message
        #expect(message?.hasSuffix("10.0.0.4 of Node/liar and 195 more") == true)
        #expect(message?.hasPrefix("services have what is a node's, too, and keep it: 10.0.0.32 of Node/n32; ") == true)
    }

    @Test func `a node that changes costs no look at services or other nodes`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/16")))
        _ = world.allocator.update(
            nodes: Dictionary(
                uniqueKeysWithValues: (0..<10_000).map { number in
                    let name = "n\(number)"
                    return (name, ForeignRange.of(node(name, "10.0.\(number / 256).\(number % 256)")))
                }
            ),
            changed: (0..<5000).compactMap {
                AddressRequest(loadBalancer("s\($0)", in: "ns\($0 % 5)"), clusterFamilies: [.ipv4])
            }
        )
        #expect(world.status("a")?.ipv4?.available == String(65_536 - 15_000))
        let before = world.allocator.steps
        #expect(world.put(node("n77", "10.0.200.1")) == [])
        #expect(world.put(node("n78", "172.16.0.1")) == [])
        #expect(world.allocator.steps - before < 10)
        world.put(loadBalancer("next"))
        #expect(world.addresses("next") == ["10.0.0.77"])
    }
}

/// What a Service's own tenant is told of others.
@Suite struct AddressSecrecyTests {
    private let victim = loadBalancer(
        "victim",
        in: "shop",
        annotations: [
            "martlet.dev/sharing-key": "s3cr3t-key", "martlet.dev/sharing-cross-namespace": "*",
        ],
        loadBalancerIP: "192.0.2.50"
    )

    /// Whatever a tenant tries, about another namespace it is told the same.
    @Test(arguments: [
        [:], ["martlet.dev/sharing-key": "guess"], ["martlet.dev/sharing-key": "s3cr3t-key"],
        ["martlet.dev/sharing-key": "guess", "martlet.dev/sharing-cross-namespace": "*"],
        ["martlet.dev/sharing-key": "s3cr3t-key", "martlet.dev/sharing-cross-namespace": "shop"],
    ])
    func `a tenant learns of another namespace's address only that it is taken`(annotations: [String: String]) {
        var world = PoolWorld()
        world.setPools(pool("a", network("192.0.2.0/24")))
        world.put(victim)
        world.put(loadBalancer("probe", in: "evil", annotations: annotations, loadBalancerIP: "192.0.2.50"))
        #expect(world.addresses("probe", in: "evil") == [])
        #expect(world.reason("probe", in: "evil") == "AlreadyAllocated")
        #expect(world.message("probe", in: "evil") == "192.0.2.50 is taken")
    }

    @Test func `a tenant learns nothing of claims and sharers in other namespaces`() throws {
        let address = try #require(IPAddress("192.0.2.50"))
        var world = PoolWorld()
        world.setPools(pool("a", network("192.0.2.0/24")))
        _ = world.allocator.update(claims: [address: [victim.key]])
        let key = ["martlet.dev/sharing-key": "s3cr3t-key", "martlet.dev/sharing-cross-namespace": "*"]
        world.put(loadBalancer("probe", in: "evil", annotations: key, loadBalancerIP: "192.0.2.50"))
        #expect(world.message("probe", in: "evil") == "192.0.2.50 is taken")
        world.put(victim)
        world.put(
            loadBalancer(
                "guest",
                in: "evil",
                ports: [.init(port: 80)],
                annotations: key,
                loadBalancerIP: "192.0.2.50"
            )
        )
        #expect(world.addresses("guest", in: "evil") == ["192.0.2.50"])
        #expect(world.message("probe", in: "evil") == "192.0.2.50 is taken")
    }

    @Test func `within a namespace the holder is named, the key never`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("192.0.2.0/24")))
        world.put(victim)
        for (annotations, ports, words) in [
            ([:], [443], "and this service has no sharing key"),
            (["martlet.dev/sharing-key": "guess"], [80], "which cannot share it: their sharing keys differ"),
            (["martlet.dev/sharing-key": "s3cr3t-key"], [80, 443], "which cannot share it: both serve TCP/443"),
        ] as [([String: String], [Int32], String)] {
            world.put(
                loadBalancer(
                    "asks",
                    in: "shop",
                    ports: ports.map { .init(port: $0) },
                    annotations: annotations,
                    loadBalancerIP: "192.0.2.50"
                )
            )
            #expect(
                world.message("asks", in: "shop") == "192.0.2.50 is assigned to service shop/victim, \(words)"
            )
        }
    }

    @Test func `a tenant with another's key neither blocks its sharing nor shares uninvited`() {
        let key = ["martlet.dev/sharing-key": "k"]
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/16")))
        for number in 0..<100 {
            world.put(loadBalancer("s\(number)", in: "evil", created: Double(number), annotations: key))
        }
        world.put(loadBalancer("first", in: "shop", annotations: key))
        world.put(loadBalancer("second", in: "shop", ports: [.init(port: 80)], annotations: key))
        #expect(world.addresses("first", in: "shop") == ["10.0.0.100"])
        #expect(world.addresses("second", in: "shop") == ["10.0.0.100"])
    }
}
