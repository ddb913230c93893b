import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import Testing

/// Whose addresses are whose: none of a node, a pod or a router is announced for a Service.
@Suite struct NodeOwnershipTests {
    private static func nodes(_ changed: [Node], of all: [Node]) -> ObjectChanges {
        var changes = ObjectChanges()
        var owners = OwnerChanges()
        owners.nodes = ChangedObjects(all: all, changed: Set(changed.map(\.key)))
        changes.owners = owners
        return changes
    }

    @Test func `an address that turns out to be a node's is withdrawn and reported, and comes back`() throws {
        var bench = NodeBench()
        bench.cluster.services = [service("web", external: ["192.0.2.1"])]
        bench.cluster.advertisements = [advertisement([serviceEntry([.externalIP])])]
        bench.cluster.slices = [slice(of: "web", [.ready("n1")])]
        _ = bench.handle(.started)
        let there = [router: try table("192.0.2.1/32")]
        #expect(bench.load().announcements == [Announcement(there, isComplete: true)])
        bench.advance(by: .seconds(2))
        let other = node("n2", ips: ["192.0.2.1"])
        let gone = bench.handle(.objectsChanged(Self.nodes([other], of: bench.cluster.nodes + [other])))
        #expect(gone.announcements == [Announcement([router: RouteTable()], isComplete: true)])
        let withheld = gone.contains { effect in
            if case .report(.addressesWithheld(let reasons)) = effect { reasons.count == 1 } else { false }
        }
        #expect(withheld)
        let back = bench.handle(.objectsChanged(Self.nodes([other], of: bench.cluster.nodes)))
        #expect(back.announcements == [Announcement(there, isComplete: true)])
    }

    @Test func `sessions hear which of the node's addresses are Services', whichever came first`() throws {
        let lan = NodeAddress(device: "lan0", address: try address("10.0.0.1"), length: 24)
        let virtual = NodeAddress(device: "lan0", address: try address("192.0.2.1"), length: 32)
        var bench = NodeBench(network: HostNetwork(devices: NodeDevices([lan])))
        bench.cluster.services = [service("web", external: ["192.0.2.1"])]
        _ = bench.handle(.started)
        let own = AddressRoles(internalIPs: [try address("10.0.0.1")])
        #expect(bench.load().first == .setAddressRoles(own))
        let host = HostNetwork(devices: NodeDevices([lan, virtual]))
        #expect(bench.handle(.networkChanged(host)) == [.listServices])
        var shared = own
        shared.virtual = [try address("192.0.2.1")]
        let services = bench.cluster.services.map(AnnouncedService.init)
        #expect(bench.handle(.servicesListed(services)) == [.setAddressRoles(shared)])
        bench.cluster.services = [service("web")]
        #expect(bench.handle(.objectsChanged(bench.services("web"))).first == .setAddressRoles(own))
    }
}
