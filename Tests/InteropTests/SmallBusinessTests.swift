import BGPTypes
import TestSupport
import Testing

extension Interop {
    /// One router, three nodes of which one announces, and pools by namespace.
    @Suite struct SmallBusinessTests {
        @Test func `addresses are announced by one node only, each from the pool of its namespace`() async throws {
            try await Cluster.with(Self.plan) { cluster in
                let router = try FRR(on: cluster.network["router"], Self.configuration)
                try await router.start()
                try await cluster.kubectl.apply(
                    ["nodes", "pools", "services", "bgp"].map {
                        "Tests/InteropTests/Manifests/small-business/\($0).yaml"
                    }
                )
                try await cluster.startOperator()
                try await cluster.startSpeakers("node-1", "node-2", "node-3")
                let expected: NextHops = [
                    "172.16.101.1/32": ["192.168.101.201"],
                    "172.16.102.1/32": ["192.168.101.201"],
                    "172.16.102.229/32": ["192.168.101.201"],
                ]
                try await eventually("the router's table", is: expected) { try await router.table(.ipv4).nextHops }
                let known = ScenarioRouter(address: "192.168.101.1", asNumber: 64512, router: router)
                try await cluster.agree(known)
                #expect(try await cluster.address(of: "wiki", in: "office") == "172.16.101.1")
                #expect(try await cluster.address(of: "checkout", in: "shop") == "172.16.102.1")
                #expect(try await cluster.address(of: "frontend-external", in: "shop") == "172.16.102.229")
                #expect(
                    try await cluster.kubectl("get", "bgpnodeconfigs", "-o", "jsonpath={.items[*].metadata.name}")
                        == "node-1"
                )

                // A pool that goes takes its addresses along, and no others.
                try await cluster.kubectl("delete", "loadbalancerippool", "02-pool-with-selector")
                try await eventually("the addresses of the pool go", is: ["172.16.101.1/32": ["192.168.101.201"]]) {
                    try await router.table(.ipv4).nextHops
                }
                try await cluster.agree(known)
            }
        }

        private static let plan = [
            HostPlan("router", on: "lan", "192.168.101.1/24"),
            HostPlan("node-1", on: "lan", "192.168.101.201/24"),
            HostPlan("node-2", on: "lan", "192.168.101.202/24"),
            HostPlan("node-3", on: "lan", "192.168.101.203/24"),
        ]

        private static let configuration = """
            router bgp 64512
             bgp router-id 192.168.101.1
             neighbor 192.168.101.201 remote-as 64512
             neighbor 192.168.101.202 remote-as 64512
             neighbor 192.168.101.203 remote-as 64512
            """
    }
}
