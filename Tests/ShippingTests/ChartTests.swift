import FoundationEssentials
import KubeJSON
import KubeModel
import KubeYAML
import TestSupport
import Testing

extension Shipping {
    /// `config/chart`, with the tools of its users.
    @Suite struct ChartTests {
        private static let chart = Checkout.path("config/chart")

        /// What Helm renders, as documents.
        private func rendered(_ arguments: String...) async throws -> [JSONValue] {
            let text = try await Command(
                ["helm", "template", "martlet", Self.chart, "-n", "martlet-system"] + arguments
            )
            .run()
            return try YAMLDocument.parse(text, file: "chart").map(\.json).filter { $0 != .null }
        }

        private func kustomized(_ folder: String) async throws -> [JSONValue] {
            let text = try await Command("kubectl", "kustomize", folder).run()
            return try YAMLDocument.parse(text, file: folder).map(\.json)
        }

        /// The objects by what they are, without what marks them as Helm's, and without some other labels.
        private func byName(_ objects: [JSONValue], without others: [String] = []) -> [String: JSONValue] {
            var result: [String: JSONValue] = [:]
            for object in objects {
                var metadata = object["metadata"]?.object ?? [:]
                let helm = ["helm.sh/chart", "app.kubernetes.io/managed-by", "helm.sh/resource-policy"] + others
                for field in ["labels", "annotations"] {
                    guard let entries = metadata[field]?.object else { continue }
                    let own = entries.filter { !helm.contains($0.key) }
                    metadata[field] = own.isEmpty ? nil : .object(own)
                }
                let name = ["namespace", "name"].compactMap { metadata[$0]?.string }.joined(separator: "/")
                var members = object.object ?? [:]
                members["metadata"] = .object(metadata)
                result["\(object["kind"]?.string ?? "")/\(name)"] = .object(members)
            }
            return result
        }

