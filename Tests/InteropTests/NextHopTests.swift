import Addressing
import FoundationEssentials
import TestSupport
import Testing

extension Interop {
    /// A node whose addresses are not what they seem, or change while its session is up, and what a real router makes of it.
    @Suite struct `A node whose addresses change` {
        @Test func `announces IPv6 routes when the address comes, follows it, and keeps the session`() async throws {
            try await AddressRack.with(nodeHas: []) { rack in
                try await rack.has(.ipv4, AddressRack.ipv4(via: "172.16.10.11"))
                try await rack.says(in: "v1/peers", "NoNextHop")
                try await rack.says("no next hop")
                #expect(try await rack.router.table(.ipv6).nextHops == [:])

                try await rack.node.configure(["addr add fd00:16::11/64 dev eth0"])
                try await rack.has(.ipv6, AddressRack.ipv6(via: "fd00:16::11"))
                // It is replaced, and the Node says so much later.
                try await rack.node.configure([
                    "addr add fd00:16::aa/64 dev eth0", "addr del fd00:16::11/64 dev eth0",
                ])
                try await rack.has(.ipv6, AddressRack.ipv6(via: "fd00:16::aa"))
                // The InternalIP comes back, and is the better one.
                try await rack.node.configure(["addr add fd00:16::11/64 dev eth0"])
                try await rack.has(.ipv6, AddressRack.ipv6(via: "fd00:16::11"))
                try await rack.node.configure([
                    "addr del fd00:16::aa/64 dev eth0", "addr del fd00:16::11/64 dev eth0",
                ])
                try await rack.has(.ipv6, [:])
                #expect(try await rack.router.table(.ipv4).nextHops == AddressRack.ipv4(via: "172.16.10.11"))
                #expect(await rack.sessions == 1)
            }
        }

        @Test(arguments: [
            ["addr add fd00:16::5/128 dev eth0"], ["addr add fd00:16::3/64 dev eth0 preferred_lft 0"],
            ["addr add fd00:16::1:2/64 dev eth0", "addr add fd00:16::4/128 dev lo"],
        ])
        func `names its InternalIP and no other IPv6 address`(lines: [String]) async throws {
            try await AddressRack.with(nodeHas: ["fd00:16::11/64"]) { rack in
                try await rack.has(.ipv6, AddressRack.ipv6(via: "fd00:16::11"))
                // Nor when they come again, later.
                try await rack.node.configure(lines.map { $0.replacing("addr add", with: "addr del") })
                try await rack.node.configure(lines)
                try await rack.takesNotice()
                try await rack.has(.ipv6, AddressRack.ipv6(via: "fd00:16::11"))
                #expect(await rack.sessions == 1)
            } preparing: { node in
                try await node.configure(lines)
            }
        }

        @Test func `names its IPv4 InternalIP on an IPv6 session`() async throws {
            try await AddressRack.with(nodeHas: ["fd00:16::11/64"], peer: "fd00:16::1") { rack in
                try await rack.has(.ipv4, AddressRack.ipv4(via: "172.16.10.11"))
                try await rack.has(.ipv6, AddressRack.ipv6(via: "fd00:16::11"))
                // The node moves in the other family; the session stays.
                try await rack.node.configure([
                    "addr del 172.16.10.11/24 dev eth0", "addr add 172.16.10.12/24 dev eth0",
                ])
                try await rack.has(.ipv4, AddressRack.ipv4(via: "172.16.10.12"))
                #expect(await rack.sessions == 1)
            } preparing: { node in
                try await node.configure(["addr add 172.16.10.5/32 dev eth0"])
            }
        }

        @Test func `keeps a session from a device to which an address comes, and from which it goes`() async throws {
            try await AddressRack.with(nodeHas: ["fd00:16::11/64"], transport: "sourceInterface: eth0") { rack in
                try await rack.has(.ipv4, AddressRack.ipv4(via: "172.16.10.11"))
                for line in [
                    "addr add 172.16.10.5/32 dev eth0", "addr add 172.16.10.0/32 dev eth0",
                    "addr del 172.16.10.5/32 dev eth0", "addr del 172.16.10.0/32 dev eth0",
                ] {
                    try await rack.node.configure([line])
                    try await rack.takesNotice()
                }
                try await rack.has(.ipv4, AddressRack.ipv4(via: "172.16.10.11"))
                #expect(await rack.sessions == 1)
            }
        }

