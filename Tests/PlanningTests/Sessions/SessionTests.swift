import BGPEngine
import BGPResources
import BGPTypes
import BGPWire
import Fixtures
import KubeJSON
import KubeModel
import Planning
import TestSupport
import Testing

@Suite struct SessionTests {
    private func plans(
        secrets: KnownSecrets = KnownSecrets(),
        passwords: [String: Password] = [:],
        _ change: (inout ClusterFixture) -> Void = { _ in }
    ) -> [InstancePlan] {
        var world = ClusterFixture()
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
        var world = ClusterFixture()
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
