import KubeClient
import KubeModel
import TestSupport
import Testing

struct KubeConfigTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory("kubeconfig") }

    private func write() throws -> [String] {
        let first = """
            current-context: lab
            contexts:
            - {name: lab, context: {cluster: c1, user: u1, namespace: team}}
            - {name: lost, context: {cluster: nowhere, user: u1}}
            clusters:
            - {name: c1, cluster: {server: "https://first:6443/", certificate-authority: pki/ca.crt, tls-server-name: api}}
            users:
            - {name: u1, user: {tokenFile: token}}
            """
        let second = """
            current-context: other
            contexts:
            - {name: lab, context: {cluster: c2, user: u2}}
            - {name: other, context: {cluster: c2, user: u2}}
            clusters:
            - {name: c1, cluster: {server: "https://shadowed"}}
            - {name: c2, cluster: {server: "http://second:8080", proxy-url: "http://proxy:3128"}}
            users:
            - {name: u2, user: {username: me, password: secret}}
            """
        return [try directory.write(first, to: "a/config"), try directory.write(second, to: "b/config")]
    }

    @Test func `the first of several files wins, missing ones do not matter, and paths count from their file`() throws {
        let files = try write()
        let environment = ["KUBECONFIG": "\(directory.path)/absent:\(files[0]):\(files[1])"]
        var expected = KubeEndpoint(server: "https://first:6443")
        expected.certificateAuthority = .file("\(directory.path)/a/pki/ca.crt")
        expected.tlsServerName = "api"
        expected.credential = .tokenFile("\(directory.path)/a/token")
        expected.namespace = "team"
        expected.context = "lab"
        #expect(try KubeEndpoint.discover(environment: environment) == expected)
    }

    @Test func `flags choose context, cluster and user`() throws {
        let environment = ["KUBECONFIG": try write().joined(separator: ":")]
        let other = try KubeEndpoint.discover(KubeConfigOptions(context: "other"), environment: environment)
        #expect(other.server == "http://second:8080")
        #expect(other.proxyURL == "http://proxy:3128")
        #expect(other.credential == .basic(username: "me", password: Redacted("secret")))
        let mixed = try KubeEndpoint.discover(KubeConfigOptions(cluster: "c2", user: "u2"), environment: environment)
        #expect([mixed.server, mixed.namespace, mixed.context] == ["http://second:8080", "team", "lab"])
    }

    @Test func `errors name the file and the context or field`() throws {
        let files = try write()
        let broken = try directory.write("clusters:\n- name: c\n  cluster: {server: 5}\n", to: "broken")
        let rows: [(KubeConfigOptions, String)] = [
            (
                KubeConfigOptions(kubeconfig: files[0], context: "x"),
                "\(files[0]): context \"x\" does not exist, expected one of: lab, lost"
            ),
            (
                KubeConfigOptions(kubeconfig: files[0], context: "lost"),
                "\(files[0]): cluster \"nowhere\" of context \"lost\" does not exist"
            ),
            (KubeConfigOptions(kubeconfig: "/absent"), "/absent: the kubeconfig cannot be read"),
            (
                KubeConfigOptions(kubeconfig: broken),
                "\(broken):3:21: clusters[0].cluster.server: expected a string, found 5"
            ),
        ]
        for (options, message) in rows {
            let error = #expect(throws: KubeError.self) { try KubeEndpoint.discover(options, environment: [:]) }
            #expect(error?.message == message)
        }
    }

    @Test func `a kubeconfig may come from a pipe, as kubectl takes it`() async throws {
        let file = try write()[0]
        let expected = try KubeEndpoint.discover(KubeConfigOptions(kubeconfig: file), environment: [:])
        let pipe = directory.path("pipe")
        try await Command("mkfifo", pipe).run()
        // Opening either end waits for the other.
        async let writing = Command("cp", file, pipe).run()
        let endpoint = try KubeEndpoint.discover(KubeConfigOptions(kubeconfig: pipe), environment: [:])
        _ = try await writing
        #expect([endpoint.server, endpoint.context] == [expected.server, expected.context])
    }

    @Test func `a kubeconfig without an end is refused, and so is what cannot be read`() throws {
        for (path, message) in [
            ("/dev/zero", "/dev/zero: the kubeconfig cannot be read: it has more than 8388608 octets"),
            (directory.path, "\(directory.path): the kubeconfig cannot be read: Is a directory"),
        ] {
            let error = #expect(throws: KubeError.self) {
                try KubeEndpoint.discover(KubeConfigOptions(kubeconfig: path), environment: [:])
            }
            #expect(error?.message == message)
        }
    }

    @Test func `a pod uses its service account and reads a replaced token again`() async throws {
        let token = try directory.write("one\n", to: "sa/token")
        try directory.write("martlet-system", to: "sa/namespace")
        let endpoint = try KubeEndpoint.discover(
            environment: ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"],
            serviceAccount: directory.path("sa")
        )
        #expect([endpoint.server, endpoint.namespace] == ["https://[fd00::1]:443", "martlet-system"])
        let authenticator = Authenticator(endpoint: endpoint, environment: [:])
        #expect(try await authenticator.identity().authorization?.value == "Bearer one")
        try directory.write("two", to: "sa/token")
        #expect(try await authenticator.identity().authorization?.value == "Bearer one")
        #expect(await authenticator.refused())
        #expect(try await authenticator.identity().authorization?.value == "Bearer two")
        #expect(token.hasSuffix("token"))
    }

    @Test func `a credential plugin is run once until its credential is refused`() async throws {
        let script = """
            #!/bin/sh
            echo run >> "$COUNT"
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t-%s"}}' "$1"
            """
        let plugin = try directory.write(script, to: "bin/plugin")
        _ = try await Command("chmod", "+x", plugin).run()
        let config = """
            current-context: a
            contexts: [{name: a, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://x"}}]
            users:
            - name: u
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: ./bin/plugin
                  args: [me]
                  env: [{name: COUNT, value: \(directory.path("count"))}]
                  interactiveMode: Never
            """
        let file = try directory.write(config, to: "config")
        let endpoint = try KubeEndpoint.discover(KubeConfigOptions(kubeconfig: file), environment: [:])
        let authenticator = Authenticator(endpoint: endpoint, environment: ["PATH": "/usr/bin:/bin"])
        for _ in 1...2 { #expect(try await authenticator.identity().authorization?.value == "Bearer t-me") }
        #expect(try await Command("cat", directory.path("count")).run() == "run\n")
    }
}
