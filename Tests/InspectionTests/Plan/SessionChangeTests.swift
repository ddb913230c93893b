import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import Inspection
import KubeModel
import Planning
import Testing

/// One row of the table of changes (SEMANTICS, "Sessions").
struct ChangeRow: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let effects: [SessionEffect]
    let change: @Sendable (inout ClusterFixture) -> Void

    init(_ name: String, _ effects: [SessionEffect], _ change: @escaping @Sendable (inout ClusterFixture) -> Void) {
        testDescription = name
        self.effects = effects
        self.change = change
    }

    private static func spec(_ change: @escaping @Sendable (inout BGPPeerConfig.Spec) -> Void)
        -> @Sendable (inout ClusterFixture) -> Void
    {
        { change(&$0.peerConfigs[0].spec) }
    }

    static let all = [
        ChangeRow("nothing", [.none, .none, .none]) { _ in },
        ChangeRow("advertisements", [.none, .none, .none]) { $0.advertisements = [] },
        ChangeRow("family selector", [.none, .none, .none], spec { $0.families[0].advertisements = .everything }),
        ChangeRow("hold time", [.reset, .none, .none], spec { $0.timers = .init(holdTimeSeconds: 30) }),
        ChangeRow("connect retry", [.reset, .none, .none], spec { $0.timers = .init(connectRetryTimeSeconds: 3) }),
        ChangeRow("peer port", [.reset, .none, .none], spec { $0.transport = .init(peerPort: 1179) }),
        ChangeRow("source", [.reset, .none, .none], spec { $0.transport = .init(sourceInterface: "lo1") }),
        ChangeRow("families", [.reset, .none, .none], spec { $0.families.append(.init(afi: .ipv6, safi: .unicast)) }),
        ChangeRow("graceful restart", [.reset, .none, .none], spec { $0.gracefulRestart = .init(enabled: true) }),
        ChangeRow("announce limit", [.none, .none, .none], spec { $0.announceLimit = 5 }),
        ChangeRow("multihop", [.reset, .none, .none], spec { $0.ebgpMultihop = 5 }),
        ChangeRow("TTL security", [.reset, .none, .none], spec { $0.ttlSecurity = 1 }),
        ChangeRow("password gone", [.removed, .none, .none], spec { $0.authSecretRef = "gone" }),
        ChangeRow("PeerConfig gone", [.removed, .none, .none]) { $0.peerConfigs.removeFirst() },
        ChangeRow("peerAddress", [.recreate, .none, .none]) {
            $0.clusterConfigs[0].spec.bgpInstances[0].peers[0].peerAddress = ScopedAddress("10.0.0.253")
        },
        ChangeRow("peerASN", [.recreate, .none, .none]) {
            $0.clusterConfigs[0].spec.bgpInstances[0].peers[0].peerASN = 65099
        },
        ChangeRow("localASN", [.recreate, .recreate, .none]) {
            $0.clusterConfigs[0].spec.bgpInstances[0].localASN = 65099
        },
        ChangeRow("localPort", [.recreate, .recreate, .none]) {
            $0.clusterConfigs[0].spec.bgpInstances[0].localPort = 1790
        },
        ChangeRow("routerID", [.recreate, .recreate, .recreate]) {
            $0.nodes = [node("n1", ips: ["10.0.0.99"])]
        },
        ChangeRow("peer removed", [.none, .none, .removed]) {
            $0.clusterConfigs[0].spec.bgpInstances[0].peers.removeFirst()
        },
        ChangeRow("instance removed", [.none, .none, .removed]) {
            $0.clusterConfigs[0].spec.bgpInstances.removeLast()
        },
        ChangeRow("node deselected", [.removed, .removed, .removed]) {
            $0.clusterConfigs[0].spec.nodeSelector = .labels(["rack": "9"])
        },
        ChangeRow("peer added that stays down", [.none, .none, .added, .none]) {
            $0.clusterConfigs[0].spec.bgpInstances[0].peers.append(peer("new", config: "gone"))
        },
        ChangeRow("peer added", [.none, .none, .added, .none]) {
            $0.clusterConfigs[0].spec.bgpInstances[0].peers.append(peer("new"))
        },
    ]
}

@Suite struct SessionChangeTests {
    private var world: ClusterFixture {
        var world = ClusterFixture()
        world.peerConfigs = [peerConfig("tor"), peerConfig("spine")]
        world.clusterConfigs = [
            clusterConfig([
                instance([peer("a"), peer("b", address: "10.0.0.253", config: "spine")]),
                instance(named: "second", asn: 65002, [peer("c", config: "spine")]),
            ])
        ]
        return world
    }

    @Test(arguments: ChangeRow.all)
    func `a change has its documented effect on a session`(row: ChangeRow) {
        var changed = world
        row.change(&changed)
        let effects = sessionEffects(
            from: planSessions(world.configuration("n1")),
            to: planSessions(changed.configuration("n1"))
        )
        #expect(effects.map(\.effect) == row.effects)
    }

    @Test func `a changed password resets its session once`() throws {
        var first = world
        first.peerConfigs[0].spec.authSecretRef = "md5"
        var configuration = first.configuration("n1")
        configuration.secrets = KnownSecrets(usable: ["md5"])
        let old = planSessions(configuration, passwords: ["md5": try #require(Password("one"))])
        let new = planSessions(configuration, passwords: ["md5": try #require(Password("two"))])
        #expect(sessionEffects(from: old, to: new).map(\.effect) == [.reset, .none, .none])
    }

    @Test func `different routes are UPDATEs to the affected peers`() {
        let plans = planSessions(world.configuration("n1"))
        let changed: Set = [PeerID(instance: "main", peer: "b")]
        #expect(
            sessionEffects(from: plans, to: plans, changedRoutes: changed).map(\.effect)
                == [.none, .updateOnly, .none]
        )
    }
}
