import KubeClient
import KubeJSON
import KubeModel
import Logging
import NIOSSL
import Pacing
import Synchronization
import TestSupport
import Testing

/// Many requests at once, on connections of their own.
@Suite(.timeLimit(.minutes(5)))
struct BurstTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let requests = (0..<300).map { KubeRequest(.get, "/at/\($0)", headers: [.init("X-Place", "\($0)")]) }

    /// The answers by place; a place that is answered twice counts as a fault.
    private func answers(
        _ endpoint: KubeEndpoint,
        isWanted: (Int) -> Bool = { _ in true }
    ) async throws -> [Int: String] {
        let transport = try HTTPTransport(endpoint, userAgent: "test", environment: [:], logger: Self.quiet)
        var answers: [Int: String] = [:]
        await transport.send(Self.requests) { place, answer in
            let text =
                switch answer {
                case .success(let response): "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
                case .failure(let error as KubeError): "\(error.code) \(error.message)"
                case .failure(let error): "\(error)"
                }
            #expect(answers.updateValue(text, forKey: place) == nil)
            return isWanted(place)
        }
        await transport.close()
        return answers
    }

    private static let all = Dictionary(uniqueKeysWithValues: (0..<300).map { ($0, "200 /at/\($0)") })

    @Test func `every request gets its own answer, on few connections that are secured like any other`() async throws {
        let directory = try TemporaryDirectory("burst")
        let authority = try await Authority(in: directory)
        let tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(authority.server.path).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: authority.server.key, format: .pem))
        )
        let heads = Mutex<[String]>([])
        let answer: @Sendable (String) -> LoopbackServer.Answer = { head in
            heads.withLock { $0.append(head) }
            return .targets(.max)
        }
        try await LoopbackServer.run(tls: tls, answer: answer) { port in
            var endpoint = KubeEndpoint(server: "https://127.0.0.1:\(port)")
            endpoint.certificateAuthority = .file(authority.root.path)
            endpoint.tlsServerName = "kube.test"
            endpoint.credential = .token(Redacted("secret"))
            #expect(try await answers(endpoint) == Self.all)
            let first = heads.withLock { $0.first } ?? ""
            for line in ["Host: 127.0.0.1:\(port)", "User-Agent: test", "Authorization: Bearer secret", "X-Place: "] {
                #expect(first.contains(line), "\(first)")
            }
            #expect(heads.withLock(\.count) <= 16)
            // A certificate for another name is as good as none.
            endpoint.tlsServerName = nil
            let refused = try await answers(endpoint)
            #expect(refused.count == 300)
            #expect(refused.values.allSatisfy { $0.hasPrefix("unreachable ") })
        }
        withExtendedLifetime(directory) {}
    }

    @Test func `a server that closes its connections early leaves no request without an outcome`() async throws {
        try await LoopbackServer.run(answer: { _ in .targets(5) }) { port in
            let answers = try await answers(KubeEndpoint(server: "http://127.0.0.1:\(port)"))
            #expect(answers.count == 300)
            let lost = "unreachable http://127.0.0.1:\(port) closed the connection before it answered"
            for (place, answer) in answers { #expect(answer == lost || answer == Self.all[place]) }
            #expect(answers.values.contains(lost))
        }
    }

    @Test func `what is not wanted any more is not sent`() async throws {
        try await LoopbackServer.run(answer: { _ in .targets(.max) }) { port in
            var endpoint = KubeEndpoint(server: "http://127.0.0.1:\(port)/base/")
            endpoint.credential = .none
            let answers = try await answers(endpoint) { _ in false }
            #expect(!answers.isEmpty && answers.count <= 256)
            #expect(answers.allSatisfy { $0.value == "200 /base/at/\($0.key)" })
        }
    }

    @Test func `without a server every request fails and says why`() async throws {
        let port = try await LoopbackServer.run(answer: { _ in .targets(1) }) { $0 }
        let answers = try await answers(KubeEndpoint(server: "http://127.0.0.1:\(port)"))
        #expect(answers.count == 300)
        #expect(Set(answers.values) == ["unreachable http://127.0.0.1:\(port) cannot be reached: connection refused"])
    }

    @Test func `a refusal is an error, and a server that asks for patience gets it`() async throws {
        let asked = Mutex<[String: Int]>([:])
        let transport = InMemoryTransport { request in
            let count = asked.withLock { counts in
                counts[request.path, default: 0] += 1
                return counts[request.path] ?? 0
            }
            switch request.path {
            case "/at/7": return failure(404, "NotFound")
            case "/at/9" where count < 3: return failure(429, "TooManyRequests", headers: [.init("Retry-After", "0")])
            default: return .json(["path": .string(request.path)])
            }
        }
        let client = KubeClient(
            transport: transport,
            retry: RetryPolicy(backoff: Backoff(first: .zero, longest: .zero))
        )
        var codes: [Int: KubeError.Code] = [:]
        var successes = 0
        await client.send(Self.requests) { place, answer in
            switch answer {
            case .success: successes += 1
            case .failure(let error): codes[place] = (error as? KubeError)?.code
            }
            return true
        }
        #expect(codes == [7: .notFound])
        #expect(successes == 299)
        #expect(asked.withLock { $0["/at/9"] } == 3)
    }
}
