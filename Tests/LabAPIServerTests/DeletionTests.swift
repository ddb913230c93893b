import FoundationEssentials
import KubeClient
import KubeModel
import LabAPIServer
import TestSupport
import Testing

/// How typed clients such as Helm delete: with options in protobuf (`k8s.io/apimachinery/pkg/apis/meta/v1`, DeleteOptions).
@Suite(.timeLimit(.minutes(10))) struct DeletionTests {
    private static let path = "/api/v1/namespaces/default/configmaps/c"

    /// Kubernetes' envelope around fields of DeleteOptions.
    private func body(_ fields: [UInt8], apiVersion: String = "v1") -> [UInt8] {
        let type = field(1, Array(apiVersion.utf8)) + field(2, Array("DeleteOptions".utf8))
        return [0x6B, 0x38, 0x73, 0x00] + field(1, type) + field(2, fields) + field(3, []) + field(4, [])
    }

    /// A field of octets, fewer than 128.
    private func field(_ number: UInt8, _ octets: [UInt8]) -> [UInt8] {
        [number << 3 | 2, UInt8(octets.count)] + octets
    }

    private func delete(
        _ url: String,
        _ body: [UInt8],
        _ type: String = "application/vnd.kubernetes.protobuf"
    ) async throws -> Int {
        try await withTransport(KubeEndpoint(server: url)) { transport in
            let headers = [KubeRequest.Field("Content-Type", type)]
            return try await transport.send(KubeRequest(.delete, Self.path, headers: headers, body: Data(body))).status
        }
    }

    @Test func `delete options in protobuf are understood`() async throws {
        try await withLabServer { _, url in
            let kubectl = try Kubectl(url)
            _ = try await kubectl("create", "configmap", "c")
            let uid = try await kubectl("get", "configmap", "c", "-o", "jsonpath={.metadata.uid}")
            func names() async throws -> String { try await kubectl("get", "configmap", "-o", "name") }

            // gracePeriodSeconds 0 stands there as it is; another object's uid is refused.
            let other = field(2, field(1, Array("another".utf8)))
            #expect(try await delete(url, body([1 << 3, 0] + other)) == 409)
            #expect(try await delete(url, body(field(5, Array("All".utf8)))) == 200)
            #expect(try await names() == "configmap/c\n")
            let own = field(2, field(1, Array(uid.utf8)))
            #expect(try await delete(url, body(own + field(4, Array("Background".utf8)))) == 200)
            #expect(try await names() == "")
        }
    }

    /// Every group has this kind under a version of its own.
    @Test func `delete options in protobuf decide what happens to dependents`() async throws {
        try await withLabServer { _, url in
            let kubectl = try Kubectl(url)
            _ = try await kubectl("create", "configmap", "c")
            let uid = try await kubectl("get", "configmap", "c", "-o", "jsonpath={.metadata.uid}")
            let dependent = """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: d, ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: c, uid: \(uid)}]}
                """
            _ = try await kubectl("create", "-f", "-", input: dependent)
            #expect(try await delete(url, body(field(4, Array("Orphan".utf8)), apiVersion: "apps/v1")) == 200)
            try await eventually("the object is gone, and what depended on it depends on nothing", is: "d:") {
                let jsonPath = "jsonpath={range .items[*]}{.metadata.name}:{.metadata.ownerReferences}{end}"
                return try await kubectl("get", "configmap", "-o", jsonPath)
            }
        }
    }

    @Test func `delete options in an unknown encoding are refused`() async throws {
        try await withLabServer { _, url in
            _ = try await Kubectl(url)("create", "configmap", "c")
            #expect(try await delete(url, [1, 2, 3]) == 415)
            #expect(try await delete(url, Array("kind=x".utf8), "application/x-www-form-urlencoded") == 415)
            #expect(try await Kubectl(url)("get", "configmap", "-o", "name") == "configmap/c\n")
        }
    }
}
