import FoundationEssentials
import TestSupport
import Testing

extension Shipping {
    /// What a person monitors it with: rules, runbooks, dashboards and what Prometheus scrapes.
    @Suite struct MonitoringTests {
        /// The faults that the check finds, one a line.
        private func faults(_ subject: String, in folder: String = Checkout.path("config/monitoring")) async throws
            -> String
        {
            try await Command("python3", Checkout.path("Tests/ShippingTests/check_monitoring.py"), folder, subject)
                .result(within: .seconds(120)).output
        }

        @Test func `Prometheus reads the rules, and each alert fires in one case and is quiet in another`() async throws
        {
            #expect(try await faults("rules") == "")
        }

        @Test func `each alert has a runbook of four parts, where its address leads`() async throws {
            #expect(try await faults("runbooks") == "")
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
            try FileManager.default.createSymbolicLink(
                atPath: directory.path("kubectl-bgp"),
                withDestinationPath: try Checkout.program("kubectl-bgp")
            )
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
                #expect(result.status != .exited(2), "\(command): \(result.errors)")
                #expect(!result.errors.contains("unknown"), "\(command): \(result.errors)")
            }
        }
    }
}
