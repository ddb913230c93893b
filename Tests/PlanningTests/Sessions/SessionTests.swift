import BGPEngine
import BGPResources
import BGPTypes
import BGPWire
import KubeModel
import Planning
import TestSupport
import Testing

@Suite struct SessionTests {
    private func plans(
        secrets: KnownSecrets = KnownSecrets(),
        passwords: [String: Password] = [:],
        _ change: (inout World) -> Void = { _ in }
    ) -> [InstancePlan] {
        var world = World()
        change(&world)
        var configuration = world.configuration("n1")
        configuration.secrets = secrets
        return planSessions(configuration, passwords: passwords)
    }

    @Test func `a session without settings has the documented defaults`() throws {
        let plan = try #require(plans { $0.peerConfigs[0].spec.families = [] }.first)
        let router = try #require(ScopedAddress("10.0.0.254"))
        let id = try #require(RouterID("10.0.0.1"))
        #expect(
            plan.configuration
                == InstanceConfiguration(
                    name: "main",
                    localAS: 65001,
                    routerID: id,
                    peers: [
                        .init(
                            PeerConfiguration(
                                name: "router",
                                remote: router,
                                remotePort: 179,
                                remoteAS: 65000,
                                localAS: 65001,
                                routerID: id,
                                timers: PeerTimers(holdTime: 90, keepalive: 30, connectRetry: 120),
                                families: [.ipv6Unicast, .ipv4Unicast]
                            )
                        )
                    ]
                )
        )
    }

    @Test func `a session has everything that can be configured`() throws {
        let password = try #require(Password("secret"))
        let plan = try #require(
            plans(secrets: KnownSecrets(usable: ["md5"]), passwords: ["md5": password]) { world in
                world.clusterConfigs = [clusterConfig([instance(port: 1790, [peer(asn: nil)])])]
                world.peerConfigs = [
                    peerConfig {
                        $0.transport = .init(peerPort: 1179, sourceInterface: "lo1")
                        $0.timers = .init(connectRetryTimeSeconds: 5, holdTimeSeconds: 9, keepAliveTimeSeconds: 3)
                        $0.authSecretRef = "md5"
                        $0.gracefulRestart = .init(
                            enabled: true,
                            restartTimeSeconds: 15,
                            longLivedStaleTimeSeconds: 3600
                        )
                        $0.ebgpMultihop = 10
                        $0.prefixLimit = 1000
                        $0.announceLimit = 50
                    }
                ]
                world.interfaces = [.init(name: "lo1", addresses: [.v4(IPv4Address(10, 9, 9, 9))])]
            }.first
        )
        let settings = try #require(plan.peers.first?.configuration)
        #expect(plan.localPort == 1790)
        #expect(settings.remotePort == 1179)
        #expect(settings.sourceInterface == "lo1")
        #expect(settings.localAddress == .v4(IPv4Address(10, 9, 9, 9)))
        #expect(settings.timers == PeerTimers(holdTime: 9, keepalive: 3, connectRetry: 5))
        #expect(settings.password == password)
        #expect(settings.restartTime == 15)
        #expect(settings.longLivedStaleTime == 3600)
        #expect(settings.distance == .multihop(10))
        #expect(settings.prefixLimit == 1000)
        #expect(settings.remoteAS == 0)
        #expect(settings.families == [.ipv4Unicast])
        #expect(plan.peers.first?.announceLimit == 50)
        #expect(plan.peers.first?.remarks == [])
    }

    @Test(arguments: [
        (KnownSecrets(), "AuthSecretMissing"), (KnownSecrets(unusable: ["md5"]), "AuthSecretMissing"),
        (KnownSecrets(usable: ["md5"]), nil),
    ])
    func `a peer without its password stays down`(secrets: KnownSecrets, obstacle: String?) throws {
        let plan = try #require(plans(secrets: secrets) { $0.peerConfigs[0].spec.authSecretRef = "md5" }.first)
        #expect(plan.peers.first?.obstacle?.code.rawValue == obstacle)
        #expect(
            plan.configuration?.peers.map(\.heldDown) == [obstacle == nil ? nil : .authSecretMissing("md5")]
        )
    }

    @Test(arguments: PasswordFault.allCases)
    func `a peer whose password cannot be used stays down and says why`(fault: PasswordFault) throws {
        let secrets = KnownSecrets(unusable: ["md5"], faults: ["md5": fault])
        let plan = try #require(plans(secrets: secrets) { $0.peerConfigs[0].spec.authSecretRef = "md5" }.first)
        #expect(plan.peers.first?.obstacle?.code == "AuthSecretUnusable")
        #expect(plan.peers.first?.obstacle?.message.hasSuffix(fault.words) == true)
        #expect(plan.configuration?.peers.map(\.heldDown) == [.authSecretUnusable("md5", fault)])
    }

    @Test func `a peer without its PeerConfig stays down`() throws {
        let plan = try #require(plans { $0.peerConfigs = [] }.first)
        #expect(plan.configuration?.peers.map(\.heldDown) == [.missingPeerConfig("tor")])
    }

    @Test func `a peer whose gateway is not found is not dialled`() throws {
        let plan = try #require(
            plans {
                $0.clusterConfigs[0].spec.bgpInstances[0].peers[0].peerAddress = nil
                $0.clusterConfigs[0].spec.bgpInstances[0].peers[0].autoDiscovery = .init(
                    mode: .defaultGateway,
                    defaultGateway: .init(addressFamily: .ipv4)
                )
            }.first
        )
        #expect(plan.peers.map { $0.obstacle?.code } == ["PeerAddressMissing"])
        #expect(plan.configuration?.peers == [])
    }

    @Test func `the default gateway is looked up by family`() throws {
        var world = World()
        world.clusterConfigs[0].spec.bgpInstances[0].peers = [
            .init(
                name: "gateway",
                autoDiscovery: .init(mode: .defaultGateway, defaultGateway: .init(addressFamily: .ipv6))
            )
        ]
        var configuration = world.configuration("n1")
        configuration.defaultGateways = ["10.0.0.254", "fe80::1%eth0"].compactMap { ScopedAddress($0) }
        let plan = try #require(planSessions(configuration).first)
        #expect(plan.peers.map { $0.address?.description } == ["fe80::1%eth0"])
    }

    @Test func `an instance without an AS does not run, and says so`() throws {
        let plan = try #require(plans { $0.clusterConfigs = [clusterConfig([instance(asn: nil)])] }.first)
        #expect(plan.configuration == nil)
        #expect(plan.obstacles.map(\.code) == ["LocalASNMissing"])
    }

    @Test func `families that have no routes are reported and not offered`() throws {
        let plan = try #require(
            plans { $0.peerConfigs[0].spec.families.append(.init(afi: .l2vpn, safi: .evpn)) }.first
        )
        #expect(plan.peers.first?.configuration?.families == [.ipv4Unicast])
        #expect(plan.peers.first?.remarks.map(\.path.description) == ["spec.families[1]"])
    }
}

/// One row of the table of changes (SEMANTICS, "Sessions").
struct ChangeRow: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let effects: [SessionEffect]
    let change: @Sendable (inout World) -> Void

    init(_ name: String, _ effects: [SessionEffect], _ change: @escaping @Sendable (inout World) -> Void) {
        testDescription = name
        self.effects = effects
        self.change = change
    }

    private static func spec(_ change: @escaping @Sendable (inout BGPPeerConfig.Spec) -> Void)
        -> @Sendable (inout World) -> Void
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
    private var world: World {
        var world = World()
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
