import KubeClient
import KubeModel
import Logging
import NIOSSL
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct HTTPTransportTests {
    private let directory: TemporaryDirectory
    private let authority: Authority

    init() async throws {
        directory = try TemporaryDirectory("transport")
        authority = try await Authority(in: directory)
    }

    private func serverTLS(wantsClient: Bool = false) throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(authority.server.path).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: authority.server.key, format: .pem))
        )
        if wantsClient {
            tls.trustRoots = .file(authority.root.path)
            tls.certificateVerification = .noHostnameVerification
        }
        return tls
    }

    private func endpoint(_ port: Int, _ change: (inout KubeEndpoint) -> Void = { _ in }) -> KubeEndpoint {
        var endpoint = KubeEndpoint(server: "https://127.0.0.1:\(port)")
        endpoint.certificateAuthority = .file(authority.root.path)
        endpoint.tlsServerName = "kube.test"
        change(&endpoint)
        return endpoint
    }

    /// The body of the answer to one request, or the failure's words with the port left out.
    private func ask(_ endpoint: KubeEndpoint, environment: [String: String] = [:]) async throws -> String {
        let transport = try HTTPTransport(
            endpoint,
            userAgent: "test",
            environment: environment,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let result: String
        do {
            let response = try await transport.send(KubeRequest(.get, "/version"))
            result = "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
        } catch let error as KubeError {
            let port = endpoint.server.split(separator: ":").last ?? ""
            result = error.message.replacing(":\(port)", with: ":PORT")
        }
        await transport.close()
        return result
    }

    private func expect(
        _ expected: String,
        from endpoint: KubeEndpoint,
        environment: [String: String] = [:],
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await ask(endpoint, environment: environment)
        #expect(answer == expected, sourceLocation: location)
    }

    private static let fine: @Sendable (String) -> LoopbackServer.Answer = { _ in .http("200 OK", "hello") }

    @Test func `a server is known by its authority and the name expected of it`() async throws {
        try await LoopbackServer.run(tls: try serverTLS(), answer: Self.fine) { port in
            try await expect("200 hello", from: endpoint(port))
            try await expect(
                "https://127.0.0.1:PORT cannot be reached: its certificate is for another name; tls-server-name says "
                    + "which name to expect",
                from: endpoint(port) { $0.tlsServerName = nil }
            )
            let blind = endpoint(port) {
                $0.tlsServerName = nil
                $0.certificateAuthority = nil
                $0.insecureSkipTLSVerify = true
            }
            try await expect("200 hello", from: blind)
        }
    }

    @Test func `a server of another authority is turned away in one line that says why`() async throws {
        let other = try await Authority(in: directory, "other")
        try await LoopbackServer.run(tls: try serverTLS(), answer: Self.fine) { port in
            try await expect(
                "https://127.0.0.1:PORT cannot be reached: its certificate is not signed by an authority that the "
                    + "kubeconfig (certificate-authority) or the system trusts",
                from: endpoint(port) { $0.certificateAuthority = .file(other.root.path) }
            )
        }
    }

    @Test func `a client certificate lets in, and its absence is named`() async throws {
        try await LoopbackServer.run(tls: try serverTLS(wantsClient: true), answer: Self.fine) { port in
            let jane = endpoint(port) {
                $0.clientCertificate = .file(authority.client.path)
                $0.clientKey = .file(authority.client.key)
            }
            try await expect("200 hello", from: jane)
            try await expect(
                "https://127.0.0.1:PORT cannot be reached: it wants a client certificate, and the kubeconfig has none "
                    + "for it",
                from: endpoint(port)
            )
        }
    }

    @Test func `a port without a server refuses at once and says so`() async throws {
        let port = try await LoopbackServer.run(answer: Self.fine) { $0 }
        try await expect("https://127.0.0.1:PORT cannot be reached: connection refused", from: endpoint(port))
    }

    @Test func `the kubeconfig's proxy and the environment's are asked to connect to the server`() async throws {
        let asked = Mutex<[String]>([])
        try await LoopbackServer.run(tls: try serverTLS(), answer: Self.fine) { port in
            let proxied: @Sendable (String) -> LoopbackServer.Answer = { head in
                asked.withLock { $0.append(String(head.prefix { !$0.isNewline })) }
                return .tunnel(port)
            }
            try await LoopbackServer.run(answer: proxied) { proxy in
                let url = "http://127.0.0.1:\(proxy)"
                try await expect("200 hello", from: endpoint(port) { $0.proxyURL = url })
                // Loopback never takes the environment's proxy, so the server goes by a name only the proxy knows.
                let named = endpoint(port) { $0.server = "https://kube.test:\(port)" }
                try await expect("200 hello", from: named, environment: ["HTTPS_PROXY": url])
            }
            let lines = asked.withLock { $0 }
            #expect(lines == ["CONNECT 127.0.0.1:\(port) HTTP/1.1", "CONNECT kube.test:\(port) HTTP/1.1"])
        }
    }

    @Test func `a token file that was replaced is read again when the server refuses the old token`() async throws {
        let token = try directory.write("old\n", to: "token")
        let seen = Mutex<[String]>([])
        try await LoopbackServer.run(
            tls: try serverTLS(),
            answer: { head in
                let line = head.split(whereSeparator: \.isNewline).first { $0.hasPrefix("Authorization:") }
                let isOld = line?.hasSuffix("old") ?? true
                // The kubelet replaces the file while the client still holds what it read.
                if isOld, seen.withLock(\.count) == 1 { _ = try? directory.write("new\n", to: "token") }
                seen.withLock { $0.append(line.map { String($0) } ?? "none") }
                return isOld && seen.withLock(\.count) > 1 ? .http("401 Unauthorized", "") : .http("200 OK", "hello")
            }
        ) { port in
            let endpoint = endpoint(port) { $0.credential = .tokenFile(token) }
            let transport = try HTTPTransport(
                endpoint,
                userAgent: "test",
                environment: [:],
                logger: Logger(label: "test")
            )
            var statuses: [Int] = []
            for _ in 0..<3 { statuses.append(try await transport.send(KubeRequest(.get, "/version")).status) }
            await transport.close()
            #expect(statuses == [200, 200, 200])
        }
        #expect(
            seen.withLock { $0 } == [
                "Authorization: Bearer old", "Authorization: Bearer old", "Authorization: Bearer new",
                "Authorization: Bearer new",
            ]
        )
    }
}
