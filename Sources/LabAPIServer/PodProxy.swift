import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import KubeJSON
import KubeModel
import NIOCore
import NIOHTTP1
import NIOSSL

/// `pods/NAME/proxy`: passes a request on to the address in the pod's status, as the real server does.
///
/// With `https:` before the name it connects with TLS, and like the real server asks for no proof of who answers.
struct PodProxy: Sendable {
    private let client: HTTPClient
    private static let patience = TimeAmount.seconds(30)
    private static let largestBody = 16 * 1024 * 1024
    private static let trusting = {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        return configuration
    }()

    init(client: HTTPClient = .shared) {
        self.client = client
    }

    /// The answer of the pod; throws 404 without the pod, 503 when it cannot be reached.
    func forward(_ request: Request, info: RequestInfo, store: ObjectStore) async throws -> Response {
        let target = try target(info, store)
        let path = info.tail.joined(separator: "/")
        let query = request.uri.query.map { "?\($0)" } ?? ""
        var outgoing = HTTPClientRequest(url: "\(target)/\(path)\(query)")
        outgoing.tlsConfiguration = Self.trusting
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for field in request.headers where !Self.ownFields.contains(field.name) {
            outgoing.headers.add(name: field.name.rawName, value: field.value)
        }
        let body = try await request.body.collect(upTo: Self.largestBody)
        if body.readableBytes > 0 { outgoing.body = .bytes(body) }
        let answer: HTTPClientResponse
        do {
            answer = try await client.execute(outgoing, timeout: Self.patience)
        } catch {
            throw APIError(503, "ServiceUnavailable", "error trying to reach service: \(error)")
        }
        var headers = HTTPFields()
        for (name, value) in answer.headers {
            guard let name = HTTPField.Name(name), !Self.ownFields.contains(name) else { continue }
            headers.append(HTTPField(name: name, value: value))
        }
        return Response(
            status: HTTPResponse.Status(code: Int(answer.status.code)),
            headers: headers,
            body: ResponseBody(asyncSequence: answer.body)
        )
    }

    /// Fields that belong to one connection and are not passed on (RFC 9110 §7.6.1), and what is ours alone.
    private static let ownFields: Set<HTTPField.Name> = [
        .connection, .transferEncoding, .contentLength, .authorization, .upgrade, .trailer, .te,
    ]

    private func target(_ info: RequestInfo, _ store: ObjectStore) throws(APIError) -> String {
        var parts = (info.name ?? "").split(separator: ":").map(String.init)
        let scheme = parts.count > 1 && ["http", "https"].contains(parts[0]) ? parts.removeFirst() : "http"
        let name = parts.first ?? ""
        let pod = store.object(BuiltinResources.pods, ObjectKey(namespace: info.namespace, name: name))?.value
        guard let pod else {
            var error = APIError(404, "NotFound", "pods \"\(name)\" not found")
            error.details = KubeStatus.Details(name: name, kind: "pods")
            throw error
        }
        guard let address = pod.value(at: "status", "podIP")?.string else {
            throw APIError(503, "ServiceUnavailable", "address not allowed: pod \"\(name)\" has no address")
        }
        let port = parts.count > 1 ? port(parts[1], of: pod) : firstPort(of: pod)
        let host = address.contains(":") ? "[\(address)]" : address
        return "\(scheme)://\(host):\(port)"
    }

    private func port(_ text: String, of pod: JSONValue) -> Int64 {
        if let number = Int64(text) { return number }
        return ports(of: pod).first { $0["name"]?.string == text }?["containerPort"]?.integer ?? 80
    }

    private func firstPort(of pod: JSONValue) -> Int64 { ports(of: pod).first?["containerPort"]?.integer ?? 80 }

    private func ports(of pod: JSONValue) -> [JSONValue] {
        (pod.value(at: "spec", "containers")?.array ?? []).flatMap { $0["ports"]?.array ?? [] }
    }
}
