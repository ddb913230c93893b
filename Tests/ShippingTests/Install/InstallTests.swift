import FoundationEssentials
import KubeJSON
import KubeModel
import TestSupport
import Testing

extension Shipping {
    /// Helm and kubectl against the lab's API server: what is there after each step, and what is left at the end.
    @Suite struct InstallTests {
        private static let kinds = Set(
            [
                "bgpadvertisements", "bgpclusterconfigs", "bgpnodeconfigoverrides", "bgpnodeconfigs", "bgppeerconfigs",
                "loadbalancerippools",
            ].map { "customresourcedefinition.apiextensions.k8s.io/\($0).martlet.dev" }
        )

        private static let samples: Set = [
            "bgpadvertisement.martlet.dev/services-and-pods", "bgpclusterconfig.martlet.dev/rack-1",
            "bgpnodeconfigoverride.martlet.dev/node1", "bgppeerconfig.martlet.dev/tor",
            "loadbalancerippool.martlet.dev/services",
        ]

        @Test
        func `Helm keeps kinds and objects through upgrade, rollback and uninstall, and leaves nothing else`()
            async throws
        {
            let earlier = try await EarlierChart()
            try await InstalledCluster.with { cluster in
                let (helm, api) = (cluster.helm, cluster.api)
                let before = try await cluster.inventory()
                let notes = try await helm("install", "martlet", earlier.package, "--create-namespace")
                #expect(notes.contains("What stays after an uninstall:"))
                try await api.kubectl("apply", "-k", Checkout.path("config/samples"))
                let identities = try await cluster.identities()
                #expect(identities.count == 5)

                // To this version, back, and forth again.
                try await helm("upgrade", "martlet", Helm.chart, "--set", "operator.replicas=3")
                #expect(try await cluster.object("deployment", "bgp-operator")["spec"]?["replicas"] == 3)
                #expect(try await cluster.identities() == identities)
                try await helm("rollback", "martlet", "1")
                #expect(try await cluster.object("deployment", "bgp-operator")["spec"]?["replicas"] == 2)
                let image = try await cluster.object("deployment", "bgp-operator")
                let tag = image["spec"]?["template"]?["spec"]?["containers"]?[0]?["image"]?.string
                #expect(tag?.hasSuffix(":v\(earlier.name.dropFirst("martlet-".count))") == true, "\(tag ?? "")")
                #expect(
                    try await helm.history().map { $0.split(separator: " ").last } == [
                        "superseded", "superseded", "deployed",
                    ]
                )
                #expect(try await helm.history().last == "\(earlier.name) deployed")
                #expect(try await cluster.identities() == identities)

                // Whoever takes the kinds out of the release does not take them out of the cluster.
                try await helm("upgrade", "martlet", Helm.chart, "--set", "crds.install=false")
                #expect(try await cluster.inventory().isSuperset(of: Self.kinds))
                #expect(try await cluster.identities() == identities)
                try await helm("upgrade", "martlet", Helm.chart)
                #expect(try await cluster.identities() == identities)

                try await helm("uninstall", "martlet")
                let left = try await cluster.inventory().subtracting(before)
                #expect(left == Self.kinds.union(Self.samples).union(["namespace/martlet-system"]))

                // And they are there for the next installation.
                try await helm("install", "martlet", Helm.chart)
                #expect(try await cluster.identities() == identities)
            }
        }

        @Test func `Helm takes over what kubectl installed, when asked to`() async throws {
            try await InstalledCluster.with { cluster in
                let (helm, api) = (cluster.helm, cluster.api)
                try await api.kubectl("apply", "--server-side", "-k", Checkout.path("config/default"))
                try await api.kubectl("apply", "-k", Checkout.path("config/samples"))
                let identities = try await cluster.identities()
                let refused = try await helm.result("install", "martlet", Helm.chart)
                #expect(refused.status == .exited(1))
                #expect(refused.errors.contains("exists and cannot be imported"), "\(refused.errors)")
                try await helm("install", "martlet", Helm.chart, "--take-ownership", "--server-side=false")
                #expect(try await cluster.identities() == identities)
                // And may change what kubectl had set.
                func flags() async throws -> String {
                    let path = "jsonpath={.spec.template.spec.containers[0].args}"
                    return try await api.kubectl("get", "ds", "bgp-speaker", "-n", "martlet-system", "-o", path)
                }
                try await helm("upgrade", "martlet", Helm.chart, "--set", "speaker.logLevel=debug")
                #expect(try await flags().contains("--log-level=debug"))
                try await helm("rollback", "martlet")
                #expect(try await !flags().contains("--log-level=debug"))
                try await helm("uninstall", "martlet")
                #expect(try await cluster.inventory().isSuperset(of: Self.kinds))
                #expect(try await cluster.identities() == identities)
            }
        }

