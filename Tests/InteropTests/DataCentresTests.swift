import BGPTypes
import TestSupport
import Testing

extension Interop {
    /// Two sites, each with its own router and configuration, and a third that nobody configured.
    @Suite struct DataCentresTests {
        @Test func `each node peers with the router of its own site`() async throws {
            try await DataCentres.with { sites in
                try await sites.berlin(has: DataCentres.fromBothOfBerlin)
                try await sites.paris(.ipv4, has: DataCentres.ofParis)
                try await sites.paris(.ipv6, has: DataCentres.ofParis6)
                try await sites.agree()
                #expect(
                    try await sites.berlin.neighbors() == [
                        "172.16.10.11": "Established", "172.16.10.12": "Established",
                    ]
                )
                #expect(try await sites.paris.neighbors()["172.16.20.11"] == "Established")
                #expect(
                    try await sites.cluster.kubectl("get", "bgpnodeconfigs", "-o", "jsonpath={.items[*].metadata.name}")
                        .split(separator: " ").sorted() == ["berlin-1", "berlin-2", "paris-1"]
                )
            }
        }

        @Test func `a node that is relabelled moves from one site to the other`() async throws {
            try await DataCentres.with { sites in
                try await sites.berlin(has: DataCentres.fromBothOfBerlin)
                try await sites.cluster.kubectl(
                    "label",
                    "node",
                    "berlin-2",
                    "--overwrite",
                    "topology.kubernetes.io/region=paris",
                    "topology.kubernetes.io/zone=rack-7"
                )
                try await sites.berlin(has: [
                    "172.16.90.2/32": ["172.16.10.11"],
                    "10.112.11.0/24": ["172.16.10.11"],
                ])
                try await sites.paris(
                    .ipv4,
                    has: [
                        "172.16.90.2/32": ["172.16.20.11", "172.16.20.12"],
                        "10.112.21.0/24": ["172.16.20.11"],
                        "10.112.12.0/24": ["172.16.20.12"],
                    ]
                )
                try await sites.paris(
                    .ipv6,
                    has: [
                        "fd00:90::2/128": ["fd00:20::11", "fd00:20::12"],
                        "fd00:112:21::/64": ["fd00:20::11"],
                        "fd00:112:12::/64": ["fd00:20::12"],
                    ]
                )
                try await sites.agree()
            }
        }

        @Test func `a node of a third region is reported as not selected`() async throws {
            try await DataCentres.with { sites in
                try await sites.berlin(has: DataCentres.fromBothOfBerlin)
                let answer = try await sites.cluster.kubectl.bgp("explain", "node", "oslo-1")
                #expect(answer.status == .exited(3))
                #expect(answer.output.contains("no BGPClusterConfig selects oslo-1"))
                let configured = try await sites.cluster.kubectl.bgp("explain", "node", "berlin-2")
                #expect(configured.status == .exited(0))
                #expect(configured.output.contains("BGPClusterConfig/berlin-rack-1"))
            }
        }

        /// As a controller applies them: in any order, server-side, twice.
        @Test func `manifests can be applied in any order, and nothing of the user's drifts`() async throws {
            try await DataCentres.with(apply: false) { sites in
                let kubectl = sites.cluster.kubectl
                // Bottom up: what is referred to comes after what refers to it, the Secret last.
                let files = ["advertisements", "cluster-configs", "peer-configs", "pool", "secret"]
                    .map(DataCentres.manifest)
                for file in files { try await Self.applyAsController(file, kubectl) }
                try await sites.berlin(has: DataCentres.fromBothOfBerlin)
                try await sites.paris(.ipv6, has: DataCentres.ofParis6)
                try await sites.agree()

                for kind in ["bgpclusterconfig", "bgppeerconfig", "bgpadvertisement", "loadbalancerippool"] {
                    try await eventually("every \(kind) is ready for the generation it has", is: []) {
                        try await Self.unready(kind, kubectl)
                    }
                }
                let before = try await Self.userState(kubectl)
                for file in files.reversed() { try await Self.applyAsController(file, kubectl) }
                #expect(try await Self.userState(kubectl) == before)
                for owner in try await Self.managers(kubectl) where owner.hasPrefix("bgp-") {
                    Issue.record("\(owner) owns fields outside the status of a user's object")
                }

                try await kubectl("delete", "bgpclusterconfig", "--all", "--wait=true")
                try await sites.berlin(has: [:])
                try await sites.paris(.ipv4, has: [:])
                try await sites.paris(.ipv6, has: [:])
                try await sites.agree()
                try await eventually("no object of ours is left", is: "") {
                    try await kubectl("get", "bgpnodeconfigs", "-o", "name")
                }
            }
        }

        private static func applyAsController(_ file: String, _ kubectl: Kubectl) async throws {
            try await kubectl(
                "apply",
                "--server-side",
                "--field-manager=gitops-controller",
                "-f",
                Checkout.path(file)
            )
        }

        /// Names of the objects whose `Ready` is not True, or speaks of another generation.
        private static func unready(_ kind: String, _ kubectl: Kubectl) async throws -> [String] {
            let lines = try await kubectl(
                "get",
                kind,
                "-o",
                #"jsonpath={range .items[*]}{.metadata.name} {.metadata.generation} {.status.conditions[?(@.type=="Ready")].status} {.status.conditions[?(@.type=="Ready")].observedGeneration}{"\n"}{end}"#
            )
            return lines.split(separator: "\n").filter { line in
                let words = line.split(separator: " ")
                return words.count != 4 || words[2] != "True" || words[3] != words[1]
            }.map(String.init)
        }

        /// Everything of the user's objects that is the user's: spec, labels, annotations, generation.
        private static func userState(_ kubectl: Kubectl) async throws -> String {
            try await kubectl(
                "get",
                "bgpclusterconfigs,bgppeerconfigs,bgpadvertisements,nodes,services",
                "-A",
                "-o",
                #"jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.generation} {.metadata.labels} {.metadata.annotations} {.metadata.finalizers} {.spec}{"\n"}{end}"#
            )
        }

        /// Who owns fields of the users' objects other than their status.
        private static func managers(_ kubectl: Kubectl) async throws -> Set<String> {
            let lines = try await kubectl(
                "get",
                "bgpclusterconfigs,bgppeerconfigs,bgpadvertisements",
                "--show-managed-fields",
                "-o",
                #"jsonpath={range .items[*].metadata.managedFields[*]}{.manager}/{.subresource}{"\n"}{end}"#
            )
            return Set(lines.split(separator: "\n").filter { $0.hasSuffix("/") }.map { String($0.dropLast()) })
        }
    }
}

