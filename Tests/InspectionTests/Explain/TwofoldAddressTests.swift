import BGPResources
import BGPTypes
import Fixtures
import Inspection
import KubeModel
import Planning
import SpeakerAPI
import Testing

@Suite struct TwofoldAddressTests {
    /// What explain says of the wire, by kind of address: why it is not as decided, or nothing.
    private func differences(_ world: ClusterFixture, on wire: [String]) throws -> [String: String] {
        var status = PeerStatus(name: "router")
        status.peeringState = .established
        let routes = try wire.map { RouteDocument(instance: "main", peer: "router", prefix: try prefix($0)) }
        let question = ServiceQuestion(
            service: world.services[0].key,
            services: world.services,
            endpointSlices: world.slices,
            nodes: [world.configuration("n1")],
            wires: [
                NodeWire(
                    peers: NodePeers(node: "n1", peers: [NodePeer(instance: "main", status: status)]),
                    advertised: NodeRoutes(node: "n1", view: .advertised, routes: routes)
                )
            ]
        )
        var found: [String: String] = [:]
        for verdict in try #require(explainService(question)).nodes.flatMap(\.addresses) {
            found["\(verdict.kind.rawValue) \(verdict.address)"] = verdict.peers.first?.wire?.difference?.code.rawValue
        }
        return found
    }

    @Test func `an address of two kinds is on the wire for one of them, without contradiction`() throws {
        var world = ClusterFixture()
        world.advertisements = [
            advertisement([
                serviceEntry([.loadBalancerIP, .externalIP], externalIPs: [try prefix("203.0.113.0/24")])
            ])
        ]
        world.services = [service("web", loadBalancer: ["192.0.2.1"], external: ["192.0.2.1"])]
        world.slices = [slice(of: "web", [.ready("n1")])]
        #expect(world.prefixes() == ["192.0.2.1/32"])
        #expect(try differences(world, on: ["192.0.2.1/32"]) == [:])
        #expect(try differences(world, on: []) == ["LoadBalancerIP 192.0.2.1": "AnnouncementPending"])
    }

    @Test func `an aggregate brought by another address is not a contradiction`() throws {
        var world = ClusterFixture()
        world.advertisements = [advertisement([serviceEntry([.externalIP], length4: 24)])]
        world.services = [service("web", external: ["10.0.0.1", "10.0.0.77"])]
        world.slices = [slice(of: "web", [.ready("n1")])]
        #expect(world.prefixes() == ["10.0.0.0/24"])
        #expect(try differences(world, on: ["10.0.0.0/24"]) == [:])
        world.services[0].spec.externalIPs = ["10.0.0.1"]
        #expect(try differences(world, on: ["10.0.0.0/24"]) == ["ExternalIP 10.0.0.1": "OlderConfiguration"])
    }
}
