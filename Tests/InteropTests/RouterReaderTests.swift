import BGPTypes
import TestSupport
import Testing

extension Interop {
    /// What the other tests measure with is measured here first, between routers that are not ours.
    @Suite struct RouterReaderTests {
        @Test(arguments: RouterKind.allCases)
        func `a reader sees a table with all attributes`(kind: RouterKind) async throws {
            let peering = Peering(families: kind.isDualStack ? [.ipv4, .ipv6] : [.ipv4])
            try await VirtualNetwork.with(plan) { network in
                let router = try kind.router(on: network["router"], peering)
                try await router.start()
                let speaker = try BIRD(.two, on: network["speaker"], announcer)
                try await speaker.start()
                try await eventually("the IPv4 table", is: Self.v4) {
                    try await router.table(.ipv4).withoutLocalPreference
                }
                try await eventually("the IPv6 table", is: kind.isDualStack ? Self.v6 : RouterTable()) {
                    try await router.table(.ipv6).withoutLocalPreference
                }
                #expect(try await router.neighbors() == ["10.0.0.1": "Established"])
                await speaker.stop()
                try await eventually("an empty table", is: RouterTable()) { try await router.table(.ipv4) }
                await router.stop()
            }
        }

        @Test func `a reader sees every change of the routes in the router's kernel`() async throws {
            try await VirtualNetwork.with(plan) { network in
                let router = try FRR(on: network["router"], Self.plainFRR)
                try await router.start()
                let monitor = try await RouteMonitor(network["router"])
                let speaker = try BIRD(.two, on: network["speaker"], announcer)
                try await speaker.start()
                try await eventually("the route comes", is: [["10.0.0.1"]]) {
                    monitor.changes(of: "10.9.0.1/32").map(\.nextHops)
                }
                await speaker.stop()
                try await eventually("the route goes", is: [["10.0.0.1"], []]) {
                    monitor.changes(of: "10.9.0.1/32").map(\.nextHops)
                }
            }
        }

        @Test func `a killed speaker says nothing, and its router keeps the routes that graceful restart protects`()
            async throws
        {
            try await VirtualNetwork.with(plan) { network in
                let router = try FRR(on: network["router"], Self.plainFRR)
                try await router.start()
                let monitor = try await RouteMonitor(network["router"])
                let speaker = try BIRD(.two, on: network["speaker"], announcer)
                try await speaker.start()
                try await eventually("the route comes", is: ["10.9.0.1/32": ["10.0.0.1"]]) {
                    try await router.table(.ipv4).nextHops
                }
                await speaker.kill()
                try await eventually("the session is lost", is: true) {
                    try await router.neighbors()["10.0.0.1"] != "Established"
                }
                #expect(try await router.table(.ipv4).nextHops == ["10.9.0.1/32": ["10.0.0.1"]])
                try await speaker.startAgain()
                try await eventually("the session is back", is: ["10.0.0.1": "Established"]) {
                    try await router.neighbors()
                }
                try await eventually("the route is fresh", is: []) { try await router.stalePaths() }
                #expect(Set(monitor.changes(of: "10.9.0.1/32").map(\.nextHops)) == [["10.0.0.1"]])
            }
        }

        @Test func `a port is blocked on one host and opened again`() async throws {
            try await VirtualNetwork.with(plan) { network in
                let router = try FRR(on: network["router"], Self.plainFRR)
                try await router.start()
                try await network["router"].block(tcpPort: 179)
                let speaker = try BIRD(.two, on: network["speaker"], announcer)
                try await speaker.start()
                let refused = try await eventually("BIRD gives up a first attempt") {
                    let text = try await speaker.ask("show protocols all tor")
                    return text.contains("Connect") || text.contains("Active") ? text : nil
                }
                #expect(!refused.contains("Established"))
                #expect(try await router.table(.ipv4) == RouterTable())
                try await network["router"].unblock()
                try await eventually("the session", is: ["10.0.0.1": "Established"]) { try await router.neighbors() }
            }
        }

        @Test(arguments: ["homelab", "small-business", "bird", "data-centres"])
        func `a folder of manifests is applied with kubectl, status included, and again without a change`(
            folder: String
        )
            async throws
        {
            try await Cluster.with([]) { cluster in
                let files = try Checkout.files(under: "Tests/InteropTests/Manifests/\(folder)")
                try await cluster.kubectl.apply(files)
                let read = {
                    try await cluster.kubectl(
                        "get",
                        "nodes,services,endpointslices,bgpclusterconfigs,bgppeerconfigs,bgpadvertisements",
                        "-A",
                        "-o",
                        #"jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{"\n"}{end}"#
                    )
                }
                let before = try await read()
                #expect(before.contains("BGPClusterConfig/"))
                try await cluster.kubectl.apply(files)
                #expect(try await read() == before)
                let nodes = try await cluster.kubectl(
                    "get",
                    "nodes",
                    "-o",
                    #"jsonpath={.items[*].status.addresses[?(@.type=="InternalIP")].address}"#
                )
                #expect(nodes.split(separator: " ").count >= files.count - 2)
            }
        }

        private let plan = [
            HostPlan("router", on: "lan", "10.0.0.254/24", "fd00:1::254/64"),
            HostPlan("speaker", on: "lan", "10.0.0.1/24", "fd00:1::1/64"),
        ]

        private static let plainFRR = """
            router bgp 65000
             bgp router-id 10.0.0.254
             bgp graceful-restart
             no bgp ebgp-requires-policy
             neighbor 10.0.0.1 remote-as 65001
             neighbor 10.0.0.1 timers connect 2
            """

        /// A BIRD that announces one route of each family with every kind of attribute.
        private let announcer = """
            router id 10.0.0.1;
            protocol device { }
            protocol static four { ipv4; route 10.9.0.1/32 blackhole; }
            protocol static six { ipv6; route fd09::1/128 blackhole; }
            filter colour {
              bgp_origin = ORIGIN_EGP; bgp_med = 7; bgp_path.prepend(65001);
              bgp_community.add((65000,2)); bgp_community.add((65000,1)); bgp_large_community.add((65000,1,2));
              accept;
            }
            protocol bgp tor {
              local 10.0.0.1 as 65001; neighbor 10.0.0.254 as 65000; connect delay time 1; connect retry time 3;
              graceful restart on; graceful restart time 60;
              ipv4 { import none; export filter colour; next hop self; };
              ipv6 { import none; export filter colour; next hop address fd00:1::1; };
            }
            """

        private static let v4 = RouterTable(["10.9.0.1/32": [colour(nextHop: "10.0.0.1")]])
        private static let v6 = RouterTable(["fd09::1/128": [colour(nextHop: "fd00:1::1")]])

        private static func colour(nextHop: String) -> RouterPath {
            RouterPath(
                nextHop: nextHop,
                asPath: [65001, 65001],
                origin: "EGP",
                med: 7,
                communities: ["65000:1", "65000:2"],
                largeCommunities: ["65000:1:2"]
            )
        }
    }
}

extension RouterTable {
    /// The same table without LOCAL_PREF, which some routers add to paths that came from another AS without one.
    var withoutLocalPreference: RouterTable {
        RouterTable(
            routes.mapValues { paths in
                Set(
                    paths.map { path in
                        var path = path
                        path.localPreference = nil
                        return path
                    }
                )
            }
        )
    }
}
