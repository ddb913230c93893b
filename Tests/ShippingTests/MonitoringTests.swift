import FoundationEssentials
import TestSupport
import Testing

extension Shipping {
    /// What a person monitors it with: rules, runbooks, dashboards and what Prometheus scrapes.
    @Suite struct MonitoringTests {
        /// The faults that the check finds, one a line; what it says when it comes to no end.
        private func faults(_ subject: String, in folder: String = Checkout.path("config/monitoring")) async throws
            -> String
        {
            let check = Checkout.path("Tests/ShippingTests/check_monitoring.py")
            let result = try await Command("python3", check, folder, subject).result(within: .seconds(120))
            return result.output + result.errors
        }

        @Test func `each alert fires in one case and is quiet in another, and speaks of what is there`() async throws {
            #expect(try await faults("rules") == "")
        }

        @Test func `alerts fire and are quiet as their cases say`() async throws {
            #expect(try await faults("cases") == "")
        }

        @Test func `each alert has a runbook of four parts, where its address leads`() async throws {
            #expect(try await faults("runbooks") == "")
        }

        @Test func `every query of the dashboards parses, and asks for what the programs have`() async throws {
            #expect(try await faults("dashboards") == "")
        }

        @Test(arguments: [
            Flaw(
                "rules",
                "rules.yaml",
                "(martlet_leader)",
                "(martlet_leaders)",
                "martlet_leaders is not in metrics.md"
            ),
            Flaw(
                "rules",
                "rules.yaml",
                "{state=\"pending\"}",
                "{state=\"waiting\"}",
                "martlet_services has no state waiting"
            ),
            Flaw(
                "rules",
                "rules.yaml",
                "by (cluster, bound)",
                "by (cluster, limit)",
                "nothing in it has the label limit"
            ),
            Flaw("cases", "rules.yaml", "[15m]))\n          ) > 3", "[15m]))\n          ) > 4", "FAILED"),
            Flaw(
                "rules",
                "rules_test.yaml",
                "alertname: MartletNoLeader",
                "alertname: MartletLeader",
                "fires in no case"
            ),
            Flaw(
                "dashboards",
                "dashboards/node.json",
                "martlet_datapath_ready{job",
                "martlet_datapath{job",
                "is not in metrics.md"
            ),
            Flaw("dashboards", "dashboards/fleet.json", "[$__rate_interval]", "[5m]", "looks back 5m"),
            Flaw(
                "dashboards",
                "dashboards/operator.json",
                "sum by (controller, result) (rate(",
                "sum by (controller) ((",
                "does not parse"
            ),
            Flaw("dashboards", "dashboards/operator.json", "\"unit\": \"ops\"", "\"unit\": \"rounds\"", "has no unit"),
            Flaw("dashboards", "dashboards/fleet.json", "node=~\\\"$node\\\"", "", "is not narrowed by node"),
        ])
        func `contradictions between rules, runbooks and dashboards are found`(_ flaw: Flaw) async throws {
            let copy = try TemporaryDirectory("monitoring")
            for file in try Checkout.files(under: "config/monitoring") {
                try copy.write(try Checkout.read(file), to: String(file.dropFirst("config/monitoring/".count)))
            }
            let text = try Checkout.read("config/monitoring/\(flaw.file)")
            try #require(text.contains(flaw.old))
            try copy.write(text.replacing(flaw.old, with: flaw.new), to: flaw.file)
            #expect(try await faults(flaw.subject, in: copy.path).contains(flaw.finding))
        }

        /// A change to one file, and what is to be found then.
        struct Flaw: Sendable, CustomTestStringConvertible {
            let subject: String
            let file: String
            let old: String
            let new: String
            let finding: String

            init(_ subject: String, _ file: String, _ old: String, _ new: String, _ finding: String) {
                self.subject = subject
                self.file = file
                self.old = old
                self.new = new
                self.finding = finding
            }

            var testDescription: String { "\(file): \(new)" }
        }

        @Test func `the component adds what the Prometheus operator and Grafana look for`() async throws {
            let overlay = try TemporaryDirectory("overlay")
            let up = String(repeating: "../", count: overlay.path.split(separator: "/").count)
            try overlay.write(
                """
                resources: ["\(up)\(Checkout.path("config/default").dropFirst())"]
                components: ["\(up)\(Checkout.path("config/monitoring").dropFirst())"]
                patches:
                  - target: {group: monitoring.coreos.com}
                    patch: |
                      - {op: add, path: /metadata/labels/release, value: kube-prometheus-stack}
                """,
                to: "kustomization.yaml"
            )
            let text = try await Command("kubectl", "kustomize", overlay.path).run()
            func count(_ part: String) -> Int { text.split(separator: "\n").filter { $0.contains(part) }.count }
            #expect(count("kind: PodMonitor") == 2)
            #expect(count("kind: PrometheusRule") == 1)
            #expect(count("release: kube-prometheus-stack") == 3)
            #expect(count("grafana_dashboard: \"1\"") == 3)
            #expect(count("name: martlet-dashboard-") == 3)
        }

        @Test func `what scrapes finds the port, the token and the names that the rules expect`() async throws {
            #expect(try await faults("scraping") == "")
        }

        @Test func `every command that rules and runbooks name is one, with flags that exist`() async throws {
            let directory = try TemporaryDirectory("commands")
            for folder in ["config", "crds"] {
                try FileManager.default.createSymbolicLink(
                    atPath: directory.path(folder),
                    withDestinationPath: Checkout.path(folder)
                )
            }
            for file in ["CHANGED", "CORRECTED", "FILE", "POOL"] {
                try directory.write(try Checkout.read("config/samples/pool.yaml"), to: "\(file).yaml")
            }
            for program in ["kubectl-bgp", "bgp-operator"] {
                try FileManager.default.createSymbolicLink(
                    atPath: directory.path(program),
                    withDestinationPath: try Checkout.program(program)
                )
            }
            // A server that nobody answers for: a command line that makes sense gets as far as that.
            try directory.write(
                """
                {apiVersion: v1, kind: Config, current-context: nobody,
                 clusters: [{name: nobody, cluster: {server: "http://127.0.0.1:1"}}],
                 contexts: [{name: nobody, context: {cluster: nobody, user: nobody}}], users: [{name: nobody, user: {}}]}
                """,
                to: "kubeconfig"
            )
            let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
            let environment = ["PATH": "\(directory.path):\(path)", "KUBECONFIG": directory.path("kubeconfig")]
            let commands = try await faults("commands").split(separator: "\n").map(String.init)
            #expect(commands.count > 50)
            for command in commands {
                let result = try await Command(
                    ["bash", "-c", command],
                    environment: environment,
                    directory: directory.path
                ).result()
                #expect(![.exited(2), .exited(64)].contains(result.status), "\(command): \(result.errors)")
                #expect(!result.errors.contains("unknown"), "\(command): \(result.errors)")
            }
        }
    }
}
