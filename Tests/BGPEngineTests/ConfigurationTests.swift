import BGPEngine
import BGPTypes
import BGPWire
import Testing

@Suite struct ConfigurationTests {
    private let id = PeerID(instance: "main", peer: "router")

    private func instance(_ peers: [PeerConfiguration]) throws -> InstanceConfiguration {
        InstanceConfiguration(
            name: "main",
            localAS: 65001,
            routerID: try Fixture.routerID("10.0.0.12"),
            peers: peers.map { InstanceConfiguration.Peer($0) }
        )
    }

    private func changes(_ change: (inout PeerConfiguration) throws -> Void) throws -> [ConfigurationChange] {
        let before = try Fixture.peer()
        var after = before
        try change(&after)
        return ConfigurationChange.changes(from: [try instance([before])], to: [try instance([after])])
    }

    @Test func `a configuration that does not change does nothing`() throws {
        #expect(try changes { _ in } == [])
    }

    @Test func `a change of timers, password, port, source, families, restart or distance resets the session once`()
        throws
    {
        let edits: [(inout PeerConfiguration) -> Void] = [
            { $0.timers.holdTime = 30 }, { $0.password = Password("sesame") }, { $0.remotePort = 1179 },
            { $0.localAddress = IPAddress("10.0.0.13") }, { $0.families = [.ipv6Unicast] }, { $0.restartTime = 60 },
            { $0.distance = .multihop(3) }, { $0.distance = .ttlSecurity(hops: 1) }, { $0.isPassive = true },
        ]
        for edit in edits {
            var after = try Fixture.peer()
            edit(&after)
            #expect(try changes { edit(&$0) } == [.resetPeer(id, InstanceConfiguration.Peer(after))])
        }
    }

    @Test func `a change of address or AS removes and adds the peer`() throws {
        var moved = try Fixture.peer()
        moved.remote = try Fixture.address("10.0.0.2")
        #expect(
            try changes { $0.remote = try Fixture.address("10.0.0.2") } == [
                .removePeer(id), .addPeer(id, InstanceConfiguration.Peer(moved)),
            ]
        )
        #expect(
            try changes { $0.remoteAS = 65010 } == [
                .removePeer(id), .addPeer(id, InstanceConfiguration.Peer(try Fixture.peer(remoteAS: 65010))),
            ]
        )
    }

    @Test func `a change of the instance's AS, router id or port recreates it`() throws {
        let before = try instance([try Fixture.peer()])
        let edits: [(inout InstanceConfiguration) throws -> Void] = [
            { $0.localAS = 65002 }, { $0.routerID = try Fixture.routerID("10.0.0.13") }, { $0.localPort = 179 },
        ]
        for edit in edits {
            var after = before
            try edit(&after)
            #expect(
                ConfigurationChange.changes(from: [before], to: [after]) == [
                    .removePeer(id), .removeInstance("main"), .addInstance("main"), .addPeer(id, after.peers[0]),
                ]
            )
        }
    }

    @Test func `a change that holds a peer down resets it`() throws {
        let before = try instance([try Fixture.peer()])
        var after = before
        after.peers[0].heldDown = .authSecretMissing("bgp-auth")
        #expect(ConfigurationChange.changes(from: [before], to: [after]) == [.resetPeer(id, after.peers[0])])
    }

    @Test func `removals come before additions`() throws {
        var other = try Fixture.peer()
        other.name = "other"
        #expect(
            ConfigurationChange.changes(from: [try instance([try Fixture.peer()])], to: [try instance([other])]) == [
                .removePeer(id), .addPeer(PeerID(instance: "main", peer: "other"), InstanceConfiguration.Peer(other)),
            ]
        )
    }

    @Test func `every distance has its TTL`() throws {
        var peer = try Fixture.peer()
        #expect(peer.outgoingTTL == 1)
        peer.distance = .multihop(10)
        #expect(peer.outgoingTTL == 10)
        #expect(peer.lowestIncomingTTL == nil)
        peer.distance = .ttlSecurity(hops: 2)
        #expect(peer.outgoingTTL == 255)
        #expect(peer.lowestIncomingTTL == 254)
        let inside = try Fixture.peer(remoteAS: 65001)
        #expect(inside.outgoingTTL == nil)
    }

    @Test func `a route's communities are sorted and duplicates dropped`() {
        let some = RouteAttributes(communities: [Community(2, 2), Community(1, 1), Community(2, 2)])
        #expect(some == RouteAttributes(communities: [Community(1, 1), Community(2, 2)]))
        #expect(some.adding([.gracefulShutdown]).communities == [Community(1, 1), Community(2, 2), .gracefulShutdown])
    }
}
