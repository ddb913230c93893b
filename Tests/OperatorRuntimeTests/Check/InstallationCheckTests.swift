import KubeClient
import KubeJSON
import KubeModel
import KubeYAML
import Logging
import OperatorRuntime
import TestCluster
import TestSupport
import Testing

@Suite struct InstallationCheckTests {
    /// Rights one by one, as `where what verb`.
    private func rules(of manifest: String) throws -> Set<String> {
        var found: Set<String> = []
        for object in ManifestReader(text: try Checkout.read(manifest), file: manifest).objects {
            let json = object.json
            guard ["Role", "ClusterRole"].contains(json["kind"]?.string) else { continue }
            let namespace = json["metadata"]?["namespace"]?.string
            let place = namespace == nil ? "cluster" : namespace == "default" ? "default" : "installation"
            func words(_ rule: JSONValue, _ field: String) -> [String] {
                (rule[field]?.array ?? []).compactMap(\.string)
            }
            for rule in json["rules"]?.array ?? [] {
                let names = words(rule, "resourceNames")
                for group in words(rule, "apiGroups") {
                    for resource in words(rule, "resources") {
                        for name in names.isEmpty ? ["*"] : names {
                            for verb in words(rule, "verbs") {
                                found.insert("\(place) \(group) \(resource) \(name) \(verb)")
                            }
                        }
                    }
                }
            }
        }
        return found
    }

    private func rules(_ rights: [RequiredRight]) -> Set<String> {
        Set(
            rights.flatMap { right in
                let place =
                    switch right.scope {
                    case .cluster: "cluster"
                    case .installation: "installation"
                    case .defaultNamespace: "default"
                    }
                return right.verbs.map { "\(place) \(right.group) \(right.resource) \(right.name ?? "*") \($0)" }
            }
        )
    }

    @Test(arguments: [("operator", RequiredRight.ofOperator), ("speaker", RequiredRight.ofSpeaker)])
    func `the check asks for what the manifests grant, no more and no less`(program: String, rights: [RequiredRight])
        throws
    {
        let granted = try rules(of: "config/rbac/\(program).yaml")
        let asked = rules(rights)
        #expect(granted.subtracting(asked).sorted() == [])
        #expect(asked.subtracting(granted).sorted() == [])
    }

    private func check(_ client: KubeClient) -> InstallationCheck {
        InstallationCheck(
            client: client,
            namespace: "martlet-system",
            operatorAccount: "bgp-operator",
            speakerAccount: "bgp-speaker"
        )
    }

    /// An API server that has what is needed but for what is said.
    private struct Server: Sendable {
        var user = "system:serviceaccount:martlet-system:bgp-operator"
        var versions = ["v2"]
        var absent: Set<String> = []
        /// Refuses these, as `user verb resource`, where the asker is `self`.
        var refused: Set<String> = []
        let asked = LogLines()

        static let kinds = [
            "bgpclusterconfigs", "bgppeerconfigs", "bgpadvertisements", "bgpnodeconfigoverrides", "bgpnodeconfigs",
            "loadbalancerippools",
        ]

        var client: KubeClient { KubeClient(transport: InMemoryTransport { try answer($0) }) }

        private func answer(_ request: KubeRequest) throws -> InMemoryTransport.Answer {
            let body = try request.body.map { try JSON.read($0) }
            switch request.path {
            case "/version": return .json(["major": "1", "minor": "34", "gitVersion": "v1.34.1"])
            case "/apis/martlet.dev/v2" where versions.contains("v2"):
                let names = Self.kinds.flatMap { [$0, "\($0)/status"] }.filter { !absent.contains($0) }
                return .json(["resources": .array(names.map { ["name": .string($0)] })])
            case "/apis/martlet.dev" where !versions.isEmpty:
                return .json(["versions": .array(versions.map { ["version": .string($0)] })])
            case "/apis/authentication.k8s.io/v1/selfsubjectreviews":
                return .json(["status": ["userInfo": ["username": .string(user)]]], status: 201)
            case "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                "/apis/authorization.k8s.io/v1/subjectaccessreviews":
                let spec = body?["spec"]
                let about = spec?["resourceAttributes"]
                let resource = [about?["resource"]?.string, about?["subresource"]?.string].compactMap(\.self)
                let who = spec?["user"]?.string?.split(separator: ":").last.map(String.init) ?? "self"
                let question = "\(who) \(about?["verb"]?.string ?? "") \(resource.joined(separator: "/"))"
                asked.logger.info("\(question) in \(about?["namespace"]?.string ?? "-")")
                return .json(["status": ["allowed": .bool(!refused.contains(question))]], status: 201)
            default:
                return .json(
                    ["kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404, "message": "not found"],
                    status: 404
                )
            }
        }
    }

