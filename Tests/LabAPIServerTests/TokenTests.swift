import AdminSecurity
import AdminServer
import KubeClient
import KubeJSON
import KubeModel
import LabAPIServer
import Logging
import TestSupport
import Testing

@Suite(.enabled(if: tools.isMet, "\(tools.comment)"), .timeLimit(.minutes(10))) struct TokenTests {
    @Test func `kubectl makes a token for an audience and a time, and a review knows it`() async throws {
        try await withLabServer { _, url in
            let kubectl = try Kubectl(url)
            _ = try await kubectl("create", "serviceaccount", "viewer")
            let token = try await kubectl("create", "token", "viewer", "--audience=martlet.dev", "--duration=10m")
                .filter { !$0.isWhitespace }
            #expect(token.split(separator: ".").count == 3)
            let general = try await kubectl("create", "token", "viewer").filter { !$0.isWhitespace }
            try await withTransport(KubeEndpoint(server: url)) { transport in
                let client = KubeClient(transport: transport)
                func review(_ token: String, _ audiences: [String]) async throws -> JSONValue {
                    try await Self.post(
                        "/apis/authentication.k8s.io/v1/tokenreviews",
                        [
                            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview",
                            "spec": ["token": .string(token), "audiences": .array(audiences.map(JSONValue.string))],
                        ],
                        client
                    )["status"] ?? [:]
                }
                let known = try await review(token, ["martlet.dev"])
                #expect(known["authenticated"] == true)
                #expect(known["audiences"] == ["martlet.dev"])
                #expect(known["user"]?["username"] == "system:serviceaccount:default:viewer")
                #expect(
                    known["user"]?["groups"] == [
                        "system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated",
                    ]
                )
                #expect(try await review(token, [])["authenticated"] == nil)
                #expect(try await review(general, [])["authenticated"] == true)
                #expect(try await review(general, ["martlet.dev"])["authenticated"] == nil)
                #expect(try await review("made up", [])["error"]?.string?.contains("invalid bearer token") == true)
            }
        }
    }

    @Test func `no token is made for a missing account or for less than ten minutes`() async throws {
        try await withLabServer { _, url in
            let kubectl = try Kubectl(url)
            // kubectl prints the message of the answer alone, whatever its reason.
            let absent = try await kubectl.result("create", "token", "nobody")
            #expect(absent.status == .exited(1))
            #expect(absent.errors == "error: failed to create token: serviceaccounts \"nobody\" not found\n")
            try await withTransport(KubeEndpoint(server: url)) { transport in
                let request = KubeRequest.token(
                    of: ObjectKey(namespace: "default", name: "nobody"),
                    audience: "martlet.dev",
                    lifetime: .seconds(600)
                )
                let client = KubeClient(transport: transport)
                let error = await #expect(throws: KubeError.self) {
                    _ = try await client.send(request, as: JSONValue.self)
                }
                #expect(error?.code == .notFound)
                #expect(error?.status?.reason == "NotFound")
            }
            _ = try await kubectl("create", "serviceaccount", "viewer")
            let short = try await kubectl.result("create", "token", "viewer", "--duration=9m")
            #expect(short.errors.contains("may not specify a duration less than 10 minutes"))
        }
    }

    @Test func `a token opens the server that it is for, and no other`() async throws {
        var configuration = LabAPIServer.Configuration()
        configuration.bearerToken = "sesame"
        try await withLabServer(configuration) { _, url in
            func status(_ token: String) async throws -> Int {
                try await withTransport(KubeEndpoint(server: url)) { transport in
                    var request = KubeRequest(.get, "/api/v1/namespaces")
                    request.headers.append(.init("Authorization", "Bearer \(token)"))
                    return try await transport.send(request).status
                }
            }
            func token(_ audience: String?) async throws -> String {
                try await withTransport(KubeEndpoint(server: url)) { transport in
                    let client = KubeClient(transport: transport)
                    var spec: [String: JSONValue] = [:]
                    if let audience { spec["audiences"] = [.string(audience)] }
                    let answer = try await Self.post(
                        "/api/v1/namespaces/default/serviceaccounts/viewer/token",
                        ["spec": .object(spec)],
                        client,
                        as: "sesame"
                    )
                    return answer["status"]?["token"]?.string ?? ""
                }
            }
            try await withTransport(KubeEndpoint(server: url)) { transport in
                _ = try await Self.post(
                    "/api/v1/namespaces/default/serviceaccounts",
                    ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "viewer"]],
                    KubeClient(transport: transport),
                    as: "sesame"
                )
            }
            #expect(try await status(try await token(nil)) == 200)
            #expect(try await status(try await token("martlet.dev")) == 401)
        }
    }

    @Test func `a token passes through the pod proxy to a page that asks for one`() async throws {
        try await withLabServer { _, url in
            let kubectl = try Kubectl(url)
            _ = try await kubectl("create", "serviceaccount", "bgp-viewer")
            try await withTransport(KubeEndpoint(server: url)) { transport in
                let client = KubeClient(transport: transport)
                let (ports, announce) = AsyncStream.makeStream(of: Int.self)
                let server = SecuredAdminServer(
                    AdminServer.Configuration(
                        ListenAddress(host: "127.0.0.1", port: 0),
                        pages: [AdminPage("v1/peers") { _ in .text("peers") }]
                    ),
                    security: .reviewed(.selfSigned),
                    client: client,
                    metrics: MetricsRegistry(),
                    logger: Logger(label: "lab-tests", factory: { _ in SwiftLogNoOpLogHandler() }),
                    onListening: { announce.yield($0) }
                )
                try await withThrowingTaskGroup { group in
                    group.addTask { try await server.run() }
                    defer { group.cancelAll() }
                    var iterator = ports.makeAsyncIterator()
                    let port = try #require(await iterator.next())
                    try await Self.check(kubectl, client, port: port)
                }
            }
        }
    }

    private static func check(_ kubectl: Kubectl, _ client: KubeClient, port: Int) async throws {
        let pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: speaker}
            spec: {containers: [{name: speaker, image: x, ports: [{name: admin, containerPort: \(port)}]}]}
            """
        _ = try await kubectl("apply", "-f", "-", input: pod)
        let status = #"{"status":{"podIP":"127.0.0.1"}}"#
        _ = try await kubectl("patch", "pod", "speaker", "--subresource=status", "--type=merge", "-p", status)
        let path = "/api/v1/namespaces/default/pods/https:speaker:admin/proxy"
        #expect(try await kubectl("get", "--raw", "\(path)/livez") == "ok")
        #expect(try await kubectl.result("get", "--raw", "\(path)/v1/peers").status == .exited(1))
        let request = KubeRequest.token(
            of: ObjectKey(namespace: "default", name: "bgp-viewer"),
            audience: "martlet.dev",
            lifetime: .seconds(600)
        )
        let token = try await client.send(request, as: JSONValue.self)["status"]?["token"]?.string ?? ""
        let answer = try await client.podProxy(
            namespace: "default",
            pod: "speaker",
            port: "admin",
            isSecured: true,
            path: "/v1/peers",
            headers: [.init("X-Martlet-Token", token)]
        )
        #expect(String(decoding: answer.body, as: UTF8.self) == "peers")
        // What the API server takes for its own does not reach the pod.
        await #expect(throws: KubeError.self) {
            try await client.podProxy(
                namespace: "default",
                pod: "speaker",
                port: "admin",
                isSecured: true,
                path: "/v1/peers",
                headers: [.init("Authorization", "Bearer \(token)")]
            )
        }
    }

    private static func post(
        _ path: String,
        _ body: JSONValue,
        _ client: KubeClient,
        as token: String? = nil
    ) async throws -> JSONValue {
        var headers = [KubeRequest.Field("Content-Type", "application/json")]
        if let token { headers.append(.init("Authorization", "Bearer \(token)")) }
        return try await client.send(
            KubeRequest(.post, path, headers: headers, body: try JSON.encode(body)),
            as: JSONValue.self
        )
    }
}

private let tools = Requirement.programs("kubectl")
