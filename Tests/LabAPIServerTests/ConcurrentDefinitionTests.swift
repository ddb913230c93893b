import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import LabAPIServer
import TestSupport
import Testing

/// Helm creates the definitions of a chart all at once.
@Suite(.timeLimit(.minutes(10))) struct ConcurrentDefinitionTests {
    private static func definition(_ number: Int) -> JSONValue {
        let plural = "things\(number)"
        return [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": .string("\(plural).example.com")],
            "spec": [
                "group": "example.com", "scope": "Cluster",
                "names": ["kind": .string("Thing\(number)"), "plural": .string(plural)],
                "versions": [
                    [
                        "name": "v1", "served": true, "storage": true,
                        "schema": ["openAPIV3Schema": ["type": "object"]],
                    ]
                ],
            ],
        ]
    }

    @Test func `definitions that arrive together are all served`() async throws {
        try await withLabServer { _, url in
            try await withTransport(KubeEndpoint(server: url)) { transport in
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<60 {
                        let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
                        let body = try JSON.encode(Self.definition(number))
                        group.addTask {
                            try await transport.send(KubeRequest(.post, path, body: body)).status
                        }
                    }
                    for try await status in group { #expect(status == 201) }
                }
                let answer = try await transport.send(KubeRequest(.get, "/apis/example.com/v1"))
                let list = try JSON.decode(JSONValue.self, from: answer.body)
                #expect(list["resources"]?.array?.count == 60)
            }
        }
    }
}
