import AdminServer
import AsyncHTTPClient
import FoundationEssentials
import HostileInput
import KubeJSON
import KubeModel
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct AdminServerTests {
    private static let view = AdminPage("v1/routes/:view") { request in
        .json("\(request.parameters["view"] ?? "-") \(request.query["peer"] ?? "-")")
    }

    @Test func `malformed requests stop nothing`() async throws {
        try await Serving.with(.init(Serving.loopback, pages: [Self.view])) { serving in
            let port = try #require(UInt16(exactly: serving.pages))
            try await NIOThreadPool.singleton.runIfActive {
                let request =
                    "GET /v1/routes/advertised?peer=a%20b&peer=c HTTP/1.1\r\nHost: node\r\nContent-Length: 2\r\n\r\n{}"
                var generator = MessageGenerator(seed: 1)
                for _ in 0..<300 {
                    let connection = try RawConnection(from: "127.0.0.1")
                    try connection.connect(to: port)
                    connection.send(Array(generator.damaged(request).utf8))
                }
            }
            try await #expect(serving.get("/livez").body == "ok")
        }
    }

    @Test func `health endpoints say ok, list checks when asked and fail with the reason`() async throws {
        let checks = HealthChecks(
            live: [HealthCheck("loop") { nil }],
            ready: [HealthCheck("synced") { "services are not listed yet" }, HealthCheck("config") { nil }]
        )
        try await Serving.with(.init(Serving.loopback, health: checks), checks: checks) { serving in
            for port in [serving.pages, serving.health] {
                try await #expect(Serving.get(port, "/livez").body == "ok")
                try await #expect(Serving.get(port, "/livez?verbose").body == "[+]loop ok\nlivez check passed\n")
                let ready = try await Serving.get(port, "/readyz")
                #expect(ready.status == 503)
                #expect(
                    ready.body == "[-]synced failed: services are not listed yet\n[+]config ok\nreadyz check failed\n"
                )
            }
        }
    }

    @Test func `health with a listener of its own is served there and pages are not`() async throws {
        try await Serving.with(.init(Serving.loopback, health: nil, pages: [Self.view])) { serving in
            try await #expect(serving.livez().status == 200)
            try await #expect(Serving.get(serving.health, "/metrics").status == 404)
            try await #expect(Serving.get(serving.health, "/v1/routes/available").status == 404)
            try await #expect(serving.get("/livez").status == 404)
            try await #expect(serving.get("/metrics").status == 200)
        }
    }

    @Test func `pages get their query and captured path parts`() async throws {
        try await Serving.with(.init(Serving.loopback, pages: [Self.view])) { serving in
            let answer = try await serving.get("/v1/routes/advertised?peer=tor%20a")
            #expect(answer.status == 200)
            #expect(answer.body == "advertised tor a")
            try await #expect(serving.get("/v1/nothing").status == 404)
        }
    }

    @Test func `metrics are served as text`() async throws {
        try await Serving.with(.init(Serving.loopback)) { serving in
            let answer = try await serving.get("/metrics")
            #expect(answer.status == 200)
            #expect(answer["content-type"] == "text/plain; version=0.0.4")
            #expect(answer.body == serving.metrics.exposition())
        }
    }

    @Test func `a connection answers one request after the other, and HEAD without a body`() async throws {
        let long = AdminPage("long") { _ in
            .json { for _ in 0..<100_000 { try await $0.write("0123456789") } }
        }
        let configuration = AdminServer.Configuration(Serving.loopback, pages: [Self.view, long])
        try await Serving.with(configuration) { serving in
            let text = try await Serving.exchange(
                serving.pages,
                "GET /livez HTTP/1.1\r\n\r\nHEAD /livez HTTP/1.1\r\n\r\nPUT /livez HTTP/1.1\r\n\r\n"
                    + "GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n"
            )
            let statuses = text.replacing("ok", with: "").split(whereSeparator: \.isNewline)
                .filter { $0.hasPrefix("HTTP/1.1 ") }
            #expect(
                statuses.map { $0.dropFirst("HTTP/1.1 ".count) } == [
                    "200 OK", "200 OK", "405 Method Not Allowed", "200 OK",
                ]
            )
            // A body of its own length for each but HEAD.
            #expect(text.ranges(of: "\r\n\r\nok").count == 2)
            let whole = try await serving.get("/long")
            #expect(whole.body.utf8.count == 1_000_000)
            #expect(whole["transfer-encoding"] == "chunked")
            let head = try await Serving.exchange(serving.pages, "HEAD /long HTTP/1.1\r\n\r\n")
            #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(head.hasSuffix("\r\n\r\n"))
            let old = try await Serving.exchange(serving.pages, "GET /long HTTP/1.0\r\n\r\n")
            #expect(old.hasSuffix("0123456789"))
        }
    }

    @Test func `a page that fails says so, or is torn when it has begun`() async throws {
        struct Fault: Error {}
        let configuration = AdminServer.Configuration(
            Serving.loopback,
            pages: [
                AdminPage("early") { _ in .json { _ in throw Fault() } },
                AdminPage("late") { _ in
                    .json {
                        try await $0.write(String(repeating: "x", count: 100_000))
                        throw Fault()
                    }
                },
            ]
        )
        try await Serving.with(configuration) { serving in
            try await #expect(serving.get("/early").status == 500)
            await #expect(throws: (any Error).self) { try await serving.get("/late") }
            try await #expect(serving.get("/livez").status == 200)
        }
    }

    @Test func `a refused reader gets the reason, whichever header has the token`() async throws {
        let asked = Mutex<[String]>([])
        let access = AdminAccess { path, token in
            asked.withLock { $0.append("\(path) \(token ?? "-")") }
            return switch token {
            case "good": .allowed
            case "poor": .forbidden("poor may not get \(path)")
            case "early": .unavailable("the API server does not answer")
            default: .unauthenticated("who are you?")
            }
        }
        let configuration = AdminServer.Configuration(Serving.loopback, pages: [Self.view], access: access)
        try await Serving.with(configuration) { serving in
            let path = "//v1/routes/%61dvertised?peer=a"
            let none = try await serving.get(path)
            #expect(none.status == 401)
            #expect(none["www-authenticate"] == "Bearer")
            #expect(none.body == "who are you?\n")
            try await #expect(serving.get(path, [("Authorization", "Basic good")]).status == 401)
            try await #expect(serving.get(path, [("Authorization", "bearer good")]).status == 200)
            try await #expect(serving.get(path, [("X-Martlet-Token", "good")]).body == "advertised a")
            try await #expect(serving.get(path, [("X-Martlet-Token", "poor")]).status == 403)
            let early = try await serving.get("/metrics", [("Authorization", "Bearer early")])
            #expect(early.status == 503)
            #expect(early["retry-after"] == "5")
            try await #expect(serving.get("/livez").status == 200)
        }
        #expect(
            asked.withLock { $0 } == [
                "/v1/routes/advertised -", "/v1/routes/advertised -", "/v1/routes/advertised good",
                "/v1/routes/advertised good", "/v1/routes/advertised poor", "/metrics early",
            ]
        )
    }

    @Test func `with a certificate everything goes over TLS, and a wrong one is reported at the start`() async throws {
        let directory = try TemporaryDirectory("certificate")
        let made = try await Certificate(
            "speaker",
            "subjectAltName=IP:127.0.0.1",
            path: directory.path("chain"),
            key: directory.path("key")
        )
        let certificate = AdminCertificate(
            chain: String(decoding: try Data(contentsOf: URL(filePath: made.path)), as: UTF8.self),
            key: String(decoding: try Data(contentsOf: URL(filePath: made.key)), as: UTF8.self)
        )
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(made.path))
        let client = HTTPClient(configuration: .init(tlsConfiguration: tls))
        let configuration = AdminServer.Configuration(Serving.loopback, pages: [Self.view], certificate: certificate)
        try await Serving.with(configuration) { serving in
            let request = HTTPClientRequest(url: "https://127.0.0.1:\(serving.pages)/v1/routes/received")
            let response = try await client.execute(request, timeout: .seconds(30))
            #expect(response.status == .ok)
            try await #expect(String(buffer: response.body.collect(upTo: 1 << 20)) == "received -")
            await #expect(throws: (any Error).self) { try await serving.get("/v1/routes/received") }
        }
        try await client.shutdown()
        #expect(throws: (any Error).self) { try AdminCertificate(chain: "no", key: certificate.key).context() }
        #expect(throws: (any Error).self) { try AdminCertificate(chain: certificate.chain, key: "no").context() }
    }

    @Test func `pages run on the server's thread and on none of the program's`() async throws {
        let loops = Mutex<[ObjectIdentifier?]>([])
        let page = AdminPage("where") { _ in
            loops.withLock { $0.append(MultiThreadedEventLoopGroup.currentEventLoop.map { ObjectIdentifier($0) }) }
            return .json { writer in
                try await writer.write("there")
                loops.withLock { $0.append(MultiThreadedEventLoopGroup.currentEventLoop.map { ObjectIdentifier($0) }) }
            }
        }
        try await Serving.with(.init(Serving.loopback, pages: [page])) { serving in
            for _ in 0..<3 { _ = try await serving.get("/where") }
        }
        let seen = loops.withLock { $0 }
        #expect(seen.count == 6)
        #expect(Set(seen).count == 1)
        #expect(seen.first != nil && seen.first! != nil)
    }

    @Test(arguments: [0, 1, 64, 65, 300])
    func `a list that is written element by element is the document that it is in`(count: Int) async throws {
        struct Shelf: Encodable {
            var books: [[String: Int]] = []
            var name = "\"books\":[]"
            var zone: String?
        }
        var text = ""
        let writer = AdminWriter(threshold: 100) { octets, _ in text += String(buffer: octets) }
        var list = JSONList<Shelf, [String: Int]>(limit: 200, writer)
        let books = (0..<count).map { ["a": $0, "b": 1] }
        try await list.begin(Shelf(), in: "books")
        for book in books { try await list.write(book) }
        try await list.end(Shelf(zone: "z"), in: "books")
        text += String(buffer: writer.takeRest())
        #expect(list.isCut == (count > 200))
        let whole = Shelf(books: Array(books.prefix(200)), zone: "z")
        #expect(text == String(decoding: try JSON.encode(whole), as: UTF8.self))
    }
}