        private func expectSame(_ chart: [JSONValue], _ kustomize: [JSONValue], without others: [String] = []) {
            let (ours, theirs) = (byName(chart, without: others), byName(kustomize, without: others))
            #expect(ours.keys.sorted() == theirs.keys.sorted())
            for (name, object) in theirs { #expect(ours[name] == object, "\(name)") }
            #expect(ours.count == chart.count)
        }

        @Test func `the chart is what kustomize installs, object by object`() async throws {
            let installed = try await kustomized(Checkout.path("config/default"))
            #expect(installed.count > 30)
            expectSame(try await rendered("--skip-tests", "--set", "namespace.create=true"), installed)
            // Whoever has the namespace has all the rest by default.
            expectSame(try await rendered("--skip-tests"), installed.filter { $0["kind"] != "Namespace" })
        }

        @Test func `the chart has what the components add`() async throws {
            let overlay = try TemporaryDirectory("overlay")
            // kustomize takes paths from where the overlay is.
            let up = String(repeating: "../", count: overlay.path.split(separator: "/").count)
            let folder = "\(up)\(Checkout.path("config").dropFirst())"
            try overlay.write(
                """
                resources: ["\(folder)/default"]
                components: ["\(folder)/components/network-policy", "\(folder)/monitoring"]

                """,
                to: "kustomization.yaml"
            )
            let metrics = ["podMonitor", "rules", "dashboards"].map { "metrics.\($0).enabled=true" }
            let on = (["namespace.create=true", "networkPolicy.enabled=true"] + metrics).joined(separator: ",")
            let chart = try await rendered("--skip-tests", "--set", on)
            // kustomize labels what is in the base alone.
            expectSame(chart, try await kustomized(overlay.path), without: ["app.kubernetes.io/part-of"])
        }

        /// Helm and kustomize give their labels to all objects, and what is kept is marked.
        @Test func `the chart keeps the kinds and the namespace when it is uninstalled`() async throws {
            let objects = try await rendered("--set", "namespace.create=true")
            let kept = objects.filter {
                $0["metadata"]?["annotations"]?["helm.sh/resource-policy"] == "keep"
            }
            #expect(Set(kept.compactMap { $0["kind"]?.string }) == ["CustomResourceDefinition", "Namespace"])
            #expect(kept.count == 7)
            let leaving = try await rendered("--set", "crds.keep=false")
            #expect(leaving.filter { $0["metadata"]?["annotations"]?["helm.sh/resource-policy"] != nil } == [])
            #expect(try await rendered("--set", "crds.install=false").count == objects.count - 7)
        }

        @Test(arguments: ["", "all-on", "all-off"])
        func `the chart passes the linters for charts and manifests`(values: String) async throws {
            let file = Checkout.path("Tests/ShippingTests/Chart/\(values).yaml")
            let chosen = values.isEmpty ? [] : ["--values", file]
            try await Command(["helm", "lint", "--strict", Self.chart] + chosen).run()
            let text = try await Command(
                ["helm", "template", "martlet", Self.chart, "-n", "martlet-system"] + chosen
            ).run()
            let folder = try TemporaryDirectory("chart")
            try folder.write(text, to: "rendered.yaml")
            for version in ["1.35", "1.37"] {
                let check = try await Command(
                    "kubernetes-validate",
                    "--strict",
                    "--quiet",
                    "-k",
                    version,
                    folder.path("rendered.yaml")
                )
                .result()
                #expect(check.status == .exited(0), "\(version): \(check.output)\(check.errors)")
            }
            let lint = try await Command(
                [try Checkout.program("kubectl-bgp"), "lint", "-f", "-"],
                input: text
            ).result()
            #expect(lint.status == .exited(0), "\(lint.output)\(lint.errors)")
        }

        @Test(arguments: [
            ("operator.lolLevel=info", "at '/operator': additional properties 'lolLevel' not allowed"),
            ("spaeker.port179=false", "additional properties 'spaeker' not allowed"),
            (
                "operator.resources.limit.memory=1Gi",
                "at '/operator/resources': additional properties 'limit' not allowed"
            ),
            ("speaker.tolerations[0].operater=Exists", "additional properties 'operater' not allowed"),
            ("operator.logLevel=verbose", "at '/operator/logLevel'"),
            ("operator.replicas=two", "at '/operator/replicas': got string, want integer"),
            ("operator.serviceCIDRs[0]=10.96.0.0", "at '/operator/serviceCIDRs/0'"),
            ("speaker.datapathProbe=kube-proxy", "at '/speaker/datapathProbe'"),
            ("speaker.extraEnv[0].name=NODE_NAME", "at '/speaker/extraEnv/0/name'"),
            ("image.digest.speaker=sha256:12", "at '/image/digest/speaker'"),
            ("admin.address=localhost", "at '/admin/address'"),
            ("image.registry=https://registry.example.com", "at '/image/registry'"),
            ("image.registry=registry.example.com/", "at '/image/registry'"),
            ("image.operator=Martlet/operator", "at '/image/operator'"),
            ("speaker.receivedRoutesMemory=512k", "at '/speaker/receivedRoutesMemory'"),
            ("kubernetesServiceHost=https://10.0.0.1", "at '/kubernetesServiceHost'"),
            ("operator.routerIDPool=fd00::/64", "at '/operator/routerIDPool'"),
            ("image.tag=a b", "at '/image/tag'"),
            ("networkPolicy.apiServerPorts=null", "at '/networkPolicy': missing property 'apiServerPorts'"),
            ("speaker=null", "missing property 'speaker'"),
            ("handleUnclassed=null", "missing property 'handleUnclassed'"),
            ("policy.ownNodeStatus=null", "at '/policy': missing property 'ownNodeStatus'"),
            ("speaker.maxRoutesPerService=null", "at '/speaker': missing property 'maxRoutesPerService'"),
            ("speaker.adminPort=9180", "speaker.adminPort and speaker.healthPort are both 9180"),
            ("operator.healthPort=9178", "operator.adminPort and operator.healthPort are both 9178"),
        ])
        func `the chart refuses unknown values`(setting: String, complaint: String) async throws {
            let result = try await Command("helm", "template", Self.chart, "--set", setting).result()
            #expect(result.status == .exited(1))
            #expect(result.errors.contains(complaint), "\(result.errors)")
        }

        /// What a values file has when everything below a key is taken out of it.
        @Test func `the chart takes null for an absent value where that is allowed`() async throws {
            let file = "config/chart/values.yaml"
            let values = try #require(try YAMLDocument.parse(Checkout.read(file), file: file).first?.json)
            func empty(_ value: JSONValue, at path: String) -> [String] {
                if value == "" || value == [] || value == .object([:]) { return [path] }
                return (value.object ?? [:]).flatMap {
                    empty($0.value, at: path.isEmpty ? $0.key : "\(path).\($0.key)")
                }
            }
            let nothing = empty(values, at: "").sorted().map { "\($0)=null" }
            #expect(nothing.contains("speaker.podAnnotations=null"))
            let enabled = ["podMonitor", "rules", "dashboards"].map { "metrics.\($0).enabled=true" }
            func text(_ settings: [String]) async throws -> String {
                try await Command("helm", "template", Self.chart, "--set", settings.joined(separator: ",")).run()
            }
            #expect(try await text(enabled + nothing) == text(enabled))
        }

        @Test func `the chart refuses contradictions, and servers that are too old`() async throws {
            let plain = try await Command(
                "helm",
                "template",
                Self.chart,
                "--set",
                "admin.plain=true,admin.tls.secretName=tls"
            ).result()
            #expect(plain.errors.contains("admin.plain serves without TLS"), "\(plain.errors)")
            let old = try await Command("helm", "template", Self.chart, "--kube-version", "v1.29.3").result()
            #expect(old.errors.contains("Kubernetes has since 1.31, and this is v1.29.3"), "\(old.errors)")
            let distribution = try await Command("helm", "template", Self.chart, "--kube-version", "v1.35.2-gke.100")
                .result()
            #expect(distribution.succeeded, "\(distribution.errors)")
        }

        /// The policies come where the server has the kind.
        @Test func `the chart has policies for servers that know them`() async throws {
            func policies(_ version: String, _ values: String) async throws -> Int {
                try await rendered("--kube-version", version, "--set", "crds.install=false,\(values)")
                    .count { $0["kind"]?.string?.hasPrefix("ValidatingAdmissionPolicy") == true }
            }
            #expect(try await policies("v1.29.3", "policy.ownNodeStatus=auto") == 0)
            #expect(try await policies("v1.30.0", "policy.ownNodeStatus=auto") == 4)
            #expect(try await policies("v1.37.0", "policy.ownNodeStatus=false") == 0)
            #expect(try await policies("v1.29.3", "policy.ownNodeStatus=true") == 4)
        }

        /// Rights, accounts and policies speak of the namespace that the release is in.
        @Test func `the chart installs into any namespace`() async throws {
            let text = try await Command("helm", "template", "any", Self.chart, "-n", "elsewhere", "--skip-tests").run()
            #expect(!text.contains("martlet-system"))
            #expect(text.contains("system:serviceaccount:elsewhere:bgp-speaker"))
            let objects = try YAMLDocument.parse(text, file: "chart").map(\.json)
            let namespaces = Set(objects.compactMap { $0["metadata"]?["namespace"]?.string })
            #expect(namespaces == ["elsewhere", "default"])
        }

        /// Flags of the programs follow from values.
        @Test func `the chart passes values on as flags and variables`() async throws {
            let file = Checkout.path("Tests/ShippingTests/Chart/all-on.yaml")
            let objects = try await rendered("--values", file)
            func container(_ kind: String) throws -> JSONValue {
                let workload = try #require(objects.first { $0["kind"]?.string == kind })
                return try #require(workload["spec"]?["template"]?["spec"]?["containers"]?.array?.first)
            }
            let own = try container("Deployment")
            #expect(own["image"] == "registry.example.com:5000/mirror/martlet/bgp-operator:v0.2.1")
            #expect(
                own["args"]?.array?.compactMap(\.string) == [
                    "--namespace=$(POD_NAMESPACE)", "--admin-address=[::]:9178", "--health-address=[::]:9181",
                    "--leader-elect", "--admin-certificate=/etc/martlet/tls/tls.crt",
                    "--admin-key=/etc/martlet/tls/tls.key", "--log-level=debug", "--log-format=json",
                    "--service-cidr=10.96.0.0/12", "--service-cidr=fd00:96::/108",
                    "--load-balancer-class=martlet.dev/bgp", "--load-balancer-class=example.com/rack",
                    "--unclassed=false", "--router-id-pool=198.51.100.0/24", "--max-addresses-per-namespace=0",
                    "--no-leader-elect",
                ]
            )
            let speaker = try container("DaemonSet")
            let digest = String(repeating: "0123456789abcdef", count: 4)
            #expect(
                speaker["image"]?.string == "registry.example.com:5000/mirror/martlet/bgp-speaker@sha256:\(digest)"
            )
            #expect(
                speaker["args"]?.array?.compactMap(\.string) == [
                    "--admin-address=[::]:9179", "--health-address=127.0.0.1:9180",
                    "--datapath-probe=http://127.0.0.1:10256/healthz", "--state-dir=/var/lib/martlet",
                    "--admin-certificate=/etc/martlet/tls/tls.crt", "--admin-key=/etc/martlet/tls/tls.key",
                    "--log-level=trace", "--log-format=json", "--service-cidr=10.96.0.0/12",
                    "--load-balancer-class=martlet.dev/bgp", "--load-balancer-class=example.com/rack",
                    "--unclassed=false",
                    "--max-routes-per-service=0", "--max-routes-per-namespace=10", "--received-routes-memory=64Mi",
                    "--log-level=debug",
                ]
            )
            let template = try #require(objects.first { $0["kind"] == "DaemonSet" })["spec"]?["template"]?["spec"]
            let state = template?["volumes"]?.array?.first { $0["name"] == "state" }
            #expect(state?["hostPath"]?["path"] == "/var/lib/elsewhere")
            for variables in [own["env"]?.array ?? [], speaker["env"]?.array ?? []] {
                #expect(variables.contains(["name": "KUBERNETES_SERVICE_HOST", "value": "fd00::10"]))
                #expect(variables.contains(["name": "KUBERNETES_SERVICE_PORT", "value": "6443"]))
                let names = variables.compactMap { $0["name"]?.string }
                #expect(Set(names).count == names.count)
            }
        }

        /// What `config/monitoring` has, for the Prometheus operator and Grafana's sidecar.
        @Test func `the chart passes monitoring settings on`() async throws {
            #expect(try await rendered().filter { $0["apiVersion"] == "monitoring.coreos.com/v1" } == [])
            let rules = "metrics.rules.enabled=true,metrics.rules"
            let off =
                "\(rules).disabled={MartletSessionDown},metrics.rules.thresholds.MartletPoolAlmostFull=0.75,"
                + "metrics.rules.runbooks=https://wiki.example.org/bgp"
            let text = try await Command("helm", "template", Self.chart, "--set", off).run()
            #expect(!text.contains("alert: MartletSessionDown\n"))
            #expect(text.contains("alert: MartletNodeIsolated\n"))
            #expect(text.contains("> 0.75"))
            #expect(text.contains("runbook_url: https://wiki.example.org/bgp/runbooks.md#martletnodeisolated\n"))
            #expect(!text.contains("runbooks.example.com"))
            for (setting, complaint) in [
                ("\(rules).disabled={Mistlet}", "there is no alert Mistlet"),
                ("\(rules).thresholds.Mistlet=1", "there is no alert Mistlet"),
                ("\(rules).thresholds.MartletSessionDown=2", "MartletSessionDown compares with no number"),
                ("metrics.podMonitor.enabled=true,admin.address=127.0.0.1", "Prometheus reaches nothing"),
            ] {
                let refused = try await Command("helm", "template", Self.chart, "--set", setting).result()
                #expect(refused.errors.contains(complaint), "\(refused.errors)")
            }
        }

        @Test func `the chart runs speakers without port 179 as an unprivileged user`() async throws {
            let objects = try await rendered("--set", "speaker.port179=false")
            let pod = try #require(objects.first { $0["kind"] == "DaemonSet" })["spec"]?["template"]?["spec"]
            let context = try #require(pod?["containers"]?[0]?["securityContext"])
            #expect(context["runAsUser"] == 65532)
            #expect(context["runAsNonRoot"] == true)
            #expect(context["capabilities"] == ["drop": ["ALL"]])
        }

        @Test func `the chart has a complete table of its values, and a schema that accepts nothing else`() async throws
        {
            let check = Checkout.path("Tests/ShippingTests/Chart/check_values.py")
            #expect(try await Command("python3", check, Self.chart).run() == "")
        }

        /// The commented example in `values.yaml` is what `config/samples` has.
        @Test func `the chart has the samples as an example`() async throws {
            let lines = try Checkout.read("config/chart/values.yaml").split(separator: "\n")
            let start = try #require(lines.firstIndex(of: "# extraObjects:"))
            let example = lines[start...].prefix { $0.hasPrefix("#") }.map { $0.dropFirst(2) }.joined(separator: "\n")
            let values = try #require(try YAMLDocument.parse(example, file: "values.yaml").first).json
            let samples = try await kustomized(Checkout.path("config/samples"))
            #expect(byName(values["extraObjects"]?.array ?? []) == byName(samples))
        }

        @Test func `the packaged chart is identical every time, with what it needs and nothing else`() async throws {
            let folder = try TemporaryDirectory("package")
            var sums: [String] = []
            for name in ["one", "two"] {
                try await Command("helm", "package", Self.chart, "-d", folder.path(name)).run()
                let sum = try await Command("sh", "-c", "cd \(folder.path(name)) && sha256sum *").run()
                sums.append(sum)
            }
            #expect(sums[0] == sums[1])
            #expect(sums[0].hasSuffix("  martlet-0.2.0.tgz\n"))
            let listed = try await Command("tar", "-tzf", folder.path("one/martlet-0.2.0.tgz")).run()
            let names = listed.split(separator: "\n").map { $0.dropFirst("martlet/".count) }
            #expect(names.count { $0.hasPrefix("files/crds/") } == 6)
            #expect(names.filter { $0.hasSuffix("kustomization.yaml") || $0 == "files/crds/README.md" } == [])
            // From the package as from the folder.
            let fromFolder = try await rendered()
            let text = try await Command(
                "helm",
                "template",
                "martlet",
                folder.path("one/martlet-0.2.0.tgz"),
                "-n",
                "martlet-system"
            ).run()
            #expect(try YAMLDocument.parse(text, file: "package").map(\.json).filter { $0 != .null } == fromFolder)
        }
    }
}
