import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import Testing

/// Services that share an address and are edited, one after the other: none moves, and what is in the way is told.
@Suite struct SharerChangeTests {
    private static let key = ["martlet.dev/sharing-key": "dns"]

    /// `older` and `younger` share 10.0.0.0.
    private func shared() -> PoolWorld {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        world.put(service("older"))
        world.put(service("younger"))
        #expect(world.addresses("younger") == ["10.0.0.0"])
        return world
    }

    private func service(
        _ name: String,
        in namespace: String = "default",
        ports: [Int32]? = nil,
        policy: String = "Cluster",
        selector: [String: String] = ["app": "dns"],
        annotations: [String: String] = key,
        labels: [String: String] = [:]
    ) -> Service {
        loadBalancer(
            name,
            in: namespace,
            created: name == "older" ? 1 : 2,
            labels: labels,
            ports: (ports ?? (name == "older" ? [53] : [54])).map { .init(port: $0) },
            policy: policy,
            selector: selector,
            annotations: annotations
        )
    }

    /// One edit of one of the two that serve other ports still: both keep the address, and the younger is told.
    @Test(
        arguments: [
            ("policy", "the external traffic policies differ"),
            ("key", "their sharing keys differ"),
            ("no key", "only one of them has a sharing key"),
        ],
        ["older", "younger"]
    )
    func `both Services keep what both can serve, and the younger says so`(
        edit: (what: String, words: String),
        edited: String
    ) {
        var world = shared()
        switch edit.what {
        case "policy": world.put(service(edited, policy: "Local"))
        case "key": world.put(service(edited, annotations: ["martlet.dev/sharing-key": "other"]))
        default: world.put(service(edited, annotations: [:]))
        }
        #expect([world.addresses("older"), world.addresses("younger")] == [["10.0.0.0"], ["10.0.0.0"]])
        #expect([world.reason("older"), world.reason("younger")] == ["Satisfied", "SharingConflict"])
        #expect(
            world.message("younger")
                == "10.0.0.0 stays, but service default/older has it, too, and the two cannot share it: \(edit.words)"
        )
        // A third gets along with the older one, or has an address of its own.
        world.put(service("third", ports: [55]))
        #expect(world.addresses("third") != nil && world.addresses("third") != [])
        world.put(service(edited))
        #expect([world.reason("older"), world.reason("younger")] == ["Satisfied", "Satisfied"])
        #expect([world.addresses("older"), world.addresses("younger")] == [["10.0.0.0"], ["10.0.0.0"]])
    }

    @Test(arguments: [["older", "younger"], ["younger", "older"]])
    func `both set to Local one after the other never move`(order: [String]) {
        var world = shared()
        world.put(service(order[0], policy: "Local"))
        #expect([world.addresses("older"), world.addresses("younger")] == [["10.0.0.0"], ["10.0.0.0"]])
        world.put(service(order[1], policy: "Local"))
        #expect([world.addresses("older"), world.addresses("younger")] == [["10.0.0.0"], ["10.0.0.0"]])
        #expect([world.reason("older"), world.reason("younger")] == ["Satisfied", "Satisfied"])
    }

    @Test func `with policy Local another selector is reported, and the same one ends it`() {
        var world = shared()
        for name in ["older", "younger"] { world.put(service(name, policy: "Local")) }
        world.put(service("older", policy: "Local", selector: ["app": "new"]))
        #expect(world.reason("younger") == "SharingConflict")
        #expect(
            world.message("younger")?.hasSuffix("with externalTrafficPolicy Local both need the same selector") == true
        )
        world.put(service("younger", policy: "Local", selector: ["app": "new"]))
        #expect(world.reason("younger") == "Satisfied")
        #expect(world.addresses("younger") == ["10.0.0.0"])
    }

    /// Only one of two can serve a port.
    @Test(arguments: ["older", "younger"])
    func `ports that clash keep the address for the younger, which gets it back`(edited: String) {
        var world = shared()
        world.put(service(edited, ports: [53, 54]))
        #expect([world.addresses("older"), world.addresses("younger")] == [["10.0.0.0"], []])
        #expect([world.reason("older"), world.reason("younger")] == ["Satisfied", "AddressWithheld"])
        let port = edited == "older" ? "TCP/54" : "TCP/53"
        #expect(
            world.message("younger")
                == "10.0.0.0 is kept for this service and withheld until service default/older, which has it, can share: "
                + "both serve \(port)"
        )
        #expect(world.status("a")?.ipv4?.used == "1")
        // Nobody comes between.
        world.put(service("third", ports: [edited == "older" ? 56 : 54]))
        world.put(loadBalancer("asks", loadBalancerIP: "10.0.0.0"))
        #expect(world.addresses("asks") == [])
        #expect(world.reason("asks") == "AlreadyAllocated")
        world.put(service(edited))
        #expect(world.addresses("younger") == ["10.0.0.0"])
        #expect(world.reason("younger") == "Satisfied")
    }

    @Test func `what is withheld comes back when the other leaves, and is free when the younger does`() {
        var world = shared()
        world.put(service("younger", ports: [53]))
        #expect(world.delete("older").map(\.name) == ["older", "younger"])
        #expect(world.addresses("younger") == ["10.0.0.0"])
        world.put(service("older"))
        #expect(world.addresses("older") == ["10.0.0.1"], "one that comes later gets an address of its own")
        world = shared()
        world.put(service("younger", ports: [53]))
        world.delete("younger")
        world.delete("older")
        world.put(loadBalancer("new"))
        #expect(world.addresses("new") == ["10.0.0.0"])
    }

    @Test func `a namespace that permits it no longer keeps the younger's address for it`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        let both = Self.key.merging(["martlet.dev/sharing-cross-namespace": "*"]) { $1 }
        world.put(service("older", in: "one", annotations: both))
        world.put(service("younger", in: "two", annotations: both))
        #expect(world.addresses("younger", in: "two") == ["10.0.0.0"])
        world.put(service("older", in: "one"))
        #expect(world.addresses("younger", in: "two") == [])
        #expect(
            world.message("younger", in: "two")
                == "10.0.0.0 is kept for this service and withheld until another service, which has it, can share"
        )
        world.put(service("older", in: "one", annotations: both))
        #expect(world.addresses("younger", in: "two") == ["10.0.0.0"])
    }

    @Test(arguments: [
        pool("a", network("10.0.0.0/24"), disabled: true), pool("a", network("10.0.0.0/31")),
        pool("b", network("10.0.0.0/16")), pool("a", network("10.0.0.0/24"), excluded: ["10.0.0.0/30"]),
        pool("a", network("10.0.0.0/24"), ends: .no),
    ])
    func `a pool that is edited moves neither those who share nor what is withheld`(edited: LoadBalancerIPPool) {
        var world = shared()
        world.setPools(edited)
        #expect([world.addresses("older"), world.addresses("younger")] == [["10.0.0.0"], ["10.0.0.0"]])
        world.put(service("younger", ports: [53]))
        world.setPools(pool("a", network("10.0.0.0/24")))
        #expect(world.reason("younger") == "AddressWithheld")
        world.setPools(edited)
        world.put(service("younger"))
        #expect([world.addresses("older"), world.addresses("younger")] == [["10.0.0.0"], ["10.0.0.0"]])
    }

    @Test func `each of two families is kept or withheld separately`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24"), network("2001:db8::/64")))
        func dual(_ name: String, _ port: Int32) -> Service {
            loadBalancer(
                name,
                created: name == "older" ? 1 : 2,
                families: ["IPv4", "IPv6"],
                familyPolicy: "RequireDualStack",
                ports: [.init(port: port)],
                annotations: Self.key
            )
        }
        world.put(dual("older", 1))
        world.put(dual("younger", 2))
        world.put(dual("younger", 1))
        #expect(world.addresses("younger") == [])
        #expect(world.message("younger")?.hasPrefix("10.0.0.0 and 2001:db8:: are kept for this service") == true)
        world.put(dual("younger", 2))
        #expect(world.addresses("younger") == ["10.0.0.0", "2001:db8::"])
    }

    @Test(arguments: [["older", "younger", "third"], ["third", "younger", "older"], ["younger", "third", "older"]])
    func `a restart knows from the ledger what is withheld and from whom, in any order`(order: [String]) throws {
        var world = shared()
        world.put(service("third", ports: [55]))
        world.put(service("younger", ports: [53]))
        world.put(service("third", ports: [55], policy: "Local"))
        let address = try #require(IPAddress("10.0.0.0"))
        var restarted = AddressAllocator()
        _ = restarted.update(
            pools: PoolSet(world.pools, foreign: []),
            changed: order.compactMap { name in
                var service = world.services[ObjectKey(namespace: "default", name: name)]
                let shown = world.addresses(name) ?? []
                service?.status = .init(loadBalancer: .init(ingress: shown.map { .init(ip: $0) }))
                return service.flatMap { AddressRequest($0, clusterFamilies: [.ipv4, .ipv6]) }
            },
            claims: [address: order.map { ObjectKey(namespace: "default", name: $0) }]
        )
        #expect(restarted.allocations == world.allocator.allocations)
        #expect(world.reason("third") == "SharingConflict" && world.reason("younger") == "AddressWithheld")
    }

    @Test func `what a condition says is withheld can be read from it`() throws {
        var world = shared()
        world.put(service("younger", ports: [53]))
        var service = service("younger", ports: [53])
        let allocation = world.allocator.allocations[service.key]
        service.status = .init(conditions: [try #require(allocation?.condition(observedGeneration: nil))])
        #expect(AddressAllocation.shown(by: service).map(\.description) == ["10.0.0.0"])
    }
}
