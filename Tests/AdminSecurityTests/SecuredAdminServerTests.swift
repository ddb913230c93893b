import AdminSecurity
import AdminServer
import AsyncHTTPClient
import FoundationEssentials
import KubeClient
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import ServiceLifecycle
import TestCluster
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SecuredAdminServerTests {
    @Test func `a secured server shows pages over TLS to authorized readers, and health to everyone`() async throws {
        let reviews = Reviews(["good": .init(paths: ["/v1/peers"])])
        try await serving(.reviewed(.selfSigned), reviews) { port, _ in
            check(try await get(port, "/v1/peers"), 401)
            check(try await get(port, "/v1/peers", ["Authorization": "Bearer good"]), 200, "peers")
            check(try await get(port, "/v1/peers", ["X-Martlet-Token": "good"]), 200, "peers")
            check(try await get(port, "/v1/peers", ["X-Martlet-Token": "bad"]), 401)
            check(try await get(port, "/metrics", ["X-Martlet-Token": "good"]), 403)
            check(try await get(port, "//metrics?x=/v1/peers", ["X-Martlet-Token": "good"]), 403)
            check(try await get(port, "/livez"), 200, "ok")
            await #expect(throws: (any Error).self) { _ = try await get(port, "/livez", scheme: "http") }
        }
    }

    @Test func `a self-signed certificate is new at every start`() async throws {
        let certificates = try [CertificateSource.selfSigned.certificate(), CertificateSource.selfSigned.certificate()]
        #expect(certificates[0] != certificates[1])
        let parsed = try NIOSSLCertificate.fromPEMBytes(Array(certificates[0].chain.utf8))
        #expect(parsed.count == 1)
        let day = 86_400
        let now = Int(Date.now.timeIntervalSince1970)
        #expect(parsed[0].notValidBefore < now - day + 60)
        #expect(parsed[0].notValidAfter > now + 3649 * day)
        // Who trusts it gets through, so the signature is its own and the key belongs to it.
        let directory = try TemporaryDirectory("certificate")
        let source = try Self.write(certificates[0], to: directory)
        try await serving(.reviewed(source), Reviews()) { port, _ in
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(parsed)
            tls.certificateVerification = .noHostnameVerification
            check(try await get(port, "/livez", tls: tls), 200)
        }
    }

    @Test func `changed certificate files are used, and broken ones leave the old certificate in place`()
        async throws
    {
        let clock = ManualClock()
        let directory = try TemporaryDirectory("certificate")
        let first = try CertificateSource.selfSigned.certificate()
        let second = try CertificateSource.selfSigned.certificate()
        let source = try Self.write(first, to: directory)
        try await serving(.reviewed(source), Reviews(), clock) { port, ports in
            check(try await get(port, "/livez", tls: Self.trusting(first)), 200)
            // The key of another, then a text that is none.
            let mixed = AdminCertificate(chain: first.chain, key: second.key)
            for broken in [mixed, AdminCertificate(chain: "", key: "")] {
                try Self.write(broken, to: directory)
                await clock.waitForSleepers(1)
                clock.advance(by: SecuredAdminServer.interval)
                await clock.waitForSleepers(1)
                check(try await get(port, "/livez", tls: Self.trusting(first)), 200)
            }
            try Self.write(second, to: directory)
            clock.advance(by: SecuredAdminServer.interval)
            let next = try await ports.next()
            check(try await get(next, "/livez", tls: Self.trusting(second)), 200)
            await #expect(throws: (any Error).self) { _ = try await get(next, "/livez", tls: Self.trusting(first)) }
        }
    }

    @Test func `unusable certificate files prevent a start`() async throws {
        let directory = try TemporaryDirectory("certificate")
        let absent = CertificateSource.files(chain: directory.path("none"), key: directory.path("none"))
        await #expect(throws: AdminSecurityFault.self) {
            try await serving(.reviewed(absent), Reviews()) { _, _ in }
        }
        let first = try CertificateSource.selfSigned.certificate()
        let second = try CertificateSource.selfSigned.certificate()
        let mixed = try Self.write(AdminCertificate(chain: first.chain, key: second.key), to: directory)
        await #expect(throws: AdminSecurityFault.self) {
            try await serving(.reviewed(mixed), Reviews()) { _, _ in }
        }
    }

    @Test func `a secured server without an API server shows its pages to no one`() async throws {
        try await serving(.reviewed(.selfSigned), nil) { port, _ in
            check(try await get(port, "/v1/peers", ["X-Martlet-Token": "good"]), 503)
            check(try await get(port, "/livez"), 200)
        }
    }

    @Test func `an open server shows its pages to everyone, without TLS`() async throws {
        try await serving(.open, nil) { port, _ in
            check(try await get(port, "/v1/peers", scheme: "http"), 200, "peers")
        }
    }

    /// The ports of one server after another, as it begins anew.
    private final actor Ports {
        private var iterator: AsyncStream<Int>.Iterator

        init(_ stream: AsyncStream<Int>) { iterator = stream.makeAsyncIterator() }

        func next() async throws -> Int {
            var iterator = iterator
            let port = await iterator.next(isolation: self)
            self.iterator = iterator
            guard let port else { throw CancellationError() }
            return port
        }
    }

    private struct Answer: Equatable {
        let status: UInt
        let body: String

        init(_ status: UInt, _ body: String) {
            self.status = status
            self.body = body
        }
    }

    /// Runs a server on a free port for as long as `body` runs.
    private func serving(
        _ security: AdminSecurity,
        _ reviews: Reviews?,
        _ clock: ManualClock = ManualClock(),
        _ body: @Sendable @escaping (Int, Ports) async throws -> Void
    ) async throws {
        let (stream, announce) = AsyncStream.makeStream(of: Int.self)
        let ports = Ports(stream)
        let server = SecuredAdminServer(
            AdminServer.Configuration(
                ListenAddress(host: "127.0.0.1", port: 0),
                pages: [AdminPage("v1/peers") { _ in .text("peers") }]
            ),
            security: security,
            client: reviews?.client,
            metrics: MetricsRegistry(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            clock: clock,
            onListening: { announce.yield($0) }
        )
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run() }
            group.addTask { try await body(try await ports.next(), ports) }
            defer { group.cancelAll() }
            // The first to end is the body, or a server that does not start.
            try await group.next()
        }
    }

    private func check(
        _ answer: Answer,
        _ status: UInt,
        _ body: String? = nil,
        at place: SourceLocation = #_sourceLocation
    ) {
        #expect(answer == Answer(status, body ?? answer.body), sourceLocation: place)
    }

    private func get(
        _ port: Int,
        _ path: String,
        _ headers: [String: String] = [:],
        scheme: String = "https",
        tls: TLSConfiguration? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "\(scheme)://127.0.0.1:\(port)\(path)")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.headers.add(name: "Connection", value: "close")
        var careless = TLSConfiguration.makeClientConfiguration()
        careless.certificateVerification = .none
        request.tlsConfiguration = tls ?? careless
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        return Answer(response.status.code, String(buffer: try await response.body.collect(upTo: 1 << 20)))
    }

    /// Trusts one certificate and no other.
    private static func trusting(_ certificate: AdminCertificate) throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(certificate.chain.utf8)))
        tls.certificateVerification = .noHostnameVerification
        return tls
    }

    @discardableResult
    private static func write(
        _ certificate: AdminCertificate,
        to directory: TemporaryDirectory
    ) throws -> CertificateSource {
        .files(
            chain: try directory.write(certificate.chain, to: "tls.crt"),
            key: try directory.write(certificate.key, to: "tls.key")
        )
    }
}
