import BGPTypes
import FoundationEssentials
import TestSupport
import Testing

extension Interop {
    /// A node whose addresses are not what they seem, or change while its session is up, and what a real router makes of it.
    @Suite struct NextHopTests {
        @Test func `IPv6 routes are announced once the address exists, follow it, and the session stays`() async throws
        {
            try await AddressTopology.with(nodeHas: []) { rack in
                try await rack.has(.ipv4, AddressTopology.ipv4(via: "172.16.10.11"))
                try await rack.says(in: "v1/peers", "NoNextHop")
                try await rack.says("no next hop")
                #expect(try await rack.router.table(.ipv6).nextHops == [:])

                try await rack.node.configure(["addr add fd00:16::11/64 dev eth0"])
                try await rack.has(.ipv6, AddressTopology.ipv6(via: "fd00:16::11"))
                // It is replaced, and the Node says so much later.
                try await rack.node.configure([
                    "addr add fd00:16::aa/64 dev eth0", "addr del fd00:16::11/64 dev eth0",
                ])
                try await rack.has(.ipv6, AddressTopology.ipv6(via: "fd00:16::aa"))
                // The InternalIP comes back, and is the better one.
                try await rack.node.configure(["addr add fd00:16::11/64 dev eth0"])
                try await rack.has(.ipv6, AddressTopology.ipv6(via: "fd00:16::11"))
                try await rack.node.configure([
                    "addr del fd00:16::aa/64 dev eth0", "addr del fd00:16::11/64 dev eth0",
                ])
                try await rack.has(.ipv6, [:])
                #expect(try await rack.router.table(.ipv4).nextHops == AddressTopology.ipv4(via: "172.16.10.11"))
                #expect(await rack.sessions == 1)
            }
        }

        @Test(arguments: [
            ["addr add fd00:16::5/128 dev eth0"], ["addr add fd00:16::3/64 dev eth0 preferred_lft 0"],
            ["addr add fd00:16::1:2/64 dev eth0", "addr add fd00:16::4/128 dev lo"],
        ])
        func `the next hop is the InternalIP and no other IPv6 address`(lines: [String]) async throws {
            try await AddressTopology.with(nodeHas: ["fd00:16::11/64"]) { rack in
                try await rack.has(.ipv6, AddressTopology.ipv6(via: "fd00:16::11"))
                // Nor when they come again, later.
                try await rack.node.configure(lines.map { $0.replacing("addr add", with: "addr del") })
                try await rack.node.configure(lines)
                try await rack.takesNotice()
                try await rack.has(.ipv6, AddressTopology.ipv6(via: "fd00:16::11"))
                #expect(await rack.sessions == 1)
            } preparing: { network in
                try await network["node1"].configure(lines)
            }
        }

        @Test func `the next hop of an IPv6 session is the IPv4 InternalIP`() async throws {
            try await AddressTopology.with(nodeHas: ["fd00:16::11/64"], peer: "fd00:16::1") { rack in
                try await rack.has(.ipv4, AddressTopology.ipv4(via: "172.16.10.11"))
                try await rack.has(.ipv6, AddressTopology.ipv6(via: "fd00:16::11"))
                // The node moves in the other family; the session stays.
                try await rack.node.configure([
                    "addr del 172.16.10.11/24 dev eth0", "addr add 172.16.10.12/24 dev eth0",
                ])
                try await rack.has(.ipv4, AddressTopology.ipv4(via: "172.16.10.12"))
                #expect(await rack.sessions == 1)
            } preparing: { network in
                try await network["node1"].configure(["addr add 172.16.10.5/32 dev eth0"])
            }
        }

        @Test func `a session survives addresses that come to and go from its device`() async throws {
            try await AddressTopology.with(nodeHas: ["fd00:16::11/64"], settings: "transport: {sourceInterface: eth0}")
            {
                rack in
                try await rack.has(.ipv4, AddressTopology.ipv4(via: "172.16.10.11"))
                for line in [
                    "addr add 172.16.10.5/32 dev eth0", "addr add 172.16.10.0/32 dev eth0",
                    "addr del 172.16.10.5/32 dev eth0", "addr del 172.16.10.0/32 dev eth0",
                ] {
                    try await rack.node.configure([line])
                    try await rack.takesNotice()
                }
                try await rack.has(.ipv4, AddressTopology.ipv4(via: "172.16.10.11"))
                #expect(await rack.sessions == 1)
            }
        }

        @Test func `a daemon on the node gets next hops that it can pass on`() async throws {
            try await AddressTopology.with(nodeHas: ["fd00:16::11/64"], peer: "127.0.0.1", from: "127.0.0.2") { rack in
                try await rack.has(.ipv4, AddressTopology.ipv4(via: "172.16.10.11"))
                try await rack.has(.ipv6, AddressTopology.ipv6(via: "fd00:16::11"))
            }
        }

        @Test func `a loopback next hop for a daemon on the node is a warning`() async throws {
            try await AddressTopology.with(
                nodeHas: [],
                peer: "127.0.0.1",
                from: "127.0.0.2",
                internalIPs: ["192.0.2.99"]
            ) { rack in
                try await rack.says("which the peer cannot pass on")
                try await rack.says(in: "v1/peers", "LoopbackNextHop")
            }
        }

        @Test func `a Node whose addresses change places keeps its router id, over a restart too`() async throws {
            try await AddressTopology.with(nodeHas: [], internalIPs: ["172.16.10.11", "10.9.0.11"]) { rack in
                try await rack.has(.ipv4, AddressTopology.ipv4(via: "172.16.10.11"))
                for addresses in [["10.9.0.11", "172.16.10.11"], [], ["10.9.0.11"]] {
                    try rack.write(internalIPs: addresses)
                    try await rack.takesNotice()
                }
                #expect(await rack.sessions == 1)
                try await rack.startAgain()
                _ = try await eventually("the router knows the node by its router id", within: .seconds(40)) {
                    let told = try await (rack.router as? BIRD)?.ask("show protocols all")
                    return told?.contains("Neighbor ID:      172.16.10.11") == true ? true : nil
                }
            }
        }
    }
}
