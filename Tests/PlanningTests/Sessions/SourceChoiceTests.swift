import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import Testing

/// Which address of `sourceInterface` a session comes from, and how long it stays; the peer is at 10.0.0.254.
@Suite struct SourceChoiceTests {
    /// A node whose device `lan0` has these addresses: `10.0.0.1/24`, with `deprecated`, `secondary` or `tentative` behind.
    private func plans(
        _ addresses: [String],
        internalIPs: [String] = ["10.0.0.1"],
        inUse: [InstancePlan] = [],
        _ change: (inout NodeConfiguration) -> Void = { _ in }
    ) throws -> [InstancePlan] {
        var world = ClusterFixture()
        world.nodes = [node("n1", ips: internalIPs)]
        world.peerConfigs[0].spec.transport = .init(sourceInterface: "lan0")
        world.interfaces = [
            InterfaceAddresses(
                name: "lan0",
                details: try addresses.map { line in
                    let words = line.split(separator: " ").map(String.init)
                    let parts = words[0].split(separator: "/").map(String.init)
                    var marks: NodeAddress.Marks = []
                    if words.contains("deprecated") { marks.insert(.deprecated) }
                    if words.contains("secondary") { marks.insert(.secondary) }
                    if words.contains("tentative") { marks.insert(.unready) }
                    return NodeAddress(
                        device: "lan0",
                        address: try address(parts[0]),
                        length: try #require(UInt8(parts[1])),
                        marks: marks
                    )
                }
            )
        ]
        var configuration = world.configuration("n1")
        change(&configuration)
        return planSessions(configuration, inUse: inUse)
    }

    private func source(_ plans: [InstancePlan]) -> String? {
        plans.first?.peers.first?.configuration?.localAddress?.description
    }

    @Test func `the source is not a floating address, and one that comes or goes changes nothing`() throws {
        let before = try plans(["10.0.0.1/24"])
        #expect(source(before) == "10.0.0.1")
        let with = try plans(["10.0.0.1/24", "10.0.0.5/32", "10.0.0.0/32"], inUse: before)
        #expect(with == before)
        #expect(try plans(["10.0.0.1/24"], inUse: with) == before)
        // The same from the start.
        #expect(
            try plans(["10.0.0.1/24", "10.0.0.5/32", "10.0.0.0/32"], internalIPs: [])
                == plans(["10.0.0.1/24"], internalIPs: [])
        )
    }

    @Test func `the source is the best of several addresses`() throws {
        // In the peer's network.
        #expect(try source(plans(["10.9.0.1/24", "10.0.0.7/24"], internalIPs: ["10.9.0.1"])) == "10.0.0.7")
        // The node's InternalIP.
        #expect(try source(plans(["10.0.0.3/24", "10.0.0.7/24 secondary"], internalIPs: ["10.0.0.7"])) == "10.0.0.7")
        // The first of its network, then the lowest.
        #expect(try source(plans(["10.0.0.3/24 secondary", "10.0.0.7/24"])) == "10.0.0.7")
        #expect(try source(plans(["10.0.0.7/24", "10.0.0.3/24"])) == "10.0.0.3")
        #expect(try source(plans(["10.0.0.3/24 deprecated", "10.0.0.7/32"])) == "10.0.0.7")
        #expect(try source(plans(["10.0.0.3/24 tentative"])) == nil)
        // One alone in its network is better than none, as some clouds give no others.
        #expect(try source(plans(["10.0.0.9/32"])) == "10.0.0.9")
    }

    @Test func `the source stays while its device has it, whatever else changes`() throws {
        let before = try plans(["10.0.0.7/24"], internalIPs: ["10.0.0.7"])
        for addresses in [["10.0.0.3/24", "10.0.0.7/24"], ["10.0.0.7/24 deprecated", "10.0.0.3/24"], ["10.0.0.7/32"]] {
            #expect(try source(plans(addresses, internalIPs: ["10.0.0.3"], inUse: before)) == "10.0.0.7")
        }
        // Gone, with nothing in its place: it may come back.
        for addresses in [[], ["10.0.0.5/32"], ["10.0.0.4/24 deprecated"]] {
            #expect(try source(plans(addresses, internalIPs: [], inUse: before)) == "10.0.0.7")
        }
        // Replaced.
        #expect(try source(plans(["10.0.0.3/24"], inUse: before)) == "10.0.0.3")
    }

    @Test func `the source changes when the configuration asks for another`() throws {
        let before = try plans(["10.0.0.7/24"]) {
            $0.nodeConfig?.spec.bgpInstances[0].peers[0].localAddress = ScopedAddress("10.0.0.3")
        }
        #expect(source(before) == "10.0.0.3")
        #expect(try source(plans(["10.0.0.3/24 secondary", "10.0.0.7/24"], inUse: before)) == "10.0.0.7")
    }
}

@Suite struct DiscoveredRouterIDTests {
    private func routerID(_ ips: [String], inUse: [InstancePlan] = []) -> (plans: [InstancePlan], id: String?) {
        var world = ClusterFixture()
        world.nodes = [node("n1", ips: ips)]
        var configuration = world.configuration("n1")
        configuration.nodeConfig?.spec.bgpInstances[0].routerID = nil
        let plans = planSessions(configuration, inUse: inUse)
        return (plans, plans.first?.routerID?.description)
    }

    @Test func `a router id that the speaker chose stays while the Node has the address, or none`() {
        let before = routerID(["10.0.0.1", "10.9.0.1"])
        #expect(before.id == "10.0.0.1")
        #expect(routerID(["10.9.0.1", "10.0.0.1"], inUse: before.plans).id == "10.0.0.1")
        #expect(routerID([], inUse: before.plans).id == "10.0.0.1")
        #expect(routerID(["10.9.0.1"], inUse: before.plans).id == "10.9.0.1")
    }
}
