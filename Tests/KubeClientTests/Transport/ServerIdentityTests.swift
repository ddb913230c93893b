import KubeClient
import KubeModel
import Logging
import NIOSSL
import TestSupport
import Testing

/// Whose certificate is taken: one for the name where a name is expected, one for the address where that is, and no other.
@Suite(.timeLimit(.minutes(5))) struct ServerIdentityTests {
    /// A certificate, whom the client expects, and whether it is let in.
    struct Case: CustomTestStringConvertible {
        let names: String?
        var subject = "server"
        var host = "localhost"
        var serverName: String?
        let isTaken: Bool

        var testDescription: String {
            "\(names ?? "no alternative name"), subject \(subject), for \(serverName ?? host)"
        }
    }

    static let cases = [
        Case(names: "DNS:localhost", isTaken: true),
        Case(names: "DNS:LOCALHOST", isTaken: true),
        Case(names: "DNS:other.test,DNS:localhost", isTaken: true),
        // The name leads to this very address.
        Case(names: "IP:127.0.0.1", isTaken: false),
        Case(names: "IP:127.0.0.1,IP:::1,DNS:other.test", isTaken: false),
        Case(names: nil, subject: "localhost", isTaken: false),
        Case(names: "DNS:other.test", subject: "localhost", isTaken: false),
        Case(names: "URI:https://localhost,email:a@localhost", isTaken: false),
        Case(names: "DNS:*", isTaken: false),
        Case(names: "IP:127.0.0.1", host: "127.0.0.1", isTaken: true),
        Case(names: "IP:127.0.0.2", host: "127.0.0.1", isTaken: false),
        Case(names: "DNS:127.0.0.1", host: "127.0.0.1", isTaken: false),
        Case(names: nil, subject: "127.0.0.1", host: "127.0.0.1", isTaken: false),
        Case(names: "IP:127.0.0.1", serverName: "api.example", isTaken: false),
        Case(names: "IP:127.0.0.1", host: "127.0.0.1", serverName: "api.example", isTaken: false),
        Case(names: "DNS:localhost", serverName: "api.example", isTaken: false),
        Case(names: "DNS:api.example", serverName: "api.example", isTaken: true),
        Case(names: "DNS:api.example", serverName: "API.example.", isTaken: true),
        Case(names: "DNS:*.example", serverName: "api.example", isTaken: true),
        Case(names: "DNS:*.example", serverName: "one.api.example", isTaken: false),
        Case(names: "DNS:*.example", serverName: "example", isTaken: false),
        Case(names: "DNS:a*.example", serverName: "api.example", isTaken: false),
        Case(names: "DNS:api.*", serverName: "api.example", isTaken: false),
        Case(names: "IP:127.0.0.1", serverName: "127.0.0.1", isTaken: true),
        Case(names: "IP:10.0.0.1", serverName: "10.0.0.1", isTaken: true),
        Case(names: "IP:127.0.0.1", serverName: "10.0.0.1", isTaken: false),
        Case(names: "IP:fd00::1", host: "127.0.0.1", serverName: "fd00::1", isTaken: true),
    ]

    private static let refusal = "its certificate is for another name; tls-server-name says which name to expect"

    @Test(arguments: cases) func `single and bulk requests verify a server's identity alike`(it: Case) async throws {
        let directory = try TemporaryDirectory("identity")
        let authority = try await Authority(in: directory)
        let pair = try await authority.certificate(it.subject, names: it.names)
        let tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(pair.path).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: pair.key, format: .pem))
        )
        try await LoopbackServer.run(tls: tls, answer: { _ in .targets(.max) }) { port in
            var endpoint = KubeEndpoint(server: "https://\(it.host):\(port)")
            endpoint.certificateAuthority = .file(authority.root.path)
            endpoint.tlsServerName = it.serverName
            let transport = try HTTPTransport(
                endpoint,
                userAgent: "test",
                environment: [:],
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            )
            do {
                let answer = try await transport.send(KubeRequest(.get, "/one"))
                #expect(it.isTaken && answer.status == 200)
            } catch let error as KubeError {
                #expect(!it.isTaken)
                #expect(error.message == "https://\(it.host):\(port) cannot be reached: \(Self.refusal)")
            }
            var taken = 0
            await transport.send((0..<64).map { KubeRequest(.get, "/at/\($0)") }) { _, answer in
                if case .success(let response) = answer, response.status == 200 { taken += 1 }
                return true
            }
            #expect(taken == (it.isTaken ? 64 : 0))
            await transport.close()
        }
    }

    @Test func `the identity behind a proxy is the server's`() async throws {
        let directory = try TemporaryDirectory("identity-proxy")
        let authority = try await Authority(in: directory)
        let pair = try await authority.certificate("server", names: "IP:127.0.0.1")
        let tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(pair.path).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: pair.key, format: .pem))
        )
        try await LoopbackServer.run(tls: tls, answer: { _ in .http("200 OK", "hello") }) { port in
            try await LoopbackServer.run(answer: { _ in .tunnel(port) }) { proxy in
                // The proxy has the address that the certificate is for; the server was to have another.
                var endpoint = KubeEndpoint(server: "https://10.9.8.7:6443")
                endpoint.certificateAuthority = .file(authority.root.path)
                endpoint.proxyURL = "http://127.0.0.1:\(proxy)"
                let transport = try HTTPTransport(
                    endpoint,
                    userAgent: "test",
                    environment: [:],
                    logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
                )
                let error = await #expect(throws: KubeError.self) {
                    _ = try await transport.send(KubeRequest(.get, "/version"))
                }
                #expect(error?.message.hasSuffix(Self.refusal) == true)
                await transport.close()
            }
        }
    }

    @Test func `probes verify a server's identity as well`() async throws {
        let directory = try TemporaryDirectory("identity-probe")
        let authority = try await Authority(in: directory)
        let tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(authority.server.path).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: authority.server.key, format: .pem))
        )
        try await LoopbackServer.run(tls: tls, answer: { _ in .http("200 OK", "hello") }) { port in
            #expect(await HTTPProbe(url: "https://127.0.0.1:\(port)/").problem() != nil)
        }
        try await LoopbackServer.run(answer: { _ in .http("200 OK", "hello") }) { port in
            // A probe waits for two seconds, which a busy machine may take.
            try await eventually("the server is asked", is: String?.none) {
                await HTTPProbe(url: "http://127.0.0.1:\(port)/").problem()
            }
        }
    }
}
