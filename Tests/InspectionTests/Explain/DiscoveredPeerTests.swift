import BGPResources
import BGPTypes
import Fixtures
import Inspection
import KubeModel
import Planning
import SpeakerAPI
import Testing

@Suite struct DiscoveredPeerTests {
    private var world: ClusterFixture {
        var world = ClusterFixture()
        world.clusterConfigs[0].spec.bgpInstances[0].peers[0].peerAddress = nil
        world.clusterConfigs[0].spec.bgpInstances[0].peers[0].autoDiscovery = AutoDiscovery(
            mode: .defaultGateway,
            defaultGateway: .init(addressFamily: .ipv6)
        )
        world.services = [service("web", loadBalancer: ["192.0.2.1"])]
        world.slices = [slice(of: "web", [.ready("n1")])]
        return world
    }

    /// The codes that explain why nothing is on the wire, when the speaker tells this address of the peer.
    private func differences(_ address: String?) throws -> [String] {
        let world = world
        let configuration = world.configuration("n1")
        let instance = try #require(configuration.nodeConfig?.spec.bgpInstances.first)
        var status = PeerStatus(name: try #require(instance.peers.first?.name))
        status.peeringState = .active
        status.peerAddress = address.flatMap { ScopedAddress($0) }
        let wire = NodeWire(
            peers: NodePeers(node: "n1", peers: [NodePeer(instance: instance.name, status: status)]),
            advertised: NodeRoutes(node: "n1", view: .advertised, routes: [])
        )
        let explanation = explainService(
            ServiceQuestion(
                service: ObjectKey(namespace: "default", name: "web"),
                services: world.services,
                endpointSlices: world.slices,
                nodes: [configuration],
                wires: [wire]
            )
        )
        let peers = try #require(explanation?.nodes.first?.addresses.first?.peers)
        return peers.compactMap(\.wire?.difference?.code.rawValue)
    }

    @Test
    func
        `a peer found by the default route has the address that its speaker reports, so that its own failure is explained`()
        throws
    {
        #expect(try differences("fe80::1%eth0") == ["SessionNotEstablished"])
        #expect(try differences(nil) == ["PeerAddressMissing"])
    }
}
