import FoundationEssentials
import TestSupport
import Testing

extension Shipping {
    /// A Prometheus that scrapes a cluster at work, as the PodMonitors have it do.
    @Suite struct PrometheusTests {
        @Test func `the token of the PodMonitors opens what is scraped, and every rule and dashboard finds its data`()
            async throws
        {
            try await VirtualNetwork.with([HostPlan("cluster", on: "lan", "192.0.2.1/24")]) { network in
                let host = try network["cluster"]
                let directory = try TemporaryDirectory("prometheus")
                for (folder, file) in [("crds", "crds.yaml"), ("config/lab", "manifests.yaml")] {
                    let text = try await Command("kubectl", "kustomize", Checkout.path(folder)).run()
                    try directory.write(text, to: file)
                }
                let lab = try host.command([
                    Checkout.program("bgp-lab"), "--directory", directory.path, "--crds", directory.path("crds.yaml"),
                    "--manifests", directory.path("manifests.yaml"),
                ]).start(log: directory.path("lab.log"))
                try await lab.writes("first route")
                func kubectl(_ arguments: String...) async throws -> String {
                    try await host.command(["kubectl", "--kubeconfig", directory.path("kubeconfig")] + arguments).run()
                }
                _ = try await kubectl("apply", "-f", Checkout.path("config/monitoring/access.yaml"))
                let token = try await kubectl("create", "token", "martlet-metrics", "-n", "martlet-system")
                try directory.write(token.filter { !$0.isNewline }, to: "token")
                try directory.write(try configuration(token: directory.path("token")), to: "prometheus.yaml")
                let prometheus = try host.command([
                    "prometheus", "--config.file=\(directory.path("prometheus.yaml"))",
                    "--storage.tsdb.path=\(directory.path("data"))", "--web.listen-address=127.0.0.1:9090",
                ]).start(log: directory.path("prometheus.log"))
                let check = [
                    "python3", Checkout.path("Tests/ShippingTests/check_monitoring.py"),
                    Checkout.path("config/monitoring"), "live",
                ]
                try await eventually("everything is found", is: "", every: .seconds(1)) {
                    let result = try await host.command(check).result()
                    return result.output + result.errors
                }
                for process in [prometheus, lab] { await process.stop() }
            }
        }

        /// The lab's own configuration, with this lab's token, and faster.
        private func configuration(token: String) throws -> String {
            try Checkout.read("config/lab/prometheus.yaml")
                .replacing("../../.build/lab/token", with: token)
                .replacing("../monitoring", with: Checkout.path("config/monitoring"))
                .replacing("interval: 5s", with: "interval: 1s")
        }
    }
}
