import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import Testing

struct RequestTests {
    private let key = ObjectKey(namespace: "shop", name: "web")

    @Test func `requests have the method, path and query of the Kubernetes API`() throws {
        let requests = [
            KubeRequest.get(Service.type, key),
            .list(Service.type, ObjectScope(labelSelector: "app in (a,b)"), limit: 500, continue: "a/b="),
            .list(Lease.type, ObjectScope(namespace: "kube-system")),
            .watch(Node.type, .named("n1"), from: "12", timeout: .seconds(290)),
            .create(Lease.type, namespace: "x", [:], WriteOptions(fieldManager: "me", dryRun: true)),
            .patch(Service.type, key, .merge(["a": nil]), WriteOptions(subresource: "status")),
            .apply(Service.type, key, [:], fieldManager: "bgp-speaker/n1", force: true, subresource: "status"),
            .delete(Service.type, key, uid: "u"),
            .podProxy(
                namespace: "martlet-system",
                pod: "p",
                port: "admin",
                path: "/v1/routes",
                query: [.init("peer", "ä b")]
            ),
        ]
        #expect(
            requests.map { "\($0.method.rawValue) \($0.target)" } == [
                "GET /api/v1/namespaces/shop/services/web",
                "GET /api/v1/services?labelSelector=app%20in%20%28a%2Cb%29&limit=500&continue=a%2Fb%3D",
                "GET /apis/coordination.k8s.io/v1/namespaces/kube-system/leases",
                "GET /api/v1/nodes?watch=1&fieldSelector=metadata.name%3Dn1&resourceVersion=12&allowWatchBookmarks=true&timeoutSeconds=290",
                "POST /apis/coordination.k8s.io/v1/namespaces/x/leases?fieldManager=me&dryRun=All",
                "PATCH /api/v1/namespaces/shop/services/web/status",
                "PATCH /api/v1/namespaces/shop/services/web/status?fieldManager=bgp-speaker%2Fn1&force=true",
                "DELETE /api/v1/namespaces/shop/services/web",
                "GET /api/v1/namespaces/martlet-system/pods/p:admin/proxy/v1/routes?peer=%C3%A4%20b",
            ]
        )
        #expect(requests[5].headers == [.init("Content-Type", "application/merge-patch+json")])
        #expect(requests[6].headers == [.init("Content-Type", "application/apply-patch+yaml")])
        #expect(requests[5].body.map { String(decoding: $0, as: UTF8.self) } == "{\"a\":null}")
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let http: Int
        let reason: String?
        let code: KubeError.Code
        let recovery: KubeError.Recovery
        var testDescription: String { "\(http) \(reason ?? "")" }
    }

    static let refusals: [Refusal] = [
        Refusal(http: 400, reason: "BadRequest", code: .badRequest, recovery: .terminal),
        Refusal(http: 401, reason: "Unauthorized", code: .unauthorized, recovery: .terminal),
        Refusal(http: 403, reason: "Forbidden", code: .forbidden, recovery: .terminal),
        Refusal(http: 404, reason: "NotFound", code: .notFound, recovery: .terminal),
        Refusal(http: 409, reason: "AlreadyExists", code: .alreadyExists, recovery: .terminal),
        Refusal(http: 409, reason: "Conflict", code: .conflict, recovery: .terminal),
        Refusal(http: 410, reason: "Expired", code: .expired, recovery: .relist),
        Refusal(http: 410, reason: nil, code: .expired, recovery: .relist),
        Refusal(http: 422, reason: "Invalid", code: .invalid, recovery: .terminal),
        Refusal(http: 429, reason: "TooManyRequests", code: .tooManyRequests, recovery: .retry),
        Refusal(http: 500, reason: "InternalError", code: .serverError, recovery: .retry),
        Refusal(http: 503, reason: nil, code: .serverError, recovery: .retry),
        Refusal(http: 504, reason: "Timeout", code: .timedOut, recovery: .retry),
        Refusal(http: 418, reason: nil, code: .refused, recovery: .terminal),
    ]

    @Test(arguments: refusals)
    func `an unsuccessful answer has a code and a recovery`(refusal: Refusal) async throws {
        let client = KubeClient(
            transport: InMemoryTransport { _ in
                .json(["kind": "Status", "reason": refusal.reason.map { .string($0) } ?? .null], status: refusal.http)
            },
            retry: RetryPolicy(attempts: 1)
        )
        let error = await #expect(throws: KubeError.self) { try await client.get(Service.self, key) }
        #expect(error?.code == refusal.code)
        #expect(error?.recovery == refusal.recovery)
    }

    @Test func `an error reads as kubectl prints it`() {
        let body = Data(
            #"{"kind":"Status","reason":"NotFound","message":"services \"web\" not found","code":404}"#.utf8
        )
        let error = KubeError(KubeResponse(status: 404, body: body))
        #expect("\(error)" == #"Error from server (NotFound): services "web" not found"#)
        #expect("\(KubeError(KubeResponse(status: 502, body: Data("bad gateway\nmore".utf8))))" == "bad gateway")
        #expect("\(KubeError(KubeResponse(status: 502)))" == "the server answered with HTTP status 502")
    }

    @Test func `an answer of the wrong shape names the field`() async {
        let client = KubeClient(
            transport: InMemoryTransport { _ in .json(["metadata": ["name": "n", "labels": ["a": 1]]]) }
        )
        let error = await #expect(throws: KubeError.self) { try await client.get(Node.self, ObjectKey(name: "n")) }
        #expect(
            error?.message
                == "the answer to GET /api/v1/nodes/n cannot be decoded: metadata.labels.a: expected a string, found 1"
        )
    }

    @Test func `a version that a restored cluster has not reached yet is as good as expired`() {
        // What the watch cache answers for it (apimachinery, NewTooLargeResourceVersionError).
        let body = """
            {"kind": "Status", "status": "Failure", "reason": "Timeout", "code": 504,
             "message": "Timeout: Too large resource version: 900, current: 20",
             "details": {"causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
             "retryAfterSeconds": 1}}
            """
        let error = KubeError(KubeResponse(status: 504, body: Data(body.utf8)))
        #expect(error.code == .expired)
        #expect(error.recovery == .relist)
    }
}
