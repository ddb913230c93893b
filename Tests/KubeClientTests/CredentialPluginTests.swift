import KubeClient
import KubeJSON
import KubeModel
import PlainText
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct CredentialPluginTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory("credential-plugin")
    }

    /// Runs `script` as the plugin of a kubeconfig.
    private func authenticator(
        _ script: String,
        version: String = "client.authentication.k8s.io/v1beta1",
        more: String = "interactiveMode: Never",
        timeout: Duration? = Authenticator.pluginPatience,
        now: @escaping @Sendable () -> Timestamp = { Timestamp(secondsSinceEpoch: 0) }
    ) throws -> Authenticator {
        try directory.write(script, to: "plugin.sh")
        let config = """
            current-context: a
            contexts: [{name: a, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://x"}}]
            users:
            - name: u
              user:
                exec:
                  apiVersion: \(version)
                  command: sh
                  args: ["\(directory.path("plugin.sh"))"]
                  installHint: ask the admins
                  \(more)
            """
        let file = try directory.write(config, to: "config")
        let endpoint = try KubeEndpoint.discover(KubeConfigOptions(kubeconfig: file), environment: [:])
        return Authenticator(
            endpoint: endpoint,
            environment: ["PATH": "/usr/bin:/bin"],
            pluginTimeout: timeout,
            now: now
        )
    }

    @Test func `a plugin that prints without an end is ended, and named`() async throws {
        let authenticator = try authenticator("exec yes")
        let error = await #expect(throws: KubeError.self) { _ = try await authenticator.identity() }
        #expect(
            error?.message == "credential plugin sh printed more than 1048576 octets, and was ended (ask the admins)"
        )
    }

    @Test func `a plugin that prints all it may and ends is read whole`() async throws {
        let authenticator = try authenticator(
            "head -c 1000000 /dev/zero | tr '\\0' ' '\n" + answer("{\"token\":\"t\"}")
        )
        #expect(try await authenticator.identity().authorization?.value == "Bearer t")
    }

    @Test func `a plugin that does not end is ended when its time is over`() async throws {
        let authenticator = try authenticator("exec sleep 600", timeout: .milliseconds(50))
        let error = await #expect(throws: KubeError.self) { _ = try await authenticator.identity() }
        #expect(error?.message.contains("was ended, since it took longer than 0.05 seconds") == true)
    }

    @Test func `a plugin that leaves a program behind is not waited for longer than it runs`() async throws {
        let script = "sleep 600 &\necho $! > \(directory.path("pid"))\n" + answer("{\"token\":\"t\"}")
        #expect(try await authenticator(script).identity().authorization?.value == "Bearer t")
        // The program that holds the pipe is still there.
        let pid = try await Command("cat", directory.path("pid")).run().filter { $0.isNumber }
        try await Command("kill", pid).run()
    }

    @Test func `a plugin whose request is given up is ended`() async throws {
        let authenticator = try authenticator("echo $$ > \(directory.path("pid"))\nexec sleep 600")
        let asking = Task { try await authenticator.identity() }
        let pid = try await eventually("the plugin runs") { try? await Command("cat", directory.path("pid")).run() }
        asking.cancel()
        await #expect(throws: CancellationError.self) { _ = try await asking.value }
        await #expect(throws: (any Error).self) {
            try await Command("kill", "-0", pid.filter { $0.isNumber }).run()
        }
    }

    private func answer(_ status: String, version: String = "client.authentication.k8s.io/v1beta1") -> String {
        """
        printf '%s' '{"apiVersion":"\(version)","kind":"ExecCredential","status":\(status)}'
        """
    }

    @Test func `a plugin is run again shortly before its credential expires`() async throws {
        let time = Mutex(Timestamp(secondsSinceEpoch: 0))
        let script =
            "echo run >> \(directory.path("count"))\n"
            + answer("{\"token\":\"t\",\"expirationTimestamp\":\"1970-01-01T00:01:00Z\"}")
        let authenticator = try authenticator(script, now: { time.withLock { $0 } })
        for second in [0.0, 49, 51] {
            time.withLock { $0 = Timestamp(secondsSinceEpoch: second) }
            #expect(try await authenticator.identity().authorization?.value == "Bearer t")
        }
        #expect(try await Command("cat", directory.path("count")).run() == "run\nrun\n")
    }

    @Test func `a plugin may hand out a certificate`() async throws {
        let authenticator = try authenticator(
            answer("{\"clientCertificateData\":\"CERT\",\"clientKeyData\":\"KEY\"}")
        )
        let identity = try await authenticator.identity()
        #expect(identity.authorization == nil)
        #expect([identity.certificate?.certificate, identity.certificate?.key.value] == ["CERT", "KEY"])
    }

    @Test func `a plugin that asks for cluster information gets it`() async throws {
        let script = "printf '%s' \"$KUBERNETES_EXEC_INFO\" > \(directory.path("info"))\n" + answer("{\"token\":\"t\"}")
        let authenticator = try authenticator(script, more: "provideClusterInfo: true")
        _ = try await authenticator.identity()
        let info = try JSON.decode(JSONValue.self, from: try await Command("cat", directory.path("info")).run())
        #expect(
            info == [
                "apiVersion": "client.authentication.k8s.io/v1beta1", "kind": "ExecCredential",
                "spec": ["interactive": false, "cluster": ["server": "https://x"]],
            ]
        )
    }

    @Test(arguments: [
        ("exit 3", "ended with exit code 3"),
        ("kill -9 $$", "was ended by signal 9"),
        ("echo hello", "printed no ExecCredential"),
        (
            "printf '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\"}'",
            "answered in client.authentication.k8s.io/v1, expected client.authentication.k8s.io/v1beta1"
        ),
        (
            "printf '{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"kind\":\"ExecCredential\"}'",
            "printed an ExecCredential without a status"
        ),
        (
            "printf '{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{\"clientKeyData\":\"k\"}}'",
            "printed a certificate without its key, or a key without its certificate"
        ),
        (
            "printf '{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{}}'",
            "printed neither a token nor a certificate"
        ),
    ])
    func `a plugin that gives nothing usable is named, with what went wrong`(script: String, words: String) async throws
    {
        let authenticator = try authenticator(script)
        let error = await #expect(throws: KubeError.self) { _ = try await authenticator.identity() }
        #expect(error?.message == "credential plugin sh \(words) (ask the admins)")
    }
}
