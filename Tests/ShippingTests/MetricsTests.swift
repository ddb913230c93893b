import BGPTypes
import FoundationEssentials
import TestSupport
import Testing

extension Shipping {
    /// `/metrics` of both programs at work: an API server, the operator, a speaker, a router that takes its routes.
    @Suite struct MetricsTests {
        @Test func `promtool finds no fault, and the documented table is what is served`() async throws {
            try await Self.atWork { pages in
                let table = try MetricTable()
                for (program, text) in [("bgp-operator", pages.ofOperator), ("bgp-speaker", pages.ofSpeaker)] {
                    let result = try await Command(["promtool", "check", "metrics"], input: text).result()
                    #expect(result.status == .exited(0), "\(program): \(result.errors)")
                    #expect(result.output + result.errors == "", "\(program)")
                    let page = MetricPage(text)
                    #expect(page.heads.sorted() == table.rows(of: program).map(\.head).sorted(), "\(program)")
                    for row in table.rows(of: program) {
                        for labels in page.labels[row.name] ?? [] {
                            #expect(labels == row.labels.sorted(), "\(program): \(row.name)")
                        }
                    }
                    #expect(page.repeated == [], "\(program)")
                    // What has series only when something goes wrong.
                    let rare = ["_failures_total", "_doubts_total", "_notifications_", "_events_dropped"]
                    let silent = table.rows(of: program).map(\.name).filter { name in
                        page.labels[name] == nil && !rare.contains { name.contains($0) }
                    }
                    #expect(silent == [], "\(program)")
                    let version = try await Command(Shipping.releaseProgram(program), "--version").run()
                        .prefix { !$0.isNewline }
                    #expect(text.contains(",version=\"\(version)\"} 1\n"), "\(program)")
                }
            }
        }

        private struct Pages {
            let ofOperator: String
            let ofSpeaker: String
        }

        /// Runs all of it, and hands over both pages once a change of routes has been told.
        private static func atWork(_ body: (Pages) async throws -> Void) async throws {
            let plan = [
                HostPlan("router", on: "lan", "192.0.2.1/24"), HostPlan("worker", on: "lan", "192.0.2.2/24"),
            ]
            try await VirtualNetwork.with(plan) { network in
                let directory = try TemporaryDirectory("metrics")
                let (control, worker) = (network.control, try network["worker"])
                func start(_ program: String, _ arguments: [String], on host: NetworkHost) throws -> RunningProcess {
                    try host.command([program] + arguments).start(
                        log: directory.path("\(host.name)-\(arguments.count)")
                    )
                }
                let kubeconfig = directory.path("kubeconfig")
                func kubectl(_ arguments: String..., input: String = "") async throws -> String {
                    try await control.command(["kubectl", "--kubeconfig", kubeconfig] + arguments, input: input).run()
                }
                let server = try start(
                    Checkout.program("bgp-lab"),
                    [
                        "--api-only", "--address", VirtualNetwork.controlAddress, "--port", "6443", "--directory",
                        directory.path,
                    ],
                    on: control
                )
                _ = try await eventually("the API server answers") { try await kubectl("get", "--raw", "/readyz") }
                _ = try await kubectl("apply", "-k", Checkout.path("crds"))
                _ = try await kubectl("apply", "-f", "-", input: manifests)
                let router = try BIRD(.two, on: network["router"], bird)
                try await router.start()
                let leader = try start(
                    releaseProgram("bgp-operator"),
                    ["--kubeconfig", kubeconfig, "--admin-address", "127.0.0.1:9178", "--admin-plain"],
                    on: control
                )
                let speaker = try start(
                    releaseProgram("bgp-speaker"),
                    [
                        "--kubeconfig", kubeconfig, "--admin-address", "127.0.0.1:9179", "--admin-plain", "--node",
                        "worker",
                        "--datapath-probe", "none", "--state-dir", directory.path,
                    ],
                    on: worker
                )
                func routes() async throws -> Int {
                    try await router.ask("show route").split(separator: "\n").count { $0.hasPrefix("198.51.100.") }
                }
                func page(_ host: NetworkHost, _ port: Int) async throws -> String {
                    try await host.command("curl", "-sf", "http://127.0.0.1:\(port)/metrics").run()
                }
                do {
                    try await eventually("the first route arrives", is: 1) {
                        try await routes()
                    }
                    _ = try await kubectl("apply", "-f", "-", input: service("second"))
                    try await eventually("and the second", is: 2) { try await routes() }
                    let told = try await eventually("the change was timed, and the leader has heard of the session") {
                        let pages = Pages(
                            ofOperator: try await page(control, 9178),
                            ofSpeaker: try await page(worker, 9179)
                        )
                        let isTimed =
                            pages.ofSpeaker.contains("\nmartlet_bgp_convergence_seconds_count{")
                            && !pages.ofSpeaker.contains(
                                "\nmartlet_bgp_convergence_seconds_count{bgp_instance=\"main\"} 0\n"
                            )
                        let isHeard = pages.ofOperator.contains("state=\"established\"} 1\n")
                        return isTimed && isHeard ? pages : nil
                    }
                    try await body(told)
                } catch {
                    throw Overdue(
                        description: "\(error)\n\([server, leader, speaker].map { $0.output.suffix(4000) })"
                    )
                }
                for process in [speaker, leader, server] { await process.stop() }
                await router.stop()
            }
        }

