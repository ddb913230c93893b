import BGPTypes
import TestSupport
import Testing

extension Interop {
    /// The small business with a rack of two GoBGPs that know no node: whoever dials from the network is a neighbour, and the
    /// second takes the routes of one pool alone and marks them.
    @Suite struct GoBGPRackTests {
        @Test func `GoBGP has the routes that its policies accept, from nodes that come and go`() async throws {
            try await Cluster.with(Self.plan) { cluster in
                let all = try GoBGP(on: cluster.network["router-1"], Self.configuration("192.168.101.1"))
                let shop = try GoBGP(
                    on: cluster.network["router-2"],
                    Self.configuration("192.168.101.2") + Self.policy
                )
                try await all.start()
                try await shop.start()
                #expect(try await all.neighbors() == [:])
                try await cluster.kubectl.apply(
                    ["small-business/nodes", "small-business/pools", "small-business/services", "gobgp-rack/bgp"].map {
                        "Tests/InteropTests/Manifests/\($0).yaml"
                    }
                )
                try await cluster.startOperator()
                try await cluster.startSpeakers("node-1", "node-2", "node-3")
                try await Self.expect(["192.168.101.201"], all, shop)
                let marks = try await shop.table(.ipv4).routes.values.joined().map(\.communities)
                #expect(marks == [["64512:102"], ["64512:102"]])

                // A node that is selected later is a neighbour that nobody had to write down.
                try await cluster.kubectl("label", "node", "node-2", "bgp-policy=lb")
                try await Self.expect(["192.168.101.201", "192.168.101.202"], all, shop)
                try await cluster.kubectl("label", "node", "node-1", "bgp-policy-")
                try await Self.expect(["192.168.101.202"], all, shop)

                // A router that was away knows its neighbours again once they dial.
                await all.stop()
                try await all.start()
                try await Self.expect(["192.168.101.202"], all, shop)

                try await cluster.kubectl("delete", "loadbalancerippool", "02-pool-with-selector")
                try await eventually("the pool's addresses go", is: ["172.16.101.1/32": ["192.168.101.202"]]) {
                    try await all.table(.ipv4).nextHops
                }
                try await eventually("nothing is left to the other", is: [:]) { try await shop.table(.ipv4).nextHops }
            }
        }

        /// Waits until both routers have what they take from exactly these nodes, which are their neighbours.
        private static func expect(_ nodes: Set<String>, _ all: GoBGP, _ shop: GoBGP) async throws {
            let ofShop = ["172.16.102.1/32": nodes, "172.16.102.229/32": nodes]
            let everything = ofShop.merging(["172.16.101.1/32": nodes]) { $1 }
            try await eventually("the table of all", is: NextHops(everything)) { try await all.table(.ipv4).nextHops }
            try await eventually("the table of the shop", is: NextHops(ofShop)) { try await shop.table(.ipv4).nextHops }
            for router in [all, shop] {
                try await eventually("the neighbours are up", is: nodes) {
                    Set(try await router.neighbors().filter { $0.value == "Established" }.keys)
                }
            }
        }

        private static let plan = [
            HostPlan("router-1", on: "lan", "192.168.101.1/24"),
            HostPlan("router-2", on: "lan", "192.168.101.2/24"),
            HostPlan("node-1", on: "lan", "192.168.101.201/24"),
            HostPlan("node-2", on: "lan", "192.168.101.202/24"),
            HostPlan("node-3", on: "lan", "192.168.101.203/24"),
        ]

        private static func configuration(_ address: String) -> String {
            """
            [global.config]
              as = 64512
              router-id = "\(address)"

            [[peer-groups]]
              [peer-groups.config]
                peer-group-name = "nodes"
                peer-as = 64512
              [[peer-groups.afi-safis]]
                [peer-groups.afi-safis.config]
                  afi-safi-name = "ipv4-unicast"

            [[dynamic-neighbors]]
              [dynamic-neighbors.config]
                prefix = "192.168.101.0/24"
                peer-group = "nodes"

            """
        }

        private static let policy = """

            [global.apply-policy.config]
              import-policy-list = ["shop"]
              default-import-policy = "reject-route"

            [[defined-sets.prefix-sets]]
              prefix-set-name = "shop"
              [[defined-sets.prefix-sets.prefix-list]]
                ip-prefix = "172.16.102.0/24"
                masklength-range = "32..32"

            [[policy-definitions]]
              name = "shop"
              [[policy-definitions.statements]]
                name = "shop"
                [policy-definitions.statements.conditions.match-prefix-set]
                  prefix-set = "shop"
                  match-set-options = "any"
                [policy-definitions.statements.actions]
                  route-disposition = "accept-route"
                [policy-definitions.statements.actions.bgp-actions.set-community]
                  options = "add"
                  [policy-definitions.statements.actions.bgp-actions.set-community.set-community-method]
                    communities-list = ["64512:102"]
            """
    }
}
