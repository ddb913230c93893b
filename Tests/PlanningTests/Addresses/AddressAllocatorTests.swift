import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import Testing

@Suite struct AddressAllocatorTests {
    @Test func `pools are taken by priority, then name, lowest free address first`() {
        var world = PoolWorld()
        world.setPools(
            pool("b", network("10.0.2.0/31")),
            pool("a", network("10.0.1.0/32")),
            pool("c", network("10.0.3.0/32"), priority: 10)
        )
        for name in ["s1", "s2", "s3", "s4", "s5"] { world.put(loadBalancer(name)) }
        #expect(world.addresses("s1") == ["10.0.3.0"])
        #expect(world.addresses("s2") == ["10.0.1.0"])
        #expect(world.addresses("s3") == ["10.0.2.0"])
        #expect(world.addresses("s4") == ["10.0.2.1"])
        #expect(world.addresses("s5") == [])
        #expect(world.reason("s5") == "OutOfIPs")
    }

    @Test func `a waiting service is served when an address becomes free`() {
        var world = PoolWorld()
        world.setPools(pool("a", run("10.0.0.1")))
        world.put(loadBalancer("first"))
        world.put(loadBalancer("second"))
        #expect(world.reason("second") == "OutOfIPs")
        #expect(
            world.delete("first") == [
                ObjectKey(namespace: "default", name: "first"), ObjectKey(namespace: "default", name: "second"),
            ]
        )
        #expect(world.addresses("second") == ["10.0.0.1"])
        #expect(world.reason("second") == "Satisfied")
    }

    @Test func `an address stays through every pool edit that still contains it`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        world.put(loadBalancer("one"))
        world.put(loadBalancer("two"))
        #expect(world.addresses("two") == ["10.0.0.1"])
        for edited in [
            pool("a", network("10.0.0.0/16")), pool("a", run("10.0.0.0", "10.0.0.3")),
            pool("a", network("10.0.0.0/31"), disabled: true), pool("renamed", network("10.0.0.0/31")),
            pool("a", network("10.0.0.0/30"), excluded: ["10.0.0.1"]),
        ] {
            world.setPools(edited)
            #expect(world.addresses("one") == ["10.0.0.0"])
            #expect(world.addresses("two") == ["10.0.0.1"])
        }
    }

    @Test func `an address outside every pool is taken away and replaced`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        world.put(loadBalancer("one"))
        let changed = world.setPools(pool("a", network("10.9.0.0/24")))
        #expect(changed == [ObjectKey(namespace: "default", name: "one")])
        #expect(world.addresses("one") == ["10.9.0.0"])
        world.setPools()
        #expect(world.addresses("one") == [])
        #expect(world.reason("one") == "NoPool")
    }

    @Test func `addresses in status are kept after a restart in any order of arrival`() {
        let old = loadBalancer("old", created: 1, assigned: ["10.0.0.7"])
        let rival = loadBalancer("rival", created: 2, assigned: ["10.0.0.7"])
        let new = loadBalancer("new", created: 3)
        for order in [[old, rival, new], [new, rival, old], [rival, new, old]] {
            var allocator = AddressAllocator()
            _ = allocator.update(
                pools: PoolSet([pool("a", network("10.0.0.0/24"))], foreign: []),
                changed: order.compactMap { AddressRequest($0, clusterFamilies: [.ipv4]) }
            )
            let addresses = ["old", "rival", "new"].map {
                allocator.allocations[ObjectKey(namespace: "default", name: $0)]?.addresses.map(\.description)
            }
            // That the rival has it, too, is not by the ledger, so that nothing is taken from it either.
            #expect(addresses == [["10.0.0.7"], [], ["10.0.0.0"]])
        }
    }

    @Test func `the address asked for is given, by field, by annotation and by Cilium's annotation`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("172.16.102.0/24"), maxPerService: 2))
        world.put(loadBalancer("field", loadBalancerIP: "172.16.102.229"))
        world.put(loadBalancer("ours", annotations: ["martlet.dev/ips": "172.16.102.9, 172.16.102.5"]))
        world.put(loadBalancer("theirs", annotations: ["lbipam.cilium.io/ips": "172.16.102.77"]))
        #expect(world.addresses("field") == ["172.16.102.229"])
        #expect(world.addresses("ours") == ["172.16.102.5", "172.16.102.9"])
        #expect(world.addresses("theirs") == ["172.16.102.77"])
    }

    @Test(arguments: [
        ("10.1.0.1", [:] as [String: String], "NoPool"),
        ("10.0.0.1", ["martlet.dev/pool": "none-such"], "UnknownPool"),
        ("10.0.0.1", ["martlet.dev/sharing-key": "k"], "AlreadyAllocatedIncompatibleService"),
        ("10.0.0.1", [:], "AlreadyAllocated"),
        ("10.0.0.9", [:], "AddressReserved"),
        ("10.0.5.1", [:], "PoolSelectorMismatch"),
        ("10.0.0.x", [:], "InvalidAddress"),
    ])
    func `a request that cannot be met says why`(address: String, annotations: [String: String], reason: String) {
        var world = PoolWorld()
        world.setPools(
            pool("a", network("10.0.0.0/24"), excluded: ["10.0.0.8/30"]),
            pool("b", network("10.0.5.0/24"), selector: LabelSelector(matchLabels: ["never": "set"]))
        )
        world.put(loadBalancer("holder", annotations: ["martlet.dev/ips": "10.0.0.1"]))
        world.put(loadBalancer("asker", annotations: annotations.merging(["martlet.dev/ips": address]) { $1 }))
        #expect(world.reason("asker") == reason)
        #expect(world.addresses("holder") == ["10.0.0.1"])
    }

    @Test func `TCP and UDP on one port share an address, the same port does not`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        let key = ["martlet.dev/sharing-key": "dns"]
        world.put(loadBalancer("tcp", ports: [.init(protocol: "TCP", port: 53)], annotations: key))
        world.put(loadBalancer("udp", ports: [.init(protocol: "UDP", port: 53)], annotations: key))
        world.put(loadBalancer("again", ports: [.init(protocol: "UDP", port: 53)], annotations: key))
        #expect(world.addresses("tcp") == ["10.0.0.0"])
        #expect(world.addresses("udp") == ["10.0.0.0"])
        #expect(world.addresses("again") == ["10.0.0.1"])
        world.delete("tcp")
        world.put(loadBalancer("other"))
        #expect(world.addresses("other") == ["10.0.0.2"])
        world.delete("udp")
        world.put(loadBalancer("last"))
        #expect(world.addresses("last") == ["10.0.0.0"])
    }

    @Test func `namespaces share only when both permit it`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        func service(_ namespace: String, _ port: Int32, _ permits: String?) -> Service {
            var annotations = ["martlet.dev/sharing-key": "k"]
            annotations["martlet.dev/sharing-cross-namespace"] = permits
            return loadBalancer("s", in: namespace, ports: [.init(port: port)], annotations: annotations)
        }
        world.put(service("a", 1, "b, c"))
        world.put(service("b", 2, "*"))
        world.put(service("c", 3, nil))
        #expect(world.addresses("s", in: "b") == world.addresses("s", in: "a"))
        #expect(world.addresses("s", in: "c") == ["10.0.0.1"])
    }

    @Test func `with policy Local only services with the same selector share`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        let key = ["martlet.dev/sharing-key": "k"]
        for (name, port, selector) in [("a", 1, "x"), ("b", 2, "x"), ("c", 3, "y")] as [(String, Int32, String)] {
            world.put(
                loadBalancer(
                    name,
                    ports: [.init(port: port)],
                    policy: "Local",
                    selector: ["app": selector],
                    annotations: key
                )
            )
        }
        #expect(world.addresses("b") == world.addresses("a"))
        #expect(world.addresses("c") == ["10.0.0.1"])
    }

    /// The table of families in the reference, in a cluster with both.
    @Test(
        arguments: [
            (nil, ["IPv6", "IPv4"], ["2001:db8::"]),
            (nil, [], ["10.0.0.0"]),
            ("SingleStack", ["IPv6", "IPv4"], ["2001:db8::"]),
            ("SingleStack", [], ["10.0.0.0"]),
            ("PreferDualStack", ["IPv6", "IPv4"], ["2001:db8::", "10.0.0.0"]),
            ("PreferDualStack", ["IPv6"], ["2001:db8::"]),
            ("PreferDualStack", [], ["10.0.0.0", "2001:db8::"]),
            ("RequireDualStack", ["IPv4"], ["10.0.0.0", "2001:db8::"]),
            ("RequireDualStack", ["IPv6", "IPv4"], ["2001:db8::", "10.0.0.0"]),
            ("RequireDualStack", [], ["10.0.0.0", "2001:db8::"]),
            ("Unheard", ["Unheard", "IPv6"], ["2001:db8::"]),
        ] as [(String?, [String], [String])]
    )
    func `families follow the service's policy`(policy: String?, families: [String], expected: [String]) {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24"), network("2001:db8::/32")))
        world.put(loadBalancer("s", families: families, familyPolicy: policy))
        #expect(world.addresses("s") == expected)
    }

    @Test func `without a list the family is the cluster's, and a listed one is given even where nodes have none`()
        throws
    {
        func families(_ listed: [String], _ policy: String?, cluster: [IPFamily]) -> [IPFamily]? {
            AddressRequest(loadBalancer("s", families: listed, familyPolicy: policy), clusterFamilies: cluster)?
                .families
        }
        #expect(families([], nil, cluster: [.ipv6]) == [.ipv6])
        #expect(families([], "PreferDualStack", cluster: [.ipv6]) == [.ipv6])
        #expect(families(["IPv4"], nil, cluster: [.ipv6]) == [.ipv4])
        #expect(families(["IPv6", "IPv4"], "RequireDualStack", cluster: [.ipv4]) == [.ipv6, .ipv4])
    }

    /// Both spellings of Cilium besides our own, of which ours goes first.
    @Test(arguments: ["martlet.dev/", "lbipam.cilium.io/", "io.cilium/lb-ipam-"])
    func `every spelling of the annotations is read`(prefix: String) {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24"), maxPerService: 2))
        let sharing = ["\(prefix)sharing-key": "k", "\(prefix)sharing-cross-namespace": "*"]
        world.put(
            loadBalancer("a", in: "one", annotations: sharing.merging(["\(prefix)ips": "10.0.0.9, 10.0.0.7"]) { $1 })
        )
        world.put(loadBalancer("b", in: "two", ports: [.init(port: 80)], annotations: sharing))
        #expect(world.addresses("a", in: "one") == ["10.0.0.7", "10.0.0.9"])
        #expect(world.addresses("b", in: "two") == ["10.0.0.7"])
    }

    @Test func `field and annotation add up, and our annotation goes before Cilium's`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24"), maxPerService: 2))
        world.put(
            loadBalancer(
                "s",
                annotations: ["martlet.dev/ips": "10.0.0.5", "lbipam.cilium.io/ips": "10.0.0.6"],
                loadBalancerIP: "10.0.0.4"
            )
        )
        #expect(world.addresses("s") == ["10.0.0.4", "10.0.0.5"])
    }

    @Test func `first and last addresses of networks are spared when asked, never those of runs`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/30"), run("10.0.1.0", "10.0.1.1"), ends: .no))
        for name in ["a", "b", "c", "d", "e"] { world.put(loadBalancer(name)) }
        #expect(
            ["a", "b", "c", "d", "e"].map { world.addresses($0) ?? [] } == [
                ["10.0.0.1"], ["10.0.0.2"], ["10.0.1.0"], ["10.0.1.1"], [],
            ]
        )
    }

    @Test func `another class or type is none of ours and frees what it had`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        world.put(loadBalancer("s"))
        var service = loadBalancer("s")
        service.spec.loadBalancerClass = "other.example/lb"
        #expect(world.put(service) == [service.key])
        #expect(world.addresses("s") == nil)
        service.spec.loadBalancerClass = "martlet.dev/bgp"
        world.put(service)
        #expect(world.addresses("s") == ["10.0.0.0"])
    }
}
