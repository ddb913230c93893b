import BGPResources
import BGPTypes
import Fixtures
import Inspection
import KubeModel
import Planning
import SpeakerAPI
import TestSupport
import Testing

/// What explanations say of a family that has no next hop.
@Suite struct NextHopExplanationTests {
    private func cluster(_ problem: NextHopProblem?, nextHop: String? = nil) -> ObservedCluster {
        var world = ClusterFixture()
        world.peerConfigs = [peerConfig(families: [.ipv4, .ipv6])]
        world.services = [service("web", loadBalancer: ["192.0.2.1", "2001:db8::1"])]
        world.slices = [
            slice(of: "web", [.ready("n1")]), slice(of: "web", addressType: "IPv6", [.ready("n1")]),
        ]
        var status = PeerStatus(name: "router")
        status.peeringState = .established
        status.negotiated = .init(families: [.ipv4Unicast, .ipv6Unicast], fourByteASN: true)
        status.routeCount = [
            .init(
                .ipv6Unicast,
                received: 0,
                advertised: 0,
                nextHop: nextHop.flatMap { IPAddress($0) },
                nextHopProblem: problem
            )
        ]
        return ObservedCluster(
            services: world.services,
            endpointSlices: world.slices,
            nodes: [world.configuration("n1")],
            wires: [
                NodeWire(
                    peers: NodePeers(node: "n1", peers: [NodePeer(instance: "main", status: status)]),
                    advertised: NodeRoutes(
                        node: "n1",
                        view: .advertised,
                        routes: [
                            RouteDocument(
                                instance: "main",
                                peer: "router",
                                prefix: IPPrefix(host: .v4(IPv4Address(192, 0, 2, 1)))
                            )
                        ]
                    )
                )
            ]
        )
    }

    @Test func `a route without a next hop is desired but not sent, and explained so`() throws {
        let cluster = cluster(.noNextHop)
        let route = explainRoute(.prefix(try prefix("2001:db8::1/128")), in: cluster)
        let peer = try #require(route.nodes.first?.peers.first)
        #expect(peer.verdict == .announce)
        #expect(peer.wire?.difference?.code == "NoNextHop")
        let family = try #require(explainPeer("router", in: cluster).first?.families.last)
        #expect(family.reasons.map(\.code) == ["NoNextHop"])
        #expect(family.nextHop == nil)
        let ipv4 = explainRoute(.prefix(try prefix("192.0.2.1/32")), in: cluster)
        #expect(ipv4.nodes.first?.peers.first?.wire?.difference == nil)
    }

    @Test func `a loopback next hop is reported with its peer`() throws {
        let family = try #require(
            explainPeer("router", in: cluster(.loopbackNextHop, nextHop: "::1")).first?.families.last
        )
        #expect(family.reasons.map(\.code) == ["LoopbackNextHop"])
        #expect(family.nextHop == IPAddress("::1"))
    }
}