/// The cluster of these tests, with the steps they are made of.
struct DataCentres: Sendable {
    let cluster: Cluster
    let berlin: FRR
    let paris: BIRD

    /// Two routers and four nodes, everything applied (or only what is not of BGP) and started.
    static func with(apply: Bool = true, _ body: (DataCentres) async throws -> Void) async throws {
        try await Cluster.with(plan) { cluster in
            let berlin = try FRR(on: cluster.network["tor-berlin"], berlinConfiguration)
            let paris = try BIRD(.two, on: cluster.network["tor-paris"], parisConfiguration)
            try await berlin.start()
            try await paris.start()
            try await cluster.kubectl.apply(["nodes", "services"].map(manifest))
            try await cluster.startOperator()
            try await cluster.startSpeakers("berlin-1", "berlin-2", "paris-1", "oslo-1")
            if apply {
                try await cluster.kubectl.apply(
                    ["pool", "secret", "peer-configs", "advertisements", "cluster-configs"].map(manifest)
                )
            }
            try await body(DataCentres(cluster: cluster, berlin: berlin, paris: paris))
        }
    }

    static func manifest(_ name: String) -> String { "Tests/InteropTests/Manifests/data-centres/\(name).yaml" }

    /// Waits until both routers, speakers, plan and `explain` say the same.
    func agree() async throws {
        try await cluster.agree(
            ScenarioRouter(address: "172.16.10.1", asNumber: 65000, router: berlin),
            ScenarioRouter(address: "172.16.20.1", asNumber: 65100, router: paris, families: [.ipv4, .ipv6])
        )
    }

    /// Waits until Berlin's router has exactly this.
    func berlin(has expected: NextHops) async throws {
        try await eventually("Berlin's table", is: expected, within: .seconds(60)) {
            try await berlin.table(.ipv4).nextHops
        }
    }

    /// Waits until Paris' router has exactly this.
    func paris(_ family: IPFamily, has expected: NextHops) async throws {
        try await eventually("Paris' table", is: expected, within: .seconds(60)) {
            try await paris.table(family).nextHops
        }
    }

    static let fromBothOfBerlin: NextHops = [
        "172.16.90.2/32": ["172.16.10.11", "172.16.10.12"],
        "10.112.11.0/24": ["172.16.10.11"],
        "10.112.12.0/24": ["172.16.10.12"],
    ]
    static let ofParis: NextHops = ["172.16.90.2/32": ["172.16.20.11"], "10.112.21.0/24": ["172.16.20.11"]]
    static let ofParis6: NextHops = ["fd00:90::2/128": ["fd00:20::11"], "fd00:112:21::/64": ["fd00:20::11"]]

    /// The second node of Berlin is wired to both sites, so that it can be moved.
    private static let plan = [
        HostPlan("tor-berlin", on: "berlin", "172.16.10.1/24"),
        HostPlan("tor-paris", on: "paris", "172.16.20.1/24", "fd00:20::1/64"),
        HostPlan("berlin-1", on: "berlin", "172.16.10.11/24"),
        HostPlan(
            "berlin-2",
            links: [
                .init(segment: "berlin", addresses: ["172.16.10.12/24"]),
                .init(segment: "paris", addresses: ["172.16.20.12/24", "fd00:20::12/64"]),
            ]
        ),
        HostPlan("paris-1", on: "paris", "172.16.20.11/24", "fd00:20::11/64"),
        HostPlan("oslo-1", on: "oslo", "172.16.30.11/24"),
    ]

    private static let berlinConfiguration = """
        router bgp 65000
         bgp router-id 172.16.10.1
         bgp graceful-restart
         no bgp ebgp-requires-policy
         neighbor 172.16.10.11 remote-as 65001
         neighbor 172.16.10.12 remote-as 65001
        """

    private static let parisConfiguration = """
        router id 172.16.20.1;
        protocol device { }
        template bgp node {
          local 172.16.20.1 as 65100; graceful restart on; password "a-password-of-the-test"; passive;
          ipv4 { import all; export none; };
          ipv6 { import all; export none; };
        }
        protocol bgp node11 from node { neighbor 172.16.20.11 as 65001; }
        protocol bgp node12 from node { neighbor 172.16.20.12 as 65001; }
        """
}
