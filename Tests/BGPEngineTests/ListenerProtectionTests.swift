import BGPEngine
import BGPTypes
import TestSupport
import Testing

@Suite struct ListenerProtectionTests {
    private typealias Peer = InstanceConfiguration.Peer

    private static func peer(
        _ name: String,
        at address: String,
        password: String? = nil,
        distance: PeerDistance = .adjacent,
        heldDown: HeldDown? = nil
    ) throws -> InstanceConfiguration.Peer {
        var configuration = try Fixture.peer()
        configuration.name = name
        configuration.remote = try Fixture.address(address)
        configuration.password = password.flatMap { Password($0) }
        configuration.distance = distance
        return Peer(configuration, heldDown: heldDown)
    }

    @Test func `there is one key for each address with a password, of its family`() throws {
        let peers = [
            try Self.peer("b", at: "10.0.0.2", password: "two"), try Self.peer("a", at: "10.0.0.1", password: "one"),
            try Self.peer("plain", at: "10.0.0.3"), try Self.peer("six", at: "fe80::1%eth0", password: "six"),
            try Self.peer("held", at: "10.0.0.4", password: "four", heldDown: .missingPeerConfig("gone")),
        ]
        let protection = ListenerProtection(of: peers, family: .ipv4)
        #expect(protection.keys.map(\.prefix.description) == ["10.0.0.1/32", "10.0.0.2/32"])
        #expect(protection.keys.map(\.password) == [Password("one"), Password("two")])
        #expect(protection.holder(of: peers[0].configuration.remote.address)?.peer == "b")
        #expect(protection.holder(of: peers[2].configuration.remote.address) == nil)
        #expect(protection.holder(of: peers[4].configuration.remote.address) == nil)
        #expect(ListenerProtection(of: peers, family: .ipv6).keys.map(\.prefix.description) == ["fe80::1/128"])
    }

    @Test func `peers sharing an address use the password of the first one that has one`() throws {
        let peers = [
            try Self.peer("plain", at: "fe80::1%eth0"), try Self.peer("first", at: "fe80::1%eth1", password: "one"),
            try Self.peer("second", at: "fe80::1%eth2", password: "two"),
        ]
        let protection = ListenerProtection(of: peers, family: .ipv6)
        #expect(protection.keys.map(\.password) == [Password("one")])
        #expect(protection.holder(of: peers[0].configuration.remote.address)?.peer == "first")
    }

    @Test func `the listener's TTL is the lowest of all peers, or none where a peer may be at any distance`() throws {
        let near = try Self.peer("near", at: "10.0.0.1", distance: .ttlSecurity(hops: 1))
        let far = try Self.peer("far", at: "10.0.0.2", distance: .ttlSecurity(hops: 10))
        let anywhere = try Self.peer("anywhere", at: "10.0.0.3")
        #expect(ListenerProtection(of: [near], family: .ipv4).lowestTTL == 255)
        #expect(ListenerProtection(of: [near, far], family: .ipv4).lowestTTL == 246)
        #expect(ListenerProtection(of: [near, far, anywhere], family: .ipv4).lowestTTL == 0)
        #expect(ListenerProtection(of: [near], family: .ipv6).lowestTTL == 0)
    }

    @Test func `four hundred neighbours with one password need one key`() throws {
        let peers = try (0..<404).map {
            try Self.peer("\($0)", at: "10.0.\(2 + $0 / 202).\(1 + $0 % 202)", password: "all")
        }
        let protection = ListenerProtection(of: peers, family: .ipv4)
        #expect(protection.keys.map(\.prefix.description) == ["10.0.2.0/23"])
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `an address with a password is always protected, whatever the peers`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let words: [String?] = [nil, "one", "one", "one", "two"]
        let peers = try (0..<400).map { number in
            let address =
                "10.0.\(Int.random(in: 0..<4, using: &generator)).\(Int.random(in: 0..<250, using: &generator))"
            return try Self.peer("\(number)", at: address, password: words.randomElement(using: &generator) ?? nil)
        }
        let protection = ListenerProtection(of: peers, family: .ipv4)
        for peer in peers {
            let address = peer.configuration.remote.address
            let keys = protection.keys.filter { $0.prefix.contains(address) }
            #expect(keys.map(\.password) == (protection.holder(of: address).map { [$0.password] } ?? []))
        }
        #expect(protection.keys.count < Set(peers.map(\.configuration.remote)).count)
    }
}
