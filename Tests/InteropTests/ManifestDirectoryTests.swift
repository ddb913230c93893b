import BGPTypes
import FoundationEssentials
import TestSupport
import Testing

extension Interop {
    /// A speaker without any API: `--manifests DIR --node NAME`.
    @Suite struct ManifestDirectoryTests {
        @Test func `a speaker announces to BIRD what its directory says, and follows edits`() async throws {
            try await VirtualNetwork.with(Self.plan) { network in
                let router = try BIRD(.two, on: network["router"], Self.configuration)
                try await router.start()
                let directory = try TemporaryDirectory("manifests")
                for name in ["bird/nodes", "bird/services", "bird/bgp", "lab/system-services"] {
                    let text = try Checkout.read("Tests/InteropTests/Manifests/\(name).yaml")
                    try directory.write(text, to: "\(name).yaml")
                }
                let programs = try Programs()
                try await programs.startSpeaker("k8smaster0", on: network["k8smaster0"], manifests: directory.path)
                let all: NextHops = [
                    "10.96.0.1/32": ["192.168.56.4"],
                    "10.96.0.10/32": ["192.168.56.4"],
                    "10.96.229.67/32": ["192.168.56.4"],
                    "10.98.28.103/32": ["192.168.56.4"],
                    "10.112.0.0/24": ["192.168.56.4"],
                ]
                do {
                    try await eventually("the router's table", is: all) { try await router.table(.ipv4).nextHops }

                    // An edit: the advertisement of the pod networks goes.
                    var bgp = try Checkout.read("Tests/InteropTests/Manifests/bird/bgp.yaml")
                    bgp.replace(
                        "    - advertisementType: PodCIDR\n",
                        with: "    - advertisementType: Prefixes\n      prefixes: [203.0.113.0/24]\n"
                    )
                    try directory.write(bgp, to: "bird/bgp.yaml")
                    var edited = all
                    edited.byPrefix["10.112.0.0/24"] = nil
                    edited.byPrefix["203.0.113.0/24"] = ["192.168.56.4"]
                    try await eventually("the edit arrives", is: edited) { try await router.table(.ipv4).nextHops }

                    // A file goes, and comes back under another name.
                    let services = try Checkout.read("Tests/InteropTests/Manifests/bird/services.yaml")
                    try FileManager.default.removeItem(atPath: directory.path("bird/services.yaml"))
                    var fewer = edited
                    for prefix in ["10.96.229.67/32", "10.98.28.103/32"] { fewer.byPrefix[prefix] = nil }
                    try await eventually("the services go", is: fewer) { try await router.table(.ipv4).nextHops }
                    try directory.write(services, to: "again.yaml")
                    try await eventually("the services come back", is: edited) {
                        try await router.table(.ipv4).nextHops
                    }

                    // A broken file is told about once, with its place, and takes nothing away.
                    try directory.write("apiVersion: v1\nkind: Service\n\tmetadata: {}\n", to: "broken.yaml")
                    _ = try await eventually("the speaker names the place") {
                        await programs.log(of: "k8smaster0").contains("broken.yaml:3:1") ? true : nil
                    }
                    #expect(try await router.table(.ipv4).nextHops == edited)
                } catch {
                    let log = await programs.log(of: "k8smaster0").suffix(6000)
                    await programs.stopAll()
                    throw Cluster.Failure(description: "\(error)\n\(log)")
                }
                await programs.stopAll()
            }
        }

        private static let plan = [
            HostPlan("router", on: "lan", "192.168.56.10/24"),
            HostPlan("k8smaster0", on: "lan", "192.168.56.4/24"),
        ]

        private static let configuration = """
            router id 192.168.56.10;
            protocol device { }
            protocol bgp node4 {
              local 192.168.56.10 as 65000; neighbor 192.168.56.4 as 65001;
              ipv4 { import all; export none; };
            }
            """
    }

    /// One line with the file, the line and column, the field, and what was expected.
    @Suite struct MalformedManifestTests {
        @Test(arguments: malformed)
        func `a malformed manifest is reported in one line`(row: Malformed) async throws {
            let directory = try TemporaryDirectory("malformed")
            try directory.write(row.text, to: "bad.yaml")
            let log = directory.path("speaker.log")
            let process = try Command(
                Checkout.program("bgp-speaker"),
                "--node",
                "n1",
                "--manifests",
                directory.path,
                "--datapath-probe",
                "none",
                "--admin-address",
                "127.0.0.1:0",
                "--state-dir",
                directory.path("state")
            ).start(log: log)
            let line = try await eventually("the speaker names \(row.place)") {
                process.output.split(separator: "\n").first { $0.contains("bad.yaml:\(row.place)") }
            }
            for word in row.words where !line.contains(word) {
                Issue.record("\"\(word)\" is not in: \(line)")
            }
        }

        struct Malformed: Sendable, CustomTestStringConvertible {
            var name: String
            var text: String
            /// Line and column.
            var place: String
            /// The field, and what was expected.
            var words: [String]

            var testDescription: String { name }
        }
    }
}

private typealias Malformed = Interop.MalformedManifestTests.Malformed

private let malformed = [
    Malformed(
        name: "wrong type",
        text: """
            apiVersion: martlet.dev/v2
            kind: BGPPeerConfig
            metadata:
              name: tor
            spec:
              ebgpMultihop: many
            """,
        place: "6:17",
        words: ["spec.ebgpMultihop", "integer"]
    ),
    Malformed(
        name: "unknown enum value",
        text: """
            apiVersion: martlet.dev/v2
            kind: BGPPeerConfig
            metadata:
              name: tor
            spec:
              families:
                - afi: ipv5
                  safi: unicast
            """,
        place: "7:12",
        words: ["spec.families[0].afi", "ipv4", "ipv6"]
    ),
    Malformed(
        name: "broken rule",
        text: """
            apiVersion: martlet.dev/v2
            kind: BGPPeerConfig
            metadata:
              name: tor
            spec:
              ebgpMultihop: 2
              ttlSecurity: 1
            """,
        place: "5:",
        words: ["spec", "exclude each other"]
    ),
    Malformed(
        name: "duplicate key",
        text: """
            apiVersion: martlet.dev/v2
            kind: BGPPeerConfig
            metadata:
              name: tor
              name: core
            spec: {}
            """,
        place: "5:3",
        words: ["name"]
    ),
    Malformed(
        name: "tab",
        text: "apiVersion: martlet.dev/v2\nkind: BGPPeerConfig\nmetadata:\n\tname: tor\nspec: {}\n",
        place: "4:1",
        words: ["tab"]
    ),
]
