import KubeModel
import Planning
import Testing

@Suite struct KnownSecretsTests {
    private func secret(_ data: [String: String]) -> Secret {
        var secret = Secret(metadata: ObjectMeta(name: "tor", namespace: "n", uid: "1"), stringData: data)
        secret.metadata.labels = ["a": "b"]
        return secret
    }

    @Test(arguments: [["password": "hunter2", "more": "x"], ["password": ""], ["word": "hunter2"], [:]])
    func `a known Secret is usable without its password, which is not kept`(data: [String: String]) {
        let whole = secret(data)
        let kept = whole.withoutPassword
        #expect(KnownSecrets([kept], namespace: "n") == KnownSecrets([whole], namespace: "n"))
        #expect(kept.text("password")?.value != "hunter2")
        #expect(kept.text("more") == nil && kept.text("word") == nil)
        // What does not matter makes no change.
        #expect(kept.metadata == ObjectMeta(name: "tor", namespace: "n"))
    }
}
