import TestSupport
import Testing

/// What a person types every day, against built-in kinds.
@Suite(.enabled(if: tools.isMet, "\(tools.comment)"), .timeLimit(.minutes(10))) struct KubectlObjectTests {
    private static let shop = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop, labels: {app: web}}
        spec:
          type: LoadBalancer
          clusterIP: 10.96.0.10
          selector: {app: web}
          ports: [{name: http, port: 80, targetPort: 8080}, {name: https, port: 443}]
        """

    @Test func `kubectl discovers what is served`() async throws {
        try await Kubectl.withLab { kubectl in
            #expect(try await kubectl("version").contains("Server Version: v1.32"))
            let names = try await kubectl("api-resources", "--no-headers", "-o", "name")
                .split(separator: "\n").map(String.init)
            #expect(names.contains("services"))
            #expect(names.contains("endpointslices.discovery.k8s.io"))
            #expect(try await kubectl("auth", "can-i", "delete", "nodes") == "yes\n")
            #expect(try await kubectl("get", "namespaces", "-o", "name").contains("namespace/default\n"))
        }
    }

    @Test func `a service is completed as in a cluster and shown in a table`() async throws {
        try await Kubectl.withLab { kubectl in
            #expect(
                try await kubectl("apply", "-f", "-", input: Self.shop)
                    == "namespace/shop created\nservice/web created\n"
            )
            #expect(
                try await kubectl("apply", "-f", "-", input: Self.shop)
                    == "namespace/shop unchanged\nservice/web unchanged\n"
            )
            let row = try await kubectl("get", "svc", "-n", "shop", "--no-headers")
            #expect(
                row.split(separator: " ").dropLast().map(String.init)
                    == ["web", "LoadBalancer", "10.96.0.10", "<pending>", "80/TCP,443/TCP"]
            )
            let fields = try await kubectl(
                "get",
                "svc",
                "web",
                "-n",
                "shop",
                "-o",
                "jsonpath={.spec.externalTrafficPolicy} {.spec.ipFamilies[0]} {.spec.ports[1].targetPort}"
            )
            #expect(fields == "Cluster IPv4 443")
        }
    }

    @Test func `kubectl edits with every type of patch`() async throws {
        try await Kubectl.withLab { kubectl in
            _ = try await kubectl("apply", "-f", "-", input: Self.shop)
            func patch(_ type: String, _ patch: String) async throws {
                _ = try await kubectl("patch", "svc", "web", "-n", "shop", "--type", type, "-p", patch)
            }
            try await patch("merge", #"{"spec":{"externalTrafficPolicy":"Local"}}"#)
            try await patch("strategic", #"{"spec":{"ports":[{"port":443,"name":"tls"}]}}"#)
            try await patch("json", #"[{"op":"add","path":"/metadata/labels/x","value":"y"}]"#)
            _ = try await kubectl("label", "svc", "web", "-n", "shop", "app-")
            _ = try await kubectl("annotate", "svc", "web", "-n", "shop", "note=hi")
            let seen = try await kubectl(
                "get",
                "svc",
                "-n",
                "shop",
                "-l",
                "x=y",
                "-o",
                "jsonpath={.items[0].spec.externalTrafficPolicy} {.items[0].spec.ports[*].name} {.items[0].metadata.labels}"
            )
            #expect(seen == #"Local http tls {"x":"y"}"#)
        }
    }

    @Test func `kubectl shows what an apply would change, and prunes what was removed`() async throws {
        try await Kubectl.withLab { kubectl in
            _ = try await kubectl("apply", "-f", "-", input: Self.shop)
            #expect(try await kubectl.result("diff", "-f", "-", input: Self.shop).status == .exited(0))
            let changed = Self.shop.replacing("8080", with: "9090")
            let difference = try await kubectl.result("diff", "-f", "-", input: changed)
            #expect(difference.status == .exited(1))
            #expect(difference.output.contains("+    targetPort: 9090"))
            let prune = ["apply", "--prune", "-l", "app=web", "--prune-allowlist", "core/v1/Service", "-n", "shop"]
            let moved = try kubectl.file("moved.yaml", Self.moved)
            let said = try await kubectl(
                prune[0],
                prune[1],
                prune[2],
                prune[3],
                prune[4],
                prune[5],
                prune[6],
                prune[7],
                "-f",
                moved
            )
            #expect(said == "service/web2 created\nservice/web pruned\n")
        }
    }

    private static let moved = """
        apiVersion: v1
        kind: Service
        metadata: {name: web2, namespace: shop, labels: {app: web}}
        spec: {ports: [{port: 80}]}
        """

    @Test func `kubectl creates with a command, describes and deletes`() async throws {
        try await Kubectl.withLab { kubectl in
            #expect(try await kubectl("create", "namespace", "one") == "namespace/one created\n")
            #expect(
                try await kubectl("create", "secret", "generic", "s", "-n", "one", "--from-literal=password=pw")
                    == "secret/s created\n"
            )
            #expect(
                try await kubectl("get", "secret", "s", "-n", "one", "-o", "jsonpath={.data.password}") == "cHc="
            )
            #expect(
                try await kubectl("create", "role", "r", "-n", "one", "--verb=get,list", "--resource=pods")
                    == "role.rbac.authorization.k8s.io/r created\n"
            )
            _ = try await kubectl("create", "clusterrolebinding", "b", "--clusterrole=view", "--serviceaccount=one:s")
            let rule = "jsonpath={.rules[0].verbs}{.rules[0].apiGroups}{.rules[0].resources}"
            #expect(
                try await kubectl("get", "role", "r", "-n", "one", "-o", rule) == "[\"get\",\"list\"][\"\"][\"pods\"]"
            )
            let bound = "jsonpath={.roleRef.kind}/{.roleRef.name} {.subjects[0].namespace}/{.subjects[0].name}"
            #expect(try await kubectl("get", "clusterrolebinding", "b", "-o", bound) == "ClusterRole/view one/s")
            #expect(try await kubectl("create", "configmap", "c", "--from-literal=a=b") == "configmap/c created\n")
            #expect(try await kubectl("describe", "configmap", "c").contains("a:\n----\nb\n"))
            #expect(try await kubectl("delete", "configmap", "c") == "configmap \"c\" deleted\n")
            #expect(try await kubectl("delete", "namespace", "one") == "namespace \"one\" deleted\n")
            let gone = try await kubectl.result("get", "secret", "s", "-n", "one")
            #expect(gone.errors == "Error from server (NotFound): namespaces \"one\" not found\n")
        }
    }
}

private let tools = Requirement.programs("kubectl")
