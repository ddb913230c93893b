import BGPResources
import KubeJSON
import KubeModel
import KubeYAML
import TestSupport
import Testing

/// The manifests of `config/`: they render, and ours decode and are valid.
@Suite(.enabled(if: tools.isMet, "\(tools.comment)")) struct ManifestTests {
    private func rendered(_ folder: String) async throws -> [JSONValue] {
        let text = try await Command("kubectl", "kustomize", Checkout.path(folder)).run()
        return try YAMLDocument.parse(text, file: folder).map(\.json)
    }

    private func names(_ objects: [JSONValue]) -> [String] {
        objects.map { object in
            let metadata = object["metadata"]
            return [object["kind"]?.string, metadata?["namespace"]?.string, metadata?["name"]?.string]
                .compactMap(\.self).joined(separator: "/")
        }.sorted()
    }

    @Test func `the installation renders to the kinds, the programs and what they may do`() async throws {
        #expect(
            names(try await rendered("config/default")) == [
                "ClusterRole/martlet-edit", "ClusterRole/martlet-metrics-reader",
                "ClusterRole/martlet-node-drainer", "ClusterRole/martlet-operator",
                "ClusterRole/martlet-routes-reader", "ClusterRole/martlet-speaker", "ClusterRole/martlet-view",
                "ClusterRoleBinding/martlet-operator", "ClusterRoleBinding/martlet-routes-reader",
                "ClusterRoleBinding/martlet-speaker", "CustomResourceDefinition/bgpadvertisements.martlet.dev",
                "CustomResourceDefinition/bgpclusterconfigs.martlet.dev",
                "CustomResourceDefinition/bgpnodeconfigoverrides.martlet.dev",
                "CustomResourceDefinition/bgpnodeconfigs.martlet.dev",
                "CustomResourceDefinition/bgppeerconfigs.martlet.dev",
                "CustomResourceDefinition/loadbalancerippools.martlet.dev",
                "DaemonSet/martlet-system/bgp-speaker", "Deployment/martlet-system/bgp-operator",
                "Namespace/martlet-system", "PodDisruptionBudget/martlet-system/bgp-operator",
                "Role/default/martlet-speaker-events", "Role/martlet-system/bgp-operator",
                "Role/martlet-system/bgp-routes-reader", "Role/martlet-system/bgp-speaker",
                "RoleBinding/default/martlet-speaker-events", "RoleBinding/martlet-system/bgp-operator",
                "RoleBinding/martlet-system/bgp-speaker", "ServiceAccount/martlet-system/bgp-operator",
                "ServiceAccount/martlet-system/bgp-speaker", "ServiceAccount/martlet-system/bgp-viewer",
                "ValidatingAdmissionPolicy/martlet-events", "ValidatingAdmissionPolicy/martlet-node-status",
                "ValidatingAdmissionPolicyBinding/martlet-events",
                "ValidatingAdmissionPolicyBinding/martlet-node-status",
            ]
        )
    }

    @Test func `the samples are one of each kind a user writes, known to the last field and valid`() async throws {
        let objects = try await rendered("config/samples")
        #expect(
            names(objects) == [
                "BGPAdvertisement/services-and-pods", "BGPClusterConfig/rack-1", "BGPNodeConfigOverride/node1",
                "BGPPeerConfig/tor", "LoadBalancerIPPool/services",
            ]
        )
        for object in objects {
            let kind = try #require(CustomKind.named(object["kind"]?.string ?? ""))
            #expect(object["apiVersion"]?.string == kind.type.apiVersion)
            #expect(try kind.roundTrip(object) == object)
            #expect(kind.faults(object) == [])
        }
    }

    @Test(arguments: ["config", "Tests/InteropTests/Manifests"])
    func `every manifest of our kinds is known to the last field and valid`(folder: String) throws {
        // Templates of the chart are no YAML before Helm has read them; Tests/ShippingTests look at what it makes of them.
        let files = try Checkout.files(under: folder)
            .filter { $0.hasSuffix(".yaml") && !$0.hasPrefix("config/chart/templates/") }
        for file in files {
            for document in try YAMLDocument.parse(Checkout.read(file), file: file) {
                try expectValid(document.json, file)
            }
        }
    }

    @Test func `the lab's manifests render and are valid`() async throws {
        for object in try await rendered("config/lab") { try expectValid(object, "config/lab") }
    }

    private func expectValid(_ object: JSONValue, _ place: String) throws {
        guard object["apiVersion"] == "martlet.dev/v2", let kind = CustomKind.named(object["kind"]?.string ?? "")
        else { return }
        #expect(try kind.roundTrip(object) == object, "\(place)")
        #expect(kind.faults(object) == [], "\(place)")
    }

    @Test func `Cilium's resources carry over by a change of apiVersion and kind`() throws {
        let file = "Tests/BGPResourcesTests/Cilium/resources.yaml"
        let documents = try YAMLDocument.parse(Checkout.read(file), file: file)
        #expect(documents.count == 4)
        for document in documents {
            let name = try #require(document.json["kind"]?.string)
            let kind = try #require(CustomKind.named(String(name.dropFirst("Cilium".count))))
            let object = document.json
                .replacing("apiVersion", with: .string(kind.type.apiVersion))
                .replacing("kind", with: .string(kind.type.kind))
            #expect(try kind.roundTrip(object) == object)
            #expect(kind.faults(object) == [])
        }
    }

    /// `apiGroup/resource: verbs`, for verbs that change something and for Secrets.
    private func grants(_ kind: String, _ name: String) async throws -> [String] {
        let role = try #require(
            try await rendered("config/rbac").first {
                $0["kind"]?.string == kind && $0["metadata"]?["name"]?.string == name
            }
        )
        let reading: Set = ["get", "list", "watch"]
        return (role["rules"]?.array ?? []).flatMap { rule -> [String] in
            let verbs = (rule["verbs"]?.array ?? []).compactMap(\.string)
            return (rule["resources"]?.array ?? []).compactMap(\.string).compactMap { resource in
                let telling = resource == "secrets" ? verbs : verbs.filter { !reading.contains($0) }
                return telling.isEmpty ? nil : "\(resource): \(telling.joined(separator: " "))"
            }
        }
    }

    @Test func `a speaker writes nothing but status of its kind and events, and reads Secrets by name only`()
        async throws
    {
        #expect(
            try await grants("ClusterRole", "martlet-speaker") == [
                "bgpnodeconfigs/status: patch", "tokenreviews: create", "subjectaccessreviews: create",
            ]
        )
        #expect(try await grants("Role", "martlet-speaker-events") == ["events: create patch"])
        #expect(try await grants("Role", "bgp-speaker") == ["secrets: get"])
    }

    @Test func `the component for a NetworkPolicy renders over the installation, and names what is there`() async throws
    {
        let files = try Checkout.files(under: "config/components/network-policy").filter { $0.hasSuffix(".yaml") }
        #expect(files.count == 2)
        let policies = try YAMLDocument.parse(
            Checkout.read("config/components/network-policy/operator.yaml"),
            file: "operator.yaml"
        ).map(\.json)
        #expect(
            names(policies) == [
                "NetworkPolicy/martlet-system/bgp-operator", "NetworkPolicy/martlet-system/martlet-default-deny",
            ]
        )
        let deployment = try #require(try await rendered("config/default").first { $0["kind"] == "Deployment" })
        let selector = try #require(policies.last?["spec"]?["podSelector"]?["matchLabels"])
        #expect(deployment["spec"]?["selector"]?["matchLabels"] == selector)
    }

    @Test func `the operator writes no spec but that of BGPNodeConfig`() async throws {
        #expect(
            try await grants("ClusterRole", "martlet-operator") == [
                "bgpclusterconfigs/status: patch", "bgppeerconfigs/status: patch", "bgpadvertisements/status: patch",
                "bgpnodeconfigoverrides/status: patch", "loadbalancerippools/status: patch",
                "bgpnodeconfigs: create patch delete", "bgpclusterconfigs/finalizers: update",
                "services/status: patch", "tokenreviews: create", "subjectaccessreviews: create",
                "events: create patch",
            ]
        )
        #expect(
            try await grants("Role", "bgp-operator") == [
                "leases: create update", "configmaps: create update delete", "secrets: get",
            ]
        )
    }

    @Test(arguments: ["martlet-speaker", "martlet-operator", "martlet-view"])
    func `operator and speakers may read plugins' objects, and the definitions of their kinds only`(
        role: String
    ) async throws {
        let found = try await rendered("config/rbac").first {
            $0["kind"] == "ClusterRole" && $0["metadata"]?["name"]?.string == role
        }
        let rules = try #require(found)["rules"]?.array ?? []
        let types = [CiliumNode.type, BlockAffinity.type, LaterBlockAffinity.type]
        for type in types {
            let rule = try #require(
                rules.first { $0["apiGroups"]?.array?.contains(.string(type.group)) == true }
            )
            #expect(rule["resources"] == [.string(type.plural)])
            #expect(rule["verbs"] == ["get", "list", "watch"])
        }
        let definitions = rules.filter { $0["apiGroups"] == [.string(CustomResourceDefinition.type.group)] }
        #expect(
            definitions == [
                [
                    "apiGroups": ["apiextensions.k8s.io"], "resources": ["customresourcedefinitions"],
                    "resourceNames": .array(types.map { .string($0.definitionName) }),
                    "verbs": ["get", "list", "watch"],
                ]
            ]
        )
    }

    @Test func `people who may edit change what users write and nothing else`() async throws {
        #expect(try await grants("ClusterRole", "martlet-view") == [])
        #expect(
            try await grants("ClusterRole", "martlet-edit").map { $0.split(separator: ":").first.map(String.init) } == [
                "bgpclusterconfigs", "bgppeerconfigs", "bgpadvertisements", "bgpnodeconfigoverrides",
                "loadbalancerippools",
            ]
        )
    }

    @Test func `readers of routes may make tokens of the one account that reads pages, and nothing else`() async throws
    {
        let objects = try await rendered("config/rbac")
        func object(_ kind: String, _ name: String) throws -> JSONValue {
            try #require(objects.first { $0["kind"]?.string == kind && $0["metadata"]?["name"]?.string == name })
        }
        let tokens = try object("Role", "bgp-routes-reader")["rules"]?.array?.last
        #expect(
            tokens == [
                "apiGroups": [""], "resources": ["serviceaccounts/token"], "resourceNames": ["bgp-viewer"],
                "verbs": ["create"],
            ]
        )
        #expect(
            try object("ClusterRole", "martlet-routes-reader")["rules"] == [
                ["nonResourceURLs": ["/v1/*"], "verbs": ["get"]]
            ]
        )
        #expect(
            try object("ClusterRole", "martlet-metrics-reader")["rules"] == [
                ["nonResourceURLs": ["/metrics"], "verbs": ["get"]]
            ]
        )
        let subjects = objects.flatMap { binding in
            (binding["subjects"]?.array ?? []).filter { $0["name"] == "bgp-viewer" }
                .map { _ in binding["roleRef"]?["name"]?.string }
        }
        #expect(subjects == ["martlet-routes-reader"])
        #expect(try object("ServiceAccount", "bgp-viewer")["automountServiceAccountToken"] == false)
    }

    @Test(arguments: ["Deployment", "DaemonSet"])
    func `containers cannot gain powers or write to their root`(kind: String) async throws {
        let workload = try #require(
            try await rendered("config/default").first { $0["kind"]?.string == kind }
        )
        let pod = try #require(workload["spec"]?["template"]?["spec"])
        #expect(pod["securityContext"]?["seccompProfile"] == ["type": "RuntimeDefault"])
        for container in try #require(pod["containers"]?.array) {
            let context = try #require(container["securityContext"])
            #expect(context["allowPrivilegeEscalation"] == false)
            #expect(context["readOnlyRootFilesystem"] == true)
            #expect(context["capabilities"]?["drop"] == ["ALL"])
        }
    }

    @Test(arguments: ["Deployment", "DaemonSet"])
    func `pods ask for a token of an hour, and get no variables of Services`(kind: String) async throws {
        let workload = try #require(try await rendered("config/default").first { $0["kind"]?.string == kind })
        let pod = try #require(workload["spec"]?["template"]?["spec"])
        #expect(pod["automountServiceAccountToken"] == false)
        #expect(pod["enableServiceLinks"] == false)
        let volume = pod["volumes"]?.array?.first { $0["name"] == "api-access" }
        let sources = volume?["projected"]?["sources"]?.array ?? []
        let tokens = sources.compactMap { $0["serviceAccountToken"] }
        #expect(tokens == [["path": "token", "expirationSeconds": 3600]])
        let authority: JSONValue = ["name": "kube-root-ca.crt", "items": [["key": "ca.crt", "path": "ca.crt"]]]
        #expect(sources.compactMap { $0["configMap"] } == [authority])
        let mount = pod["containers"]?[0]?["volumeMounts"]?.array?.first { $0["name"] == "api-access" }
        #expect(mount?["mountPath"] == "/var/run/secrets/kubernetes.io/serviceaccount")
        #expect(mount?["readOnly"] == true)
    }

    @Test func `no role has wildcards`() async throws {
        for role in try await rendered("config/rbac") {
            for rule in role["rules"]?.array ?? [] {
                for words in ["apiGroups", "resources", "verbs"] {
                    let granted = (rule[words]?.array ?? []).compactMap(\.string)
                    #expect(granted.filter { $0 == "*" } == [], "\(role)")
                }
            }
        }
    }
}

private let tools = Requirement.programs("kubectl")
