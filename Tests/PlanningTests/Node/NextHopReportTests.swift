import BGPEngine
import BGPResources
import BGPTypes
import BGPWire
import KubeModel
import PlainText
import Planning
import TestSupport
import Testing

/// What the status of a BGPNodeConfig says of next hops.
@Suite struct NextHopReportTests {
    private static let peer = PeerID(instance: "main", peer: "tor")

    private static func status(_ nextHops: [IPFamily: PeerSnapshot.NextHop]) throws -> BGPNodeConfig.Status {
        let remote = try #require(ScopedAddress("10.0.0.254"))
        let configuration = PeerConfiguration(
            name: "tor",
            remote: remote,
            remoteAS: 65000,
            localAS: 65001,
            routerID: try #require(RouterID("10.0.0.1")),
            families: [.ipv4Unicast, .ipv6Unicast]
        )
        var snapshot = PeerSnapshot(
            id: peer,
            configuration: configuration,
            state: .established,
            since: Timestamp(secondsSinceEpoch: 1_799_999_000)
        )
        let capabilities: [Capability] = [.multiprotocol(.ipv4Unicast), .multiprotocol(.ipv6Unicast)]
        snapshot.negotiation = Negotiation(
            configuration: configuration,
            local: configuration.open(restarted: false),
            remote: Open(
                asNumber: 65000,
                holdTime: .standard,
                routerID: try #require(RouterID("10.0.0.254")),
                capabilities: capabilities
            )
        )
        snapshot.families = [.ipv4Unicast, .ipv6Unicast].map {
            PeerSnapshot.FamilyCounters(family: $0, desired: 3, heldBack: 0, announced: 3, received: 0)
        }
        snapshot.nextHops = nextHops
        let nodeConfig = BGPNodeConfig(
            metadata: ObjectMeta(name: "n1"),
            spec: .init(bgpInstances: [
                .init(
                    name: "main",
                    localASN: 65001,
                    routerID: RouterID("10.0.0.1"),
                    peers: [.init(name: "tor", peerAddress: remote, peerASN: 65000)]
                )
            ])
        )
        return StatusReport(
            plans: planSessions(NodeConfiguration(nodeName: "n1", nodeConfig: nodeConfig)),
            peers: [snapshot],
            instances: [],
            gates: NodeGates(),
            node: "n1"
        )
        .status(observedGeneration: 1, previous: [], now: Timestamp(secondsSinceEpoch: 1_800_000_000))
    }

    private static func hop(_ text: String?, _ fault: NextHopFault? = nil) -> PeerSnapshot.NextHop {
        PeerSnapshot.NextHop(text.flatMap { IPAddress($0) }, fault)
    }

    @Test func `the status names next hops by family, and says that none is missing`() throws {
        let status = try Self.status([
            .ipv4: Self.hop("10.0.0.1"), .ipv6: Self.hop("fd00::1"),
        ])
        let counts = status.bgpInstances.first?.peers.first?.routeCount ?? []
        #expect(counts.map { $0.nextHop?.description } == ["10.0.0.1", "fd00::1"])
        #expect(counts.allSatisfy { $0.nextHopProblem == nil })
        let condition = status.conditions.of("NoNextHop")
        #expect(condition?.status == .false)
        #expect(condition?.reason == "NextHopsFound")
        #expect(status.problem == nil)
    }

    @Test func `the status says which family of which peer is withheld`() throws {
        let status = try Self.status([
            .ipv4: Self.hop("10.0.0.1"), .ipv6: Self.hop(nil, .missing),
        ])
        let count = try #require(status.bgpInstances.first?.peers.first?.routeCount.last)
        #expect(count.nextHop == nil)
        #expect(count.nextHopProblem == .noNextHop)
        let words =
            "no next hop: the node has no IPv6 address that main/tor could be told, so ipv6/unicast is withheld"
        let condition = status.conditions.of("NoNextHop")
        #expect(condition?.status == .true)
        #expect(condition?.reason == "NoNextHop")
        #expect(condition?.message == words)
        #expect(status.problem == words)
        #expect(status.conditions.of("Ready")?.status == .true)
    }

    @Test func `the status warns of a loopback next hop`() throws {
        let status = try Self.status([.ipv4: Self.hop("127.0.0.2", .loopback)])
        let condition = status.conditions.of("NoNextHop")
        #expect(condition?.status == .false)
        #expect(condition?.reason == "LoopbackNextHop")
        #expect(
            condition?.message
                == "the next hop of ipv4/unicast is a loopback address, which main/tor cannot pass on"
        )
    }
}