        @Test func `tells a daemon on it what that can pass on`() async throws {
            try await AddressRack.with(nodeHas: ["fd00:16::11/64"], peer: "127.0.0.1", from: "127.0.0.2") { rack in
                try await rack.has(.ipv4, AddressRack.ipv4(via: "172.16.10.11"))
                try await rack.has(.ipv6, AddressRack.ipv6(via: "fd00:16::11"))
            }
        }

        @Test func `warns when a daemon on it is told a loopback address`() async throws {
            try await AddressRack.with(
                nodeHas: [],
                peer: "127.0.0.1",
                from: "127.0.0.2",
                internalIPs: ["192.0.2.99"]
            ) { rack in
                try await rack.says("which the peer cannot pass on")
                try await rack.says(in: "v1/peers", "LoopbackNextHop")
            }
        }

        @Test func `keeps its router id when the Node's addresses change places, over a restart too`() async throws {
            try await AddressRack.with(nodeHas: [], internalIPs: ["172.16.10.11", "10.9.0.11"]) { rack in
                try await rack.has(.ipv4, AddressRack.ipv4(via: "172.16.10.11"))
                for addresses in [["10.9.0.11", "172.16.10.11"], [], ["10.9.0.11"]] {
                    try rack.write(internalIPs: addresses)
                    try await rack.takesNotice()
                }
                #expect(await rack.sessions == 1)
                try await rack.startAgain()
                _ = try await eventually("the router knows the node by its router id", within: .seconds(40)) {
                    let told = try await rack.router.ask("show protocols all")
                    return told.contains("Neighbor ID:      172.16.10.11") ? true : nil
                }
            }
        }
    }
}

/// A router and a node on one link, `eth0`, without an API: the speaker reads manifests.
struct AddressRack: Sendable {
    let network: VirtualNetwork
    let router: BIRD
    let node: NetworkHost
    private let programs: Programs
    private let directory: TemporaryDirectory
    private let start: @Sendable () async throws -> Void

    /// Builds the rack, calls `body`, and takes it down.
    ///
    /// The node has 172.16.10.11 and what `addresses` says; the router is at `peer`, on the node itself where that is a
    /// loopback address, and the session comes `from` an address of the node. `preparing` sees the node before anything runs.
    static func with(
        nodeHas addresses: [String],
        peer: String = "172.16.10.1",
        from local: String? = nil,
        transport: String? = nil,
        internalIPs: [String] = ["172.16.10.11", "fd00:16::11"],
        _ body: (AddressRack) async throws -> Void,
        preparing prepare: (NetworkHost) async throws -> Void = { _ in }
    ) async throws {
        let plan = [
            HostPlan("router", on: "lan", "172.16.10.1/24", "fd00:16::1/64"),
            HostPlan("node1", links: [.init(segment: "lan", addresses: ["172.16.10.11/24"] + addresses)]),
        ]
        try await VirtualNetwork.with(plan) { network in
            let node = try network["node1"]
            try await prepare(node)
            let isLocal = peer.hasPrefix("127.")
            let neighbor = local ?? (peer.contains(":") ? "fd00:16::11" : "172.16.10.11")
            let router = try BIRD(
                .two,
                on: isLocal ? node : network["router"],
                """
                router id \(isLocal ? "172.16.10.11" : "172.16.10.1");
                protocol device { }
                protocol direct { ipv4; ipv6; }
                protocol bgp node1 {
                  local \(peer) as 65000; neighbor \(neighbor) as 65001; \(isLocal ? "multihop 2;" : "")
                  ipv4 { import all; export none; };
                  ipv6 { import all; export none; };
                }
                """
            )
            try await router.start()
            let directory = try TemporaryDirectory("manifests")
            let programs = try Programs()
            let rack = AddressRack(
                network: network,
                router: router,
                node: node,
                programs: programs,
                directory: directory
            ) {
                try await programs.startSpeaker("node1", on: node, manifests: directory.path)
            }
            try directory.write(
                rackManifest(peer: peer, from: local, transport: transport, isLocal: isLocal),
                to: "rack.yaml"
            )
            try rack.write(internalIPs: internalIPs)
            do {
                try await rack.start()
                try await body(rack)
            } catch {
                let logs = await [programs.log(of: "node1").suffix(6000), router.log.suffix(3000)].joined(
                    separator: "\n"
                )
                await programs.stopAll()
                throw Setting.Failure(description: "\(error)\n\(logs)")
            }
            await programs.stopAll()
        }
    }

    /// The IPv4 routes with this next hop.
    static func ipv4(via hop: String) -> NextHops { ["10.244.1.0/24": [hop], "203.0.113.0/25": [hop]] }

