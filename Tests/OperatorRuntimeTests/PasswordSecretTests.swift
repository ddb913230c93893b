import BGPResources
import KubeClient
import KubeModel
import OperatorRuntime
import Synchronization
import TestCluster
import TestSupport
import Testing

/// What the operator asks about the Secrets that PeerConfigs name.
@Suite(.timeLimit(.minutes(10)))
struct PasswordSecretTests {
    private func peerConfig(_ name: String, _ secret: String) -> String {
        """
        apiVersion: martlet.dev/v2
        kind: BGPPeerConfig
        metadata: {name: \(name)}
        spec: {authSecretRef: \(secret)}

        """
    }

    private func secret(_ name: String) -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: \(name), namespace: default}
        stringData: {password: hunter2}

        """
    }

    @Test func `password Secrets are read by name, known from the start, and followed`() async throws {
        try await TestCluster.with { cluster in
            let asked = Mutex<Set<String>>([])
            let client = cluster.client { request in
                if request.path.contains("/secrets") { asked.withLock { _ = $0.insert(request.target) } }
                return request
            }
            @Sendable func state(_ name: String) async throws -> String? {
                try await cluster.conditions(BGPPeerConfig.self, name)?["MissingAuthSecret"]
            }
            for text in [secret("there"), secret("unnamed"), peerConfig("a", "there"), peerConfig("b", "late")] {
                try await cluster.apply(text)
            }
            try await running(operatorServices(client)) {
                try await eventually("one is there", is: "False AuthSecretValidated") { try await state("a") }
                try await eventually("the other is not", is: "True AuthSecretMissing") { try await state("b") }
                try await cluster.apply(secret("late"))
                try await eventually("it is seen", is: "False AuthSecretValidated") { try await state("b") }
                // A reference that is new is never told to be missing before it was looked for.
                try await cluster.apply(secret("another"))
                try await cluster.apply(peerConfig("c", "another"))
                try await eventually("it is there", is: Optional("False AuthSecretValidated")) { () -> String? in
                    let seen = try await state("c")
                    #expect(seen == nil || seen == "False AuthSecretValidated")
                    return seen
                }
            }
            let path = "/api/v1/namespaces/default/secrets/"
            #expect(asked.withLock { $0 } == [path + "there", path + "late", path + "another"])
        }
    }

    @Test func `a missing Secret is one warning, and its arrival one event`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(peerConfig("a", "late"))
            @Sendable func events() async throws -> [String] {
                try await cluster.client.list(Event.self).items
                    .filter { $0.regarding.name == "a" }
                    .map { "\($0.type.rawValue) \($0.reason)" }
            }
            try await running(operatorServices(cluster.client)) {
                try await eventually("it is missing", is: "True AuthSecretMissing") {
                    try await cluster.conditions(BGPPeerConfig.self, "a")?["MissingAuthSecret"]
                }
                try await eventually("that is told", is: ["Warning AuthSecretMissing"]) { try await events() }
                try await cluster.apply(secret("late"))
                try await eventually("it has come", is: "True Accepted") {
                    try await cluster.conditions(BGPPeerConfig.self, "a")?["Ready"]
                }
                try await eventually(
                    "that is told, and nothing twice",
                    is: ["Normal MissingAuthSecretResolved", "Warning AuthSecretMissing"]
                ) { try await events().sorted() }
            }
        }
    }
}