        /// As Helm makes it, the namespace has no labels; the chart's own has, and stays.
        @Test func `Helm labels the namespace when the chart creates it`() async throws {
            try await InstalledCluster.with { cluster in
                let own = ["--set", "namespace.create=true"]
                try await cluster.helm(
                    "install",
                    "martlet",
                    Helm.chart,
                    "--create-namespace",
                    "--take-ownership",
                    own[0],
                    own[1]
                )
                let label = "jsonpath={.metadata.labels.pod-security\\.kubernetes\\.io/enforce}"
                #expect(try await cluster.api.kubectl("get", "ns", "martlet-system", "-o", label) == "privileged")
                try await cluster.helm("uninstall", "martlet")
                #expect(try await cluster.api.kubectl("get", "ns", "martlet-system", "-o", label) == "privileged")
            }
        }

        /// As on a real cluster without the Prometheus operator.
        @Test func `Helm says which kinds monitoring needs`() async throws {
            try await InstalledCluster.with { cluster in
                let (helm, api) = (cluster.helm, cluster.api)
                let wanted = "metrics.podMonitor.enabled=true,metrics.rules.enabled=true"
                let refused = try await helm.result(
                    "install",
                    "martlet",
                    Helm.chart,
                    "--create-namespace",
                    "--set",
                    wanted
                )
                #expect(refused.status == .exited(1))
                #expect(refused.errors.contains(#"no matches for kind "PodMonitor""#), "\(refused.errors)")
                try await api.kubectl("apply", manifest: Self.monitoringKinds)
                try await helm("install", "martlet", Helm.chart, "--create-namespace", "--set", wanted)
                let monitors = try await api.kubectl("get", "podmonitors,prometheusrules", "-A", "-o", "name")
                #expect(
                    monitors.split(separator: "\n").map(String.init) == [
                        "podmonitor.monitoring.coreos.com/bgp-operator",
                        "podmonitor.monitoring.coreos.com/bgp-speaker",
                        "prometheusrule.monitoring.coreos.com/martlet",
                    ]
                )
            }
        }

        @Test func `kubectl installs once and then changes nothing`() async throws {
            try await InstalledCluster.with { cluster in
                let api = cluster.api
                let before = try await cluster.inventory()
                let told = try await api.kubectl("apply", "-k", Checkout.path("config/default"))
                #expect(Set(told.split(separator: "\n").compactMap { $0.split(separator: " ").last }) == ["created"])
                // Once more changes nothing.
                let versions = try await cluster.versions()
                try await api.kubectl("apply", "-k", Checkout.path("config/default"))
                #expect(try await cluster.versions() == versions)
                // The namespace goes first, and all in it with it.
                try await api.kubectl("delete", "--ignore-not-found", "-k", Checkout.path("config/default"))
                try await eventually("nothing is left", is: []) {
                    try await cluster.inventory().subtracting(before)
                }
            }
        }

        /// The kinds of the Prometheus operator, taking anything.
        private static let monitoringKinds = [("PodMonitor", "podmonitors"), ("PrometheusRule", "prometheusrules")]
            .map { kind, plural in
                """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: \(plural).monitoring.coreos.com}
                spec:
                  group: monitoring.coreos.com
                  scope: Namespaced
                  names: {kind: \(kind), plural: \(plural), singular: \(kind.lowercased()), listKind: \(kind)List}
                  versions:
                    - name: v1
                      served: true
                      storage: true
                      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """
            }.joined(separator: "\n---\n")
    }
}