    private func lines(_ server: Server) async -> (lines: [String], faults: Int) {
        var lines: [String] = []
        let found = await check(server.client).run { lines.append($0.line) }
        #expect(found.all == lines.count)
        return (lines, found.faults)
    }

    @Test func `the check passes where nothing is missing, with a line for each item`() async {
        let server = Server()
        let found = await lines(server)
        #expect(found.faults == 0)
        #expect(found.lines.allSatisfy { $0.hasPrefix("ok    ") })
        #expect(found.lines.first == "ok    the API server answers, version v1.34.1")
        #expect(found.lines.contains("ok    bgpnodeconfigs are served as martlet.dev/v2"))
        #expect(found.lines.contains("ok    asked as system:serviceaccount:martlet-system:bgp-operator"))
        #expect(found.lines.contains("ok    the operator may get and patch services/status"))
        #expect(found.lines.contains("ok    the speaker may get secrets in the namespace of the installation"))
        #expect(server.asked.all.contains { $0.contains("self create leases in martlet-system") })
        #expect(server.asked.all.contains { $0.contains("bgp-speaker get secrets in martlet-system") })
        #expect(server.asked.all.contains { $0.contains("bgp-speaker create events in default") })
    }

    @Test func `the check asks about the operator's account when another user runs it`() async {
        let server = Server(user: "kubernetes-admin", refused: ["bgp-operator patch services/status"])
        let found = await lines(server)
        #expect(
            found.lines.contains(
                "ok    asked as kubernetes-admin, about system:serviceaccount:martlet-system:bgp-operator"
            )
        )
        #expect(
            found.lines.filter { $0.hasPrefix("FAIL") } == [
                "FAIL  the operator may get and patch services/status: it may not patch; "
                    + "grant what config/rbac/operator.yaml has for it"
            ]
        )
        #expect(found.faults == 1)
    }

    @Test func `the check names every missing permission`() async {
        let found = await lines(Server(refused: ["self watch nodes", "bgp-speaker patch bgpnodeconfigs/status"]))
        #expect(
            found.lines.filter { $0.hasPrefix("FAIL") } == [
                "FAIL  the operator may get, list and watch nodes: it may not watch; "
                    + "grant what config/rbac/operator.yaml has for it",
                "FAIL  the speaker may get and patch bgpnodeconfigs.martlet.dev/status: it may not patch; "
                    + "grant what config/rbac/speaker.yaml has for it",
            ]
        )
    }

    @Test(arguments: [
        ([], "the cluster has no such kind; apply the manifests in crds/"),
        (["v2alpha1", "v3"], "the cluster serves martlet.dev as v2alpha1 and v3 only, this program knows v2"),
    ])
    func `the check says where kinds are missing, or have another version`(versions: [String], fault: String) async {
        let found = await lines(Server(versions: versions))
        #expect(found.faults == 6)
        #expect(found.lines.contains("FAIL  bgpnodeconfigs are served as martlet.dev/v2: \(fault)"))
    }

    @Test func `the check says which kind lacks which fields`() async {
        let found = await lines(Server(absent: ["bgpnodeconfigs/status", "bgppeerconfigs"]))
        #expect(
            found.lines.filter { $0.hasPrefix("FAIL") } == [
                "FAIL  bgppeerconfigs are served as martlet.dev/v2: bgppeerconfigs missing; apply the manifests in crds/",
                "FAIL  bgpnodeconfigs are served as martlet.dev/v2: bgpnodeconfigs/status missing; "
                    + "apply the manifests in crds/",
            ]
        )
    }

    @Test func `the check ends where the API server does not answer`() async {
        let client = KubeClient(
            transport: InMemoryTransport { _ in throw KubeError(.unreachable, "connection refused") }
        )
        var lines: [String] = []
        let found = await check(client).run { lines.append($0.line) }
        #expect(lines == ["FAIL  the API server answers: connection refused"])
        #expect(found.faults == 1)
    }

    @Test func `the check passes on the lab's API server with our definitions`() async throws {
        try await TestCluster.with { cluster in
            var lines: [String] = []
            let found = await check(cluster.client).run { lines.append($0.line) }
            #expect(found.faults == 0, "\(lines)")
        }
    }
}
