import BGPEngine
import BGPResources
import BGPTypes
import BGPWire
import Fixtures
import KubeJSON
import KubeModel
import Planning
import Testing

@Suite struct SessionSourceTests {
    private func peer(
        interfaces: [InterfaceAddresses] = [],
        localAddress: String? = nil,
        _ change: (inout ClusterFixture) -> Void = { _ in }
    ) throws -> PeerPlan {
        var world = ClusterFixture()
        world.interfaces = interfaces
        change(&world)
        var configuration = world.configuration("n1")
        if let localAddress {
            configuration.nodeConfig?.spec.bgpInstances[0].peers[0].localAddress = ScopedAddress(localAddress)
        }
        return try #require(planSessions(configuration).first?.peers.first)
    }

    private func lo1(_ texts: String...) throws -> [InterfaceAddresses] {
        [InterfaceAddresses(name: "lo1", addresses: try texts.map(address))]
    }

    private func fromInterface(_ world: inout ClusterFixture) {
        world.peerConfigs[0].spec.transport = .init(sourceInterface: "lo1")
    }

    @Test func `a sourceInterface with one usable address of the peer's family provides it`() throws {
        let plan = try peer(interfaces: lo1("fe80::1", "2001:db8::1", "127.0.0.1", "10.9.9.9"), fromInterface)
        #expect(plan.configuration?.localAddress == .v4(IPv4Address(10, 9, 9, 9)))
        #expect(plan.remarks == [])
    }

    @Test func `a sourceInterface without a usable address provides none and says so`() throws {
        for interfaces in [[], try lo1("2001:db8::1"), try lo1("127.0.0.2")] {
            let plan = try peer(interfaces: interfaces, fromInterface)
            #expect(plan.configuration?.localAddress == nil)
            #expect(plan.remarks.map(\.path.description) == ["spec.transport.sourceInterface"])
        }
    }

    @Test func `an override's localAddress wins over the sourceInterface`() throws {
        let plan = try peer(interfaces: lo1("10.9.9.9"), localAddress: "10.8.8.8", fromInterface)
        #expect(plan.configuration?.localAddress == .v4(IPv4Address(10, 8, 8, 8)))
    }

    @Test func `a peer without peerConfigRef has the defaults and both families`() throws {
        let plan = try peer { $0.clusterConfigs = [clusterConfig([instance([Fixtures.peer(config: nil)])])] }
        let settings = try #require(plan.configuration)
        #expect(plan.obstacle == nil)
        #expect(settings.remotePort == 179)
        #expect(settings.timers == PeerTimers(holdTime: 90, keepalive: 30, connectRetry: 120))
        #expect(settings.families == [.ipv6Unicast, .ipv4Unicast])
    }

    @Test(arguments: [nil, ASNumber(rawValue: 0)])
    func `a peer without peerASN, or with 0, may be in any AS`(asn: ASNumber?) throws {
        let plan = try peer { $0.clusterConfigs = [clusterConfig([instance([Fixtures.peer(asn: asn)])])] }
        #expect(plan.configuration?.remoteAS == 0)
    }
}
