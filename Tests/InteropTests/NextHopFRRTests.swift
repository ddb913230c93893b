import BGPTypes
import TestSupport
import Testing

extension Interop {
    /// The same with FRR, which takes no next hop that it cannot resolve.
    @Suite struct NextHopFRRTests {
        @Test func `a node announces both families from an address on lo, IPv6 once its device has it`() async throws {
            try await AddressTopology.with(
                nodeHas: [],
                from: "10.0.0.11",
                settings: "ebgpMultihop: 2",
                router: { try FRR(on: $0, AddressTopology.frr("10.0.0.11", "neighbor 10.0.0.11 ebgp-multihop 2")) }
            ) { rack in
                try await rack.has(.ipv4, AddressTopology.ipv4(via: "10.0.0.11"))
                try await rack.says(in: "v1/peers", "NoNextHop")
                try await rack.node.configure(["addr add fd00:16::11/64 dev eth0"])
                try await rack.has(.ipv6, AddressTopology.ipv6(via: "fd00:16::11"))
                try await rack.node.configure(["addr del fd00:16::11/64 dev eth0"])
                try await rack.has(.ipv6, [:])
                #expect(await rack.sessions == 1)
            } preparing: { network in
                try await network["node1"].configure(["addr add 10.0.0.11/32 dev lo"])
                try await network["router"].configure(["route add 10.0.0.11/32 via 172.16.10.11"])
            }
        }

        @Test func `a next hop is neither floating nor deprecated nor a Service's address`() async throws {
            try await AddressTopology.with(
                nodeHas: ["fd00:16::5/128", "fd00:16::6/64"],
                internalIPs: ["172.16.10.11"],
                router: { try FRR(on: $0, AddressTopology.frr("172.16.10.11")) }
            ) { rack in
                // What leads to a network comes before what floats.
                try await rack.has(.ipv6, AddressTopology.ipv6(via: "fd00:16::6"))
                // A Service has it: the floating one is all that is left, until a Service has that, too.
                try rack.write(service: ["fd00:16::6"])
                try await rack.has(.ipv6, AddressTopology.ipv6(via: "fd00:16::5"))
                try rack.write(service: ["fd00:16::6", "fd00:16::5"])
                try await rack.has(.ipv6, [:])
                try await rack.says(in: "v1/peers", "NoNextHop")
                try await rack.node.configure(["addr add fd00:16::7/64 dev eth0"])
                try await rack.has(.ipv6, AddressTopology.ipv6(via: "fd00:16::7"))
                try await rack.node.configure(["addr change fd00:16::7/64 dev eth0 preferred_lft 0"])
                try await rack.has(.ipv6, [:])
                #expect(await rack.sessions == 1)
            }
        }

        /// The peer takes next hops beyond the link as soon as it may be more than one hop away (RFC 5082, RFC 4271 §5.1.3).
        @Test(arguments: [(1, "fd00:16::6"), (2, "fd00:99::11")])
        func `a peer behind TTL security gets a next hop on its link`(hops: Int, hop: String) async throws {
            try await AddressTopology.with(
                nodeHas: ["fd00:16::6/64"],
                settings: "ttlSecurity: \(hops)",
                internalIPs: ["172.16.10.11", "fd00:99::11"],
                router: {
                    try FRR(
                        on: $0,
                        AddressTopology.frr("172.16.10.11", "neighbor 172.16.10.11 ttl-security hops \(hops)")
                    )
                }
            ) { rack in
                try await rack.has(.ipv4, AddressTopology.ipv4(via: "172.16.10.11"))
                try await rack.has(.ipv6, AddressTopology.ipv6(via: hop))
                #expect(await rack.sessions == 1)
            } preparing: { network in
                try await network["node1"].configure(["addr add fd00:99::11/128 dev lo"])
                try await network["router"].configure(["route add fd00:99::11/128 via fd00:16::6"])
            }
        }
    }

    /// The identity of a node, with an operator and the Kubernetes API.
    @Suite struct ReorderedAddressTests {
        @Test
        func `a Node whose addresses change places keeps router id and session, over a restart of the operator too`()
            async throws
        {
            let plan = [
                HostPlan("router", on: "lan", "172.16.10.1/24"), HostPlan("node1", on: "lan", "172.16.10.11/24"),
            ]
            try await Cluster.with(plan) { cluster in
                let router = try FRR(on: cluster.network["router"], AddressTopology.frr("172.16.10.11"))
                try await router.start()
                try await cluster.kubectl("apply", manifest: Self.manifest)
                try await Self.write(["172.16.10.11", "10.9.0.11"], cluster)
                try await cluster.startOperator()
                try await cluster.startSpeakers("node1")
                try await eventually("the router's table", is: ["10.244.1.0/24": ["172.16.10.11"]]) {
                    try await router.table(.ipv4).nextHops
                }
                for (index, addresses) in [["10.9.0.11", "172.16.10.11"], [], ["10.9.0.11"]].enumerated() {
                    try await Self.write(addresses, cluster)
                    if index == 2 {
                        await cluster.programs.stop("operator")
                        try await cluster.startOperator()
                    }
                    // A change after it has arrived, and so has this one.
                    try await cluster.kubectl("apply", manifest: Self.notice(index))
                    _ = try await eventually("the router has the notice") {
                        try await router.table(.ipv4).routes["198.51.\(index).0/24"] != nil ? true : nil
                    }
                    let id = try await cluster.kubectl(
                        "get",
                        "bgpnodeconfig",
                        "node1",
                        "-o",
                        "jsonpath={.spec.bgpInstances[0].routerID} {.spec.bgpInstances[0].routerIDSource}"
                    )
                    #expect(id == "172.16.10.11 InternalIP")
                }
                let log = await cluster.programs.log(of: "node1")
                #expect(log.split(separator: "session established").count == 2)
            }
        }

        private static func write(_ addresses: [String], _ cluster: Cluster) async throws {
            let list = addresses.map { #"{"type":"InternalIP","address":"\#($0)"}"# }.joined(separator: ",")
            try await cluster.kubectl(
                "patch",
                "node",
                "node1",
                "--subresource=status",
                "--type=merge",
                "-p",
                #"{"status":{"addresses":[\#(list)]}}"#
            )
        }

        private static func notice(_ index: Int) -> String {
            """
            apiVersion: martlet.dev/v2
            kind: BGPAdvertisement
            metadata: {name: notice}
            spec:
              advertisements:
                - {advertisementType: Prefixes, prefixes: [198.51.\(index).0/24]}
            """
        }

        private static let manifest = """
            apiVersion: v1
            kind: Node
            metadata: {name: node1, labels: {kubernetes.io/hostname: node1}}
            spec: {podCIDR: 10.244.1.0/24, podCIDRs: [10.244.1.0/24]}
            ---
            \(AddressTopology.manifest(peer: "172.16.10.1"))
            """
    }
}
