import AdminServer
import BGPEngine
import BGPResources
import BGPTransport
import BGPTypes
import BGPWire
import KubeClient
import KubeModel
import Planning
import SpeakerAPI
import SpeakerRuntime
import TestCluster
import TestSupport
import Testing

struct ReceivedRoutesPageTests {
    @Test func `pages and status say how many routes of a router are only counted`() async throws {
        let world = TestNode(number: 41)
        let router = TestRouter(41)
        let routes = (0..<120 as Range<UInt32>).map { number in
            Route(
                prefix: IPPrefix(host: .v4(IPv4Address(rawValue: 0x0A00_0000 + number))),
                attributes: RouteAttributes(
                    med: number,
                    communities: (0..<250).map { Community(65000, UInt16($0)) }
                )
            )
        }
        router.speaker.announce([PeerID(instance: "router", peer: "node"): RouteTable(routes)], isComplete: true)
        try await TestCluster.with { cluster in
            for text in [world.node, world.nodeConfig, world.peerConfig, world.advertisement] {
                try await cluster.apply(text)
            }
            let (ports, port) = AsyncStream.makeStream(of: Int.self)
            let speaker = speaker(.server(cluster.client), tellingPort: port) { configuration in
                configuration.admin = ListenAddress(host: "127.0.0.1", port: 0)
                configuration.receivedRoutesMemory = 64 << 10
            }
            try await running([router.speaker] + speaker.services) {
                guard let port = await ports.first(where: { _ in true }) else { return }
                try await eventually("all are counted", is: 120 as Int?) {
                    speaker.sessions.snapshot().first?.families.first?.received
                }
                let notKept = try #require(speaker.sessions.snapshot().first?.families.first?.notKept)
                #expect((60..<120).contains(notKept))
                try await SpeakerTests.asking(port) { client in
                    let page = try await client.send(KubeRequest(.get, "/v1/routes/received"), as: NodeRoutes.self)
                    #expect(page.routes.count == 120 - notKept)
                    #expect(!page.truncated)
                    let counted = NotKeptRoutes(
                        instance: "main",
                        peer: "tor",
                        peerAddress: ScopedAddress("127.77.41.1"),
                        family: "ipv4/unicast",
                        received: 120,
                        notKept: notKept
                    )
                    #expect(page.notKept == [counted])
                    for query in [[.init("family", "ipv6/unicast")], [.init("peer", "other")]] as [[KubeRequest.Field]]
                    {
                        let other = try await client.send(
                            KubeRequest(.get, "/v1/routes/received", query: query),
                            as: NodeRoutes.self
                        )
                        #expect(other.notKept == nil)
                    }
                    let sent = try await client.send(KubeRequest(.get, "/v1/routes/advertised"), as: NodeRoutes.self)
                    #expect(sent.notKept == nil)
                }
                try await eventually("the status says so", is: [120, notKept]) {
                    let status = try await cluster.client.get(BGPNodeConfig.self, ObjectKey(name: "n1")).status
                    let count = status?.bgpInstances.first?.peers.first?.routeCount.first
                    return [count?.received ?? 0, count?.notKept ?? 0]
                }
            }
        }
    }
}
