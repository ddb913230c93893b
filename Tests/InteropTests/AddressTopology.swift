import BGPTypes
import FoundationEssentials
import TestSupport

/// A router and a node on one link, `eth0`, without an API: the speaker reads manifests.
struct AddressTopology: Sendable {
    let network: VirtualNetwork
    let router: any Router
    let node: NetworkHost
    private let programs: Programs
    private let directory: TemporaryDirectory
    private let start: @Sendable () async throws -> Void

    /// Builds the rack, calls `body`, and takes it down.
    ///
    /// The node has 172.16.10.11 and what `addresses` says; the router is at `peer`, on the node itself where that is a
    /// loopback address, and the session comes `from` an address of the node. `preparing` sees the network before anything
    /// runs; `router` is BIRD 2 unless given.
    static func with(
        nodeHas addresses: [String],
        peer: String = "172.16.10.1",
        from local: String? = nil,
        settings: String? = nil,
        internalIPs: [String] = ["172.16.10.11", "fd00:16::11"],
        router makeRouter: ((NetworkHost) throws -> any Router)? = nil,
        _ body: (AddressTopology) async throws -> Void,
        preparing prepare: (VirtualNetwork) async throws -> Void = { _ in }
    ) async throws {
        let plan = [
            HostPlan("router", on: "lan", "172.16.10.1/24", "fd00:16::1/64"),
            HostPlan("node1", links: [.init(segment: "lan", addresses: ["172.16.10.11/24"] + addresses)]),
        ]
        try await VirtualNetwork.with(plan) { network in
            let node = try network["node1"]
            try await prepare(network)
            let isLocal = peer.hasPrefix("127.")
            let host = try isLocal ? node : network["router"]
            let neighbor = local ?? (peer.contains(":") ? "fd00:16::11" : "172.16.10.11")
            let router = try makeRouter?(host) ?? bird(on: host, at: peer, isLocal: isLocal, neighbor: neighbor)
            try await router.start()
            let directory = try TemporaryDirectory("manifests")
            let programs = try Programs()
            let rack = AddressTopology(
                network: network,
                router: router,
                node: node,
                programs: programs,
                directory: directory
            ) {
                try await programs.startSpeaker("node1", on: node, manifests: directory.path)
            }
            try directory.write(
                manifest(peer: peer, from: local, settings ?? (isLocal ? "ebgpMultihop: 2" : "transport: {}")),
                to: "rack.yaml"
            )
            try directory.write(advertisement("list", listed), to: "list.yaml")
            try rack.write(internalIPs: internalIPs)
            do {
                try await rack.start()
                try await body(rack)
            } catch {
                let logs = await [programs.log(of: "node1").suffix(6000), router.log.suffix(3000)].joined(
                    separator: "\n"
                )
                await programs.stopAll()
                throw Cluster.Failure(description: "\(error)\n\(logs)")
            }
            await programs.stopAll()
        }
    }

    private static func bird(
        on host: NetworkHost,
        at address: String,
        isLocal: Bool,
        neighbor: String
    ) throws -> any Router {
        try BIRD(
            .two,
            on: host,
            """
            router id \(isLocal ? "172.16.10.11" : "172.16.10.1");
            protocol device { }
            protocol direct { ipv4; ipv6; }
            protocol bgp node1 {
              local \(address) as 65000; neighbor \(neighbor) as 65001; \(isLocal ? "multihop 2;" : "")
              ipv4 { import all; export none; };
              ipv6 { import all; export none; };
            }
            """
        )
    }

    /// FRR as the router at 172.16.10.1, in both families, with another line about the neighbor.
    static func frr(_ neighbor: String, _ line: String = "") -> String {
        """
        router bgp 65000
         bgp router-id 172.16.10.1
         no bgp ebgp-requires-policy
         neighbor \(neighbor) remote-as 65001
         \(line)
         address-family ipv6 unicast
          neighbor \(neighbor) activate
         exit-address-family
        """
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

    /// Waits until the speaker has taken what was written before this: it announces one more route, and then no more.
    func takesNotice() async throws {
        for text in ["198.51.100.0/24, \(Self.listed)", Self.listed] {
            try directory.write(Self.advertisement("list", text), to: "list.yaml")
            let isThere = text != Self.listed
            _ = try await eventually("the router \(isThere ? "has" : "has lost") the notice", within: .seconds(40)) {
                try await (router.table(.ipv4).routes["198.51.100.0/24"] != nil) == isThere ? true : nil
            }
        }
    }

    private static let listed = "203.0.113.0/25, \"2001:db8:ff::/64\""

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

    /// Writes a Service with these external addresses.
    func write(service addresses: [String]) throws {
        try directory.write(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: vip, namespace: default}
            spec:
              type: ClusterIP
              clusterIP: 10.96.0.9
              externalIPs: [\(addresses.map { "\"\($0)\"" }.joined(separator: ", "))]
              ports: [{port: 80}]
            """,
            to: "service.yaml"
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

    /// A BGPClusterConfig with the one peer, its BGPPeerConfig with `settings`, and pod networks to announce.
    static func manifest(peer: String, from local: String? = nil, _ settings: String = "transport: {}") -> String {
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
              \(settings)
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