        private static let bird = """
            router id 192.0.2.1;
            protocol device {}
            protocol bgp worker { local 192.0.2.1 as 65000; neighbor 192.0.2.2 as 65001; ipv4 { import all; export none; }; }
            """

        private static func service(_ name: String) -> String {
            """
            apiVersion: v1
            kind: Service
            metadata: {name: \(name), namespace: default}
            spec: {type: LoadBalancer, selector: {app: web}, ports: [{name: http, port: 80}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: \(name)-1, namespace: default, labels: {kubernetes.io/service-name: \(name)}}
            addressType: IPv4
            endpoints: [{addresses: [10.244.1.5], nodeName: worker, conditions: {ready: true}}]
            ports: [{name: http, port: 80, protocol: TCP}]
            ---

            """
        }

        private static let manifests =
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: martlet-system}
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: worker}
            status: {addresses: [{type: InternalIP, address: 192.0.2.2}]}
            ---
            apiVersion: martlet.dev/v2
            kind: LoadBalancerIPPool
            metadata: {name: blue}
            spec: {blocks: [{cidr: 198.51.100.0/28}]}
            ---
            apiVersion: martlet.dev/v2
            kind: BGPClusterConfig
            metadata: {name: rack}
            spec:
              bgpInstances:
                - name: main
                  localASN: 65001
                  localPort: 179
                  peers: [{name: tor, peerAddress: 192.0.2.1, peerASN: 65000, peerConfigRef: {name: tor}}]
            ---
            apiVersion: martlet.dev/v2
            kind: BGPPeerConfig
            metadata: {name: tor}
            spec:
              families: [{afi: ipv4, safi: unicast, advertisements: {matchLabels: {advertise: bgp}}}]
            ---
            apiVersion: martlet.dev/v2
            kind: BGPAdvertisement
            metadata: {name: services, labels: {advertise: bgp}}
            spec:
              advertisements: [{advertisementType: Service, service: {addresses: [LoadBalancerIP]}, selector: {}}]
            ---

            """ + service("first")
    }
}

/// The rows of `config/monitoring/metrics.md`.
private struct MetricTable {
    struct Row {
        let name: String
        let head: String
        let labels: [String]
    }

    private let sections: [String: [Row]]

    init() throws {
        let page = try Checkout.read("config/monitoring/metrics.md")
        var sections: [String: [Row]] = [:]
        for section in page.split(separator: "\n## ").dropFirst() {
            let lines = section.split(separator: "\n")
            sections[String(lines[0])] = lines.filter { $0.hasPrefix("| `") }.map { line in
                let cells = line.filter { $0 != "`" }.split(separator: "|").map { cell in
                    cell.split(separator: " ").joined(separator: " ")
                }
                return Row(
                    name: cells[0],
                    head: "# HELP \(cells[0]) \(cells[3])\n# TYPE \(cells[0]) \(cells[1])",
                    labels: cells[2].split(separator: ",").map { String($0.drop { $0 == " " }) }
                )
            }
        }
        self.sections = sections
    }

    func rows(of program: String) -> [Row] {
        (sections["Both programs"] ?? []) + (sections[program == "bgp-operator" ? "The operator" : "The speaker"] ?? [])
    }
}

/// A page in the text format of Prometheus.
private struct MetricPage {
    /// HELP and TYPE of each metric.
    private(set) var heads: [String] = []
    /// The names of the labels of each series, by metric, sorted.
    private(set) var labels: [String: [[String]]] = [:]
    /// The series that are there twice, which Prometheus refuses.
    private(set) var repeated: [String] = []

    init(_ text: String) {
        var help = ""
        var name = ""
        var known: Set<Substring> = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# HELP ") {
                help = String(line)
            } else if line.hasPrefix("# TYPE ") {
                heads.append("\(help)\n\(line)")
                name = String(line.split(separator: " ")[2])
            } else {
                if !known.insert(line[..<(line.lastIndex(of: " ") ?? line.endIndex)]).inserted {
                    repeated.append(String(line))
                }
                let series = line.prefix { $0 != " " && $0 != "{" }
                let names = line.matches(of: /[{,]([a-z_]+)="/).map { String($0.1) }.filter { $0 != "le" }
                // Whatever lies beneath another head is a metric of its own.
                labels[series.hasPrefix(name) ? name : String(series), default: []].append(names.sorted())
            }
        }
    }
}
