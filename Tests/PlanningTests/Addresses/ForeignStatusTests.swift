import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import Testing

/// Services that another controller gave addresses, which are not ours to take or to give again.
@Suite struct ForeignStatusTests {
    private let gold = LabelSelector(matchLabels: ["tier": "gold"])

    private func allocation(_ world: PoolWorld, _ name: String) -> AddressAllocation? {
        world.allocator.allocations[ObjectKey(namespace: "default", name: name)]
    }

    @Test func `a service that no pool serves is left alone, without a word`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24"), selector: gold))
        world.put(loadBalancer("web"))
        #expect(world.reason("web") == "PoolSelectorMismatch")
        world.put(loadBalancer("web", assigned: ["10.22.203.3"]))
        #expect(allocation(world, "web")?.isLeftAlone == true && allocation(world, "web")?.failure == nil)
        world.setPools(pool("a", network("10.0.0.0/16"), selector: gold))
        world.setPools()
        #expect(allocation(world, "web")?.isLeftAlone == true && allocation(world, "web")?.failure == nil)
    }

    @Test func `a pool that would serve it says why it does not, and does when the other is gone`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        world.put(loadBalancer("web", assigned: ["10.22.203.3"]))
        #expect(world.addresses("web") == [])
        #expect(world.reason("web") == "ServedByAnother")
        #expect(
            world.message("web")
                == "another controller gave 10.22.203.3, so nothing is given or taken until that is gone from "
                + "status.loadBalancer"
        )
        world.put(loadBalancer("web"))
        #expect(world.addresses("web") == ["10.0.0.0"])
    }

    @Test func `hostnames and invalid addresses count as foreign, too`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        for entry in [Service.Ingress(hostname: "lb.example.com"), Service.Ingress(ip: "not an address")] {
            var service = loadBalancer("web")
            service.status = .init(loadBalancer: .init(ingress: [entry]))
            world.put(service)
            #expect(allocation(world, "web")?.isLeftAlone == true)
            #expect(world.reason("web") == "ServedByAnother")
        }
    }

    @Test func `what a pool has that serves it is taken over, unless some of the status is not`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        world.put(loadBalancer("web", assigned: ["10.0.0.9"]))
        #expect(world.addresses("web") == ["10.0.0.9"])
        world.put(
            loadBalancer(
                "dual",
                families: ["IPv4", "IPv6"],
                familyPolicy: "RequireDualStack",
                assigned: ["10.0.0.10", "2001:db8::1"]
            )
        )
        #expect(allocation(world, "dual")?.isLeftAlone == true)
        world.put(loadBalancer("asks", loadBalancerIP: "10.0.0.10"))
        #expect(world.reason("asks") == "AlreadyAllocated")
    }

    /// An address in a status is somebody's, whoever gave it.
    @Test func `an address from another controller is not given again until it is gone`() {
        var world = PoolWorld()
        world.setPools(pool("a", run("10.0.0.1", "10.0.0.2")))
        let other = ObjectKey(namespace: "default", name: "other")
        _ = world.allocator.update(removed: [other], strangers: [other: [IPAddress("10.0.0.1")].compactMap(\.self)])
        world.put(loadBalancer("web"))
        world.put(loadBalancer("waits"))
        #expect(world.addresses("web") == ["10.0.0.2"])
        #expect(world.reason("waits") == "OutOfIPs")
        world.setPools(pool("a", run("10.0.0.1", "10.0.0.2")), pool("b", run("10.0.1.1"), disabled: true))
        #expect(world.addresses("waits") == [])
        _ = world.allocator.update(removed: [other])
        #expect(world.addresses("waits") == ["10.0.0.1"])
    }

    @Test func `what others write over an address of ours is put right`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        world.put(loadBalancer("web"))
        world.put(loadBalancer("web", assigned: ["10.0.0.0"]))
        world.put(loadBalancer("web", assigned: ["203.0.113.9"]))
        #expect(world.addresses("web") == ["10.0.0.0"])
        world.setPools(pool("a", network("10.0.0.0/24"), selector: gold))
        #expect(allocation(world, "web")?.isLeftAlone == true)
    }

    @Test(arguments: [true, false])
    func `after a restart that is so where the condition says that it was served here`(isTold: Bool) throws {
        var service = loadBalancer("web", assigned: ["203.0.113.9"])
        let condition = AddressAllocation().condition(observedGeneration: nil)
        if isTold { service.status?.conditions = [condition] }
        var allocator = AddressAllocator()
        _ = allocator.update(
            pools: PoolSet([pool("a", network("10.0.0.0/24"))], foreign: []),
            changed: [try #require(AddressRequest(service, clusterFamilies: [.ipv4]))],
            claims: [try #require(IPAddress("10.0.0.0")): [service.key]]
        )
        let addresses = allocator.allocations[service.key]?.addresses.map(\.description)
        #expect(addresses == (isTold ? ["10.0.0.0"] : []))
    }

    /// It was not ours that it wrote over.
    @Test func `another controller keeps a service from which the address was withheld`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        let key = ["martlet.dev/sharing-key": "k"]
        for (name, port) in [("a", 1), ("b", 2), ("b", 1)] as [(String, Int32)] {
            world.put(loadBalancer(name, ports: [.init(port: port)], annotations: key))
            world.allocator.show(ObjectKey(namespace: "default", name: name))
        }
        #expect(world.reason("b") == "AddressWithheld")
        world.put(loadBalancer("b", ports: [.init(port: 1)], annotations: key, assigned: ["203.0.113.9"]))
        #expect(allocation(world, "b")?.isLeftAlone == true)
        world.put(loadBalancer("b", ports: [.init(port: 2)], annotations: key, assigned: ["203.0.113.9"]))
        #expect(world.addresses("b") == [] && world.reason("b") == "ServedByAnother")
    }

    /// What was decided and not written yet gives way to who was faster.
    @Test func `another controller that was faster keeps the service`() {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        world.put(loadBalancer("web"))
        #expect(world.addresses("web") == ["10.0.0.0"])
        world.put(loadBalancer("web", assigned: ["203.0.113.9"]))
        #expect(world.addresses("web") == [] && allocation(world, "web")?.isLeftAlone == true)
        world.put(loadBalancer("next"))
        #expect(world.addresses("next") == ["10.0.0.0"])
    }
}
