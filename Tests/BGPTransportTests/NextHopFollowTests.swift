import BGPEngine
import BGPTransport
import BGPTypes
import BGPWire
import TestSupport
import Testing

/// A session that is up while whoever follows the kernel tells of other addresses.
@Suite(.timeLimit(.minutes(10))) struct NextHopFollowTests {
    /// Devices with these addresses, beside loopback.
    private func devices(_ addresses: String...) throws -> NodeDevices {
        let loopback = [
            NodeAddress(device: "lo", address: .v4(IPv4Address(127, 0, 0, 1)), length: 8),
            NodeAddress(device: "lo", address: try ip("::1"), length: 128),
        ]
        return NodeDevices(
            try loopback
                + addresses.map { NodeAddress(device: "eth0", address: try ip($0), length: $0.contains(":") ? 64 : 24) }
        )
    }

    private func ip(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    private func nextHops(_ loopback: Loopback, _ family: RouteFamily, are expected: [String]) async throws {
        // Another next hop of the same routes is no change of the session that the router tells of.
        try await eventually("the router's next hops", is: expected) {
            await loopback.router.received(Loopback.nodeID, family: family).map {
                $0.nextHop?.address?.description ?? "-"
            }
        }
    }

    @Test func `a session follows the node's addresses as they come and go, and stays up`() async throws {
        try await Loopback.run(adjust: { router, node in
            router.families = [.ipv4Unicast, .ipv6Unicast]
            node.families = [.ipv4Unicast, .ipv6Unicast]
        }) { loopback in
            let node = loopback.node
            node.follow(AddressRoles(internalIPs: [try ip("192.0.2.2"), try ip("2001:db8::2")]))
            node.follow(try devices("192.0.2.2"))
            let table = try RouteTable(prefixes: "203.0.113.1/32", "2001:db8:ff::1/128")
            node.announce([Loopback.routerID: table], isComplete: true)
            try await nextHops(loopback, .ipv4Unicast, are: ["192.0.2.2"])
            // There is no other on the node, and the peer is on it too.
            try await nextHops(loopback, .ipv6Unicast, are: ["::1"])
            let told = try await loopback.peer(of: node) { $0.nextHops[.ipv6]?.fault == .loopback }
            #expect(told.nextHops[.ipv4] == PeerSnapshot.NextHop(try ip("192.0.2.2")))
            #expect(told.nextHops[.ipv6]?.address == (try ip("::1")))
            node.follow(try devices("192.0.2.2", "2001:db8::2"))
            try await nextHops(loopback, .ipv6Unicast, are: ["2001:db8::2"])
            _ = try await loopback.peer(of: node) { $0.nextHops.values.allSatisfy { $0.fault == nil } }
            node.follow(NodeDevices([]))
            try await nextHops(loopback, .ipv6Unicast, are: [])
            let missing = try await loopback.peer(of: node) { $0.nextHops[.ipv6]?.fault == .missing }
            #expect(missing.nextHops[.ipv6]?.address == nil)
            node.follow(try devices("192.0.2.2", "2001:db8::2"))
            try await nextHops(loopback, .ipv6Unicast, are: ["2001:db8::2"])
            #expect(missing.establishedTransitions == 1)
            #expect(node.snapshot().first?.establishedTransitions == 1)
        }
    }
}