    /// The IPv6 routes with this next hop.
    static func ipv6(via hop: String) -> NextHops { ["fd00:244:1::/64": [hop], "2001:db8:ff::/64": [hop]] }

    /// Waits until the router has exactly these routes of a family.
    func has(_ family: IPFamily, _ expected: NextHops) async throws {
        try await eventually("the router's \(family) routes", is: expected, within: .seconds(40)) {
            try await router.table(family).nextHops
        }
    }

    /// Waits until the speaker's log has a sentence.
    func says(_ sentence: String) async throws {
        _ = try await eventually("the log says \"\(sentence)\"", within: .seconds(40)) {
            await programs.log(of: "node1").contains(sentence) ? true : nil
        }
    }

    /// Waits until a page of the speaker has a word.
    func says(in page: String, _ word: String) async throws {
        _ = try await eventually("\(page) says \"\(word)\"", within: .seconds(40)) {
            try await read(page).contains(word) ? true : nil
        }
    }

    private func read(_ page: String) async throws -> String {
        try await network.control.command("curl", "-sf", "http://\(node.managementAddress):9179/\(page)").run()
    }

    /// Waits until the speaker has taken what was written before this: it announces a list that is written now.
    func takesNotice() async throws {
        for prefix in ["198.51.100.0/24", nil] {
            let text = prefix.map { Self.advertisement("notice", $0) } ?? ""
            try directory.write(text, to: "notice.yaml")
            _ = try await eventually(
                "the router \(prefix == nil ? "has lost" : "has") the notice",
                within: .seconds(40)
            ) {
                let routes = try await router.table(.ipv4).routes
                return (routes["198.51.100.0/24"] != nil) == (prefix != nil) ? true : nil
            }
        }
    }

    /// How many sessions there were.
    var sessions: Int {
        get async { await programs.log(of: "node1").components(of: "session established") }
    }

    /// Ends the speaker as an upgrade does, and starts it again.
    func startAgain() async throws {
        await programs.stop("node1")
        try await start()
    }

    /// Writes the Node with these InternalIPs.
    func write(internalIPs: [String]) throws {
        let addresses = internalIPs.map { "    - {type: InternalIP, address: \"\($0)\"}\n" }.joined()
        try directory.write(
            """
            apiVersion: v1
            kind: Node
            metadata: {name: node1, labels: {kubernetes.io/hostname: node1}}
            spec: {podCIDRs: [10.244.1.0/24, "fd00:244:1::/64"]}
            status:
              conditions: [{type: Ready, status: "True"}]
              addresses:\(internalIPs.isEmpty ? " []" : "\n\(addresses)")
            """,
            to: "node.yaml"
        )
    }

    private static func advertisement(_ name: String, _ prefixes: String) -> String {
        """
        apiVersion: martlet.dev/v2
        kind: BGPAdvertisement
        metadata: {name: \(name)}
        spec:
          advertisements:
            - {advertisementType: Prefixes, prefixes: [\(prefixes)]}

        """
    }

    private static func rackManifest(peer: String, from local: String?, transport: String?, isLocal: Bool) -> String {
        let override =
            local.map {
                """
                ---
                apiVersion: martlet.dev/v2
                kind: BGPNodeConfigOverride
                metadata: {name: node1}
                spec:
                  bgpInstances:
                    - {name: rack-1, peers: [{name: tor, localAddress: "\($0)"}]}

                """
            } ?? ""
        return """
            apiVersion: martlet.dev/v2
            kind: BGPClusterConfig
            metadata: {name: rack-1}
            spec:
              bgpInstances:
                - name: rack-1
                  localASN: 65001
                  peers:
                    - {name: tor, peerAddress: "\(peer)", peerASN: 65000, peerConfigRef: {name: tor}}
            ---
            apiVersion: martlet.dev/v2
            kind: BGPPeerConfig
            metadata: {name: tor}
            spec:
              timers: {connectRetryTimeSeconds: 1}
              \(isLocal ? "ebgpMultihop: 2" : "transport: {\(transport ?? "")}")
              families:
                - {afi: ipv4, safi: unicast, advertisements: {}}
                - {afi: ipv6, safi: unicast, advertisements: {}}
            ---
            apiVersion: martlet.dev/v2
            kind: BGPAdvertisement
            metadata: {name: pods}
            spec:
              advertisements:
                - {advertisementType: PodCIDR}
            ---
            \(advertisement("list", "203.0.113.0/25, \"2001:db8:ff::/64\""))
            \(override)
            """
    }
}

extension String {
    /// How often another string is in this one.
    fileprivate func components(of part: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
