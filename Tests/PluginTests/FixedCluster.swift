import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import Synchronization
import TestSupport
import kubectl_bgp

/// An API server whose objects never change and whose speakers always say the same.
struct FixedCluster: KubeTransport {
    var objects: [any KubeObject] = []

    /// Items that lists have besides the objects, by the plural of their kind.
    var odd: [String: [JSONValue]] = [:]

    /// What a watch delivers after the list, before it goes silent.
    var changes: [WatchEvent] = []

    /// The plural of the one kind whose watch delivers the changes; nil for all.
    var changing: String?

    /// What it delivers besides, once so much was asked of pods and for tokens; takes `questions`.
    var laterChanges: (questions: Int, changes: [WatchEvent])?

    /// Remembers the bodies of patches, when a test asks for them.
    var patches: Patches?

    /// The answers of pods by pod, port, path and query, such as `speaker-a:9179/v1/peers`.
    ///
    /// They are asked with TLS and a token, those in `plainPods` without. An empty node in an answer stands for the pod's own.
    var pods: [String: String] = [:]

    /// The pods that know no TLS.
    var plainPods: Set<String> = []

    /// Remembers what was asked of pods and for tokens, when a test asks for it.
    var questions: Patches?

    /// The plurals of kinds that not every cluster has and this one has.
    var served: Set<String> = []

    /// Collections that the user may not list, by path.
    var forbidden: Set<String> = []

    func send(_ request: KubeRequest) async throws -> KubeResponse {
        if request.path == "/version" {
            return answer(200, ["major": "1", "minor": "34", "gitVersion": "v1.34.1"])
        }
        if let proxy = request.path.firstRange(of: "/proxy/"), request.path.contains("/pods/") {
            questions?.note(request)
            var pod = request.path[..<proxy.lowerBound].split(separator: "/").last ?? ""
            let isSecured = pod.hasPrefix("https:")
            if isSecured { pod = pod.dropFirst(6) }
            let token = request.headers.first { $0.name == "X-Martlet-Token" }?.value
            guard isSecured != plainPods.contains(String(pod.prefix { $0 != ":" })) else {
                return refusal(503, "ServiceUnavailable", "error trying to reach service: TLS is not as expected")
            }
            guard token == (isSecured ? Self.token : nil) else {
                return KubeResponse(status: 401, body: Data("the API server does not know this token\n".utf8))
            }
            let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
            let target = "\(pod)/\(request.path[proxy.upperBound...])" + (query.isEmpty ? "" : "?\(query)")
            let bare = String(target.prefix { $0 != "?" })
            guard let text = pods[target] ?? pods[bare] else {
                return refusal(503, "ServiceUnavailable", "error trying to reach service: \(target) refused")
            }
            let node = pod.prefix { $0 != ":" }.replacing("speaker-", with: "node-")
            return KubeResponse(
                status: 200,
                body: Data(text.replacing("\"node\": \"\"", with: "\"node\": \"\(node)\"").utf8)
            )
        }
        if forbidden.contains(request.path) {
            return refusal(403, "Forbidden", "\(request.path) is forbidden: User \"jane\" cannot list it")
        }
        if request.method == .patch { patches?.note(request) }
        if request.method == .post, request.path.hasSuffix("/serviceaccounts/bgp-viewer/token") {
            questions?.note(request)
            return answer(201, ["kind": "TokenRequest", "status": ["token": .string(Self.token)]])
        }
        let name = request.path.split(separator: "/").last.map(String.init) ?? ""
        for object in objects where Swift.type(of: object).type.path(object.key) == request.path {
            return answer(200, try object.manifest())
        }
        guard Self.plurals.union(served).contains(name) else {
            let plural = request.path.split(separator: "/").dropLast().last ?? ""
            return refusal(404, "NotFound", "\(plural) \"\(name)\" not found")
        }
        let selector = request.query.first { $0.name == "labelSelector" }?.value
        let items = try objects.filter { object in
            let type = Swift.type(of: object).type
            return [type.path(), type.path(namespace: object.metadata.namespace)].contains(request.path)
                && Self.selects(selector, object.metadata.labels ?? [:])
        }
        .map { try $0.manifest() }
        return answer(
            200,
            ["metadata": ["resourceVersion": "1"], "items": .array(items + (odd[name] ?? []))]
        )
    }

    func stream(_ request: KubeRequest) async throws -> KubeStream {
        let isChanging = changing.map { request.path.hasSuffix("/\($0)") } ?? true
        func lines(_ changes: [WatchEvent]) throws -> [[UInt8]] {
            try (isChanging ? changes : []).map { Array(try JSON.encode($0)) + [UInt8(ascii: "\n")] }
        }
        if let laterChanges, isChanging {
            let stages = Mutex((now: try lines(changes)[...], later: try lines(laterChanges.changes)[...]))
            return KubeStream(
                status: 200,
                pieces: AsyncThrowingStream {
                    if let line = stages.withLock({ $0.now.popFirst() }) { return line }
                    try await eventually("the pods were asked", is: true) {
                        (questions?.all.count ?? 0) >= laterChanges.questions
                    }
                    if let line = stages.withLock({ $0.later.popFirst() }) { return line }
                    try await Task.sleep(for: .seconds(3600))
                    return nil
                }
            )
        }
        let lines = try lines(changes)
        let (pieces, continuation) = AsyncThrowingStream.makeStream(of: [UInt8].self)
        for line in lines { continuation.yield(line) }
        return KubeStream(status: 200, pieces: pieces)
    }

    private func answer(_ status: Int, _ value: JSONValue) -> KubeResponse {
        KubeResponse(status: status, body: (try? JSON.encode(value)) ?? Data())
    }

    private func refusal(_ status: Int, _ reason: String, _ message: String) -> KubeResponse {
        answer(
            status,
            ["kind": "Status", "status": "Failure", "reason": .string(reason), "message": .string(message)]
        )
    }

    /// What a viewer's token is here.
    static let token = "viewer-token"

    private static let plurals: Set<String> = [
        "services", "endpointslices", "nodes", "namespaces", "pods", "bgpnodeconfigs", "bgppeerconfigs",
        "bgpadvertisements", "bgpclusterconfigs", "bgpnodeconfigoverrides", "loadbalancerippools",
    ]

    /// Understands `key=value` pairs with commas.
    private static func selects(_ selector: String?, _ labels: [String: String]) -> Bool {
        (selector ?? "").split(separator: ",").allSatisfy { term in
            let parts = term.split(separator: "=", maxSplits: 1).map(String.init)
            return parts.count == 2 && labels[parts[0]] == parts[1]
        }
    }
}

/// What a command sent, in its order.
final class Patches: Sendable {
    private let noted = Mutex<[String]>([])

    /// Path and body of every request.
    var all: [String] { noted.withLock { $0 } }

    func note(_ request: KubeRequest) {
        let body = request.body.map { String(decoding: $0, as: UTF8.self) } ?? ""
        noted.withLock { $0.append("\(request.path) \(body)") }
    }
}

/// Connects to a fixed cluster whatever the flags say.
struct FixedConnector: ClusterConnector {
    let cluster: FixedCluster

    func withCluster<Result: Sendable>(
        _ options: ConnectionOptions,
        _ work: (Cluster) async throws -> Result
    ) async throws -> Result {
        guard options.context != "nowhere" else {
            throw CommandFailure.error("context \"nowhere\" does not exist")
        }
        return try await work(Cluster(client: KubeClient(transport: cluster, retry: RetryPolicy(attempts: 1))))
    }

    func contextNames(_ options: ConnectionOptions) -> [String] { ["prod", "lab"] }
}
