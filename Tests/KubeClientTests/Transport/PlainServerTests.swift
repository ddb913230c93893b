import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import Logging
import NIOSSL
import Synchronization
import TestSupport
import Testing

/// A server that is asked without TLS: it is shown no credential, and a proxy on the way is asked for the whole URL.
@Suite(.timeLimit(.minutes(10)))
struct PlainServerTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory("plain")
    }

    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Every credential that there is, each with a secret of its own in it.
    private func credentials() throws -> [KubeEndpoint.Credential] {
        let plugin = try directory.write(
            """
            #!/bin/sh
            touch \(directory.path("ran"))
            echo '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "secret"}}'
            """,
            to: "plugin"
        )
        let exec = try JSON.decode(
            ExecPlugin.self,
            from: #"{"apiVersion": "client.authentication.k8s.io/v1", "command": "/bin/sh", "args": ["\#(plugin)"], "#
                + #""interactiveMode": "Never"}"#
        )
        return [
            .token(Redacted("secret")), .tokenFile(try directory.write("secret", to: "token")),
            .basic(username: "jane", password: Redacted("secret")), .exec(exec, directory: directory.path),
        ]
    }

    /// A connection for each request, but for the many that go out at once.
    private static func answer(_ head: String) -> LoopbackServer.Answer {
        head.contains("/at/") ? .targets(.max) : .http("200 OK", "hello")
    }

    /// Asks in all the ways in which a transport can ask.
    private func askInAllWays(_ endpoint: KubeEndpoint, environment: [String: String] = [:]) async throws {
        let transport = try HTTPTransport(endpoint, userAgent: "test", environment: environment, logger: Self.quiet)
        let request = KubeRequest(.get, "/version")
        _ = try await transport.send(request)
        _ = try await transport.read(request) { _ in }
        for try await _ in try await transport.stream(request).pieces {}
        var answered = 0
        await transport.send((0..<70).map { KubeRequest(.get, "/at/\($0)") }) { _, answer in
            if case .success = answer { answered += 1 }
            return true
        }
        #expect(answered == 70)
        await transport.close()
    }

    @Test(arguments: [false, true])
    func `a server without TLS is sent no credential, whatever it is and however the request is made`(isProxied: Bool)
        async throws
    {
        for credential in try credentials() {
            let heads = Mutex<[String]>([])
            let answer: @Sendable (String) -> LoopbackServer.Answer = { head in
                heads.withLock { $0.append(head) }
                return Self.answer(head)
            }
            try await LoopbackServer.run(answer: answer) { port in
                var endpoint = KubeEndpoint(server: "http://127.0.0.1:\(port)")
                endpoint.credential = credential
                if isProxied { endpoint.proxyURL = "http://127.0.0.1:\(port)" }
                try await askInAllWays(endpoint)
            }
            let seen = heads.withLock { $0 }
            #expect(seen.count >= 4)
            for head in seen {
                #expect(!head.lowercased().contains("authorization"), "\(head)")
            }
        }
        #expect(!FileManager.default.fileExists(atPath: directory.path("ran")), "no plugin runs for nothing")
    }

    @Test func `a server without TLS that asks for a credential gets none either`() async throws {
        for credential in try credentials() {
            let heads = Mutex<[String]>([])
            let answer: @Sendable (String) -> LoopbackServer.Answer = { head in
                heads.withLock { $0.append(head) }
                return .http("401 Unauthorized", "")
            }
            try await LoopbackServer.run(answer: answer) { port in
                var endpoint = KubeEndpoint(server: "http://127.0.0.1:\(port)")
                endpoint.credential = credential
                let transport = try HTTPTransport(endpoint, userAgent: "test", environment: [:], logger: Self.quiet)
                #expect(try await transport.send(KubeRequest(.get, "/version")).status == 401)
                await transport.close()
            }
            #expect(heads.withLock { $0 }.allSatisfy { !$0.contains("Authorization") })
        }
    }

    @Test(arguments: [
        ("http://a", false), ("HTTP://a", false), ("https://a", true), ("HTTPS://a:6443", true), ("a:6443", true),
        ("ftp://a", false),
    ])
    func `the URL decides whether a server has TLS`(server: String, isSecured: Bool) {
        #expect(KubeEndpoint(server: server).isSecured == isSecured)
    }

    @Test func `a server without TLS and the unused credential are reported once`() async throws {
        let lines = Mutex<[String]>([])
        let logger = Logger(label: "test") { _ in LineHandler { line in lines.withLock { $0.append(line) } } }
        for (server, credential) in [
            ("http://127.0.0.1:1", KubeEndpoint.Credential.token(Redacted("secret"))), ("http://127.0.0.1:1", .none),
            ("https://127.0.0.1:1", .token(Redacted("secret"))),
        ] {
            var endpoint = KubeEndpoint(server: server)
            endpoint.credential = credential
            try await HTTPTransport(endpoint, userAgent: "test", environment: [:], logger: logger).close()
        }
        let told = lines.withLock { $0 }
        #expect(told.count == 1 && told[0].contains("not shown the credential"), "\(told)")
        #expect(told.allSatisfy { !$0.contains("secret") })
    }

    @Test func `a server without TLS behind a proxy is asked for by its whole URL`()
        async throws
    {
        let heads = Mutex<[String]>([])
        let answer: @Sendable (String) -> LoopbackServer.Answer = { head in
            heads.withLock { $0.append(head) }
            return Self.answer(head)
        }
        try await LoopbackServer.run(answer: answer) { proxy in
            let url = "http://jane:open%20sesame@127.0.0.1:\(proxy)"
            var endpoint = KubeEndpoint(server: "http://kube.test:8080/base/")
            endpoint.proxyURL = url
            try await askInAllWays(endpoint)
            endpoint.proxyURL = nil
            for name in ["HTTP_PROXY", "http_proxy"] { try await askInAllWays(endpoint, environment: [name: url]) }
            // An IPv6 address, and a port that needs no saying.
            endpoint = KubeEndpoint(server: "http://[2001:db8::1]")
            endpoint.proxyURL = "127.0.0.1:\(proxy)"
            try await askInAllWays(endpoint)
        }
        let seen = heads.withLock { $0 }
        #expect(!seen.isEmpty)
        for head in seen {
            let line = head.prefix { !$0.isNewline }
            if head.contains("kube.test") {
                #expect(line.hasPrefix("GET http://kube.test:8080/base/"), "\(line)")
                #expect(head.contains("Host: kube.test:8080"))
                #expect(head.contains("Proxy-Authorization: Basic amFuZTpvcGVuIHNlc2FtZQ=="))
            } else {
                #expect(line.hasPrefix("GET http://[2001:db8::1]:80/"), "\(line)")
                #expect(head.contains("Host: [2001:db8::1]:80"))
                #expect(!head.contains("Proxy-Authorization"))
            }
        }
    }

    @Test func `NO_PROXY leads directly to a server, and a proxy that is away to none`() async throws {
        let heads = Mutex<[String]>([])
        let port = try await LoopbackServer.run(answer: { head in
            heads.withLock { $0.append(head) }
            return .http("200 OK", "hello")
        }) { port in
            let transport = try HTTPTransport(
                KubeEndpoint(server: "http://127.0.0.1:\(port)"),
                userAgent: "test",
                environment: ["HTTP_PROXY": "http://127.0.0.1:1", "NO_PROXY": "127.0.0.1"],
                logger: Self.quiet
            )
            #expect(try await transport.send(KubeRequest(.get, "/version")).status == 200)
            await transport.close()
            return port
        }
        #expect(heads.withLock { $0.first }?.hasPrefix("GET /version HTTP/1.1") == true)
        var endpoint = KubeEndpoint(server: "http://kube.test:8080")
        endpoint.proxyURL = "http://127.0.0.1:\(port)"
        let transport = try HTTPTransport(endpoint, userAgent: "test", environment: [:], logger: Self.quiet)
        let error = await #expect(throws: KubeError.self) {
            _ = try await transport.send(KubeRequest(.get, "/version"))
        }
        #expect(error?.message == "http://kube.test:8080 cannot be reached: connection refused")
        await transport.close()
    }
}

/// Hands each line of a log on, with its metadata.
private struct LineHandler: LogHandler {
    let take: @Sendable (String) -> Void
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    init(take: @escaping @Sendable (String) -> Void) {
        self.take = take
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        take("\(event.message) \(event.metadata ?? [:])")
    }
}
