import BGPTypes
import TestSupport
import Testing

extension Interop {
    /// A software router with BIRD 1.6, external BGP: cluster IPs of every node, pod networks of each.
    @Suite struct BIRDFabricTests {
        @Test func `BIRD 1.6 has each cluster IP from both nodes and each pod network from its own`() async throws {
            try await Cluster.with(Self.plan) { cluster in
                let router = try BIRD(.one(.ipv4), on: cluster.network["router"], Self.configuration)
                try await router.start()
                if cluster.api.isOurs {
                    try await cluster.kubectl.apply(["Tests/InteropTests/Manifests/lab/system-services.yaml"])
                }
                try await cluster.kubectl.apply(
                    ["nodes", "services", "bgp"].map { "Tests/InteropTests/Manifests/bird/\($0).yaml" }
                )
                try await cluster.startOperator()
                try await cluster.startSpeakers("k8smaster0", "k8sslave0")
                try await eventually("the router's table", is: Self.expected) { try await router.table(.ipv4) }
                #expect(
                    try await router.neighbors() == ["192.168.56.4": "Established", "192.168.56.5": "Established"]
                )
                try await cluster.agree(
                    ScenarioRouter(address: "192.168.56.10", asNumber: 65000, router: router)
                )
            }
        }

        /// Six prefixes, ten routes.
        private static let expected = RouterTable([
            "10.96.0.1/32": [path("192.168.56.4"), path("192.168.56.5")],
            "10.96.0.10/32": [path("192.168.56.4"), path("192.168.56.5")],
            "10.96.229.67/32": [path("192.168.56.4"), path("192.168.56.5")],
            "10.98.28.103/32": [path("192.168.56.4"), path("192.168.56.5")],
            "10.112.0.0/24": [path("192.168.56.4")],
            "10.112.1.0/24": [path("192.168.56.5")],
        ])

        /// BIRD gives each external path its own default preference of 100.
        private static func path(_ nextHop: String) -> RouterPath {
            RouterPath(nextHop: nextHop, asPath: [65001], localPreference: 100)
        }

        private static let plan = [
            HostPlan("router", on: "lan", "192.168.56.10/24"),
            HostPlan("k8smaster0", on: "lan", "192.168.56.4/24"),
            HostPlan("k8sslave0", on: "lan", "192.168.56.5/24"),
        ]

        private static let configuration = """
            router id 192.168.56.10;
            protocol device { }
            protocol bgp node4 {
              local 192.168.56.10 as 65000; neighbor 192.168.56.4 as 65001; graceful restart on; import all; export none;
            }
            protocol bgp node5 {
              local 192.168.56.10 as 65000; neighbor 192.168.56.5 as 65001; graceful restart on; import all; export none;
            }
            """
    }
}
