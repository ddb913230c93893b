import FoundationEssentials
import HostileInput
import KubeJSON
import KubeModel
import LabAPIServer
import NIOPosix
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct HostileRequestTests {
    private static let object: JSONValue = [
        "apiVersion": "v1", "kind": "Service",
        "metadata": ["name": "web", "namespace": "default", "labels": ["app": "web"]],
        "spec": ["ports": [["port": 80, "protocol": "TCP"]], "selector": ["app": "web"], "type": "LoadBalancer"],
    ]

    private static let paths = [
        "/api/v1/namespaces/default/services", "/api/v1/namespaces/default/services/web",
        "/api/v1/namespaces/default/services/web/status", "/api/v1/services?watch=1&resourceVersion=0&timeoutSeconds=1",
        "/api/v1/nodes?limit=1&continue=x", "/apis/martlet.dev/v2/bgpclusterconfigs",
        "/api/v1/nodes?labelSelector=a in (",
        "/apis/discovery.k8s.io/v1/endpointslices?fieldSelector=metadata.name==", "/openapi/v3", "/apis", "/version",
        "/api/v1/namespaces/default/services/web?fieldManager=x&force=true",
        "/api/v1/namespaces/default/pods/speaker:1/proxy/livez",
        "/api/v1/namespaces/default/pods/https:speaker:1/proxy/livez",
        "/api/v1/namespaces/default/serviceaccounts/default/token", "/apis/authentication.k8s.io/v1/tokenreviews",
        "/apis/authorization.k8s.io/v1/subjectaccessreviews",
    ]

    private static let types = [
        "application/json", "application/apply-patch+yaml", "application/merge-patch+json",
        "application/json-patch+json", "application/strategic-merge-patch+json", "application/yaml",
        "application/vnd.kubernetes.protobuf", "",
    ]

    private static func request(_ generator: inout MessageGenerator) -> String {
        let verbs = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "BREW"]
        var path = paths[generator.below(paths.count)]
        if generator.chance(4) { path = generator.damaged(path).filter { $0 != " " && $0.isASCII && !$0.isNewline } }
        var value = object
        for _ in 0..<generator.below(3) { value = generator.damaged(value) }
        if generator.chance(5) { value = [["op": "replace", "path": "/spec/ports/0/port", "value": value]] }
        var body = (try? JSON.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        if generator.chance(4) { body = generator.damaged(body) }
        let head =
            "\(verbs[generator.below(verbs.count)]) \(path) HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n"
            + "Content-Type: \(types[generator.below(types.count)])\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        return generator.chance(10) ? generator.damaged(head) + body : head + body
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `hostile requests are answered, and never with a server error`(seed: UInt64) async throws {
        try await withLabServer { _, url in
            let port = try #require(url.split(separator: ":").last.flatMap { UInt16($0) })
            let faults = try await NIOThreadPool.singleton.runIfActive {
                var generator = MessageGenerator(seed: seed)
                var faults: [String] = []
                for _ in 0..<100 {
                    let request = Self.request(&generator)
                    let connection = try RawConnection(from: "127.0.0.1")
                    try connection.connect(to: port)
                    connection.send(Array(request.utf8))
                    let answer = String(decoding: connection.restAfterEnd(), as: UTF8.self)
                    // 503: there is no such pod to lead through to.
                    if answer.hasPrefix("HTTP/1.1 50"), !answer.hasPrefix("HTTP/1.1 503") {
                        faults.append("\(request)\n\(answer)")
                    }
                }
                return faults
            }
            #expect(faults == [])
        }
    }
}
