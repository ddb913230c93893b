import KubeClient
import NIOCore
import NIOPosix
import Testing

struct ProbeTests {
    @Test(arguments: [
        ("200 OK", true), ("204 No Content", true), ("500 Internal Server Error", false), ("503 Busy", false),
    ])
    func `a status of 200 to 399 is yes`(status: String, isYes: Bool) async throws {
        try await LoopbackServer.run(answer: { _ in .http(status, "") }) { port in
            let problem = await HTTPProbe(url: "http://127.0.0.1:\(port)/healthz").problem()
            #expect((problem == nil) == isYes)
            if let problem { #expect(problem.hasSuffix("answered \(status.prefix(3))")) }
        }
    }

    @Test func `the fields of the head are sent`() async throws {
        try await LoopbackServer.run(
            answer: { head in .http(head.lowercased().contains("brief: true\r\n") ? "200 OK" : "503 Busy", "") }
        ) { port in
            let url = "http://127.0.0.1:\(port)/healthz"
            #expect(await HTTPProbe(url: url, headers: [("brief", "true")]).problem() == nil)
            #expect(await HTTPProbe(url: url).problem() != nil)
        }
    }

    @Test func `something listens where a connection is accepted`() async throws {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port.flatMap(UInt16.init(exactly:)))
        #expect(await TCPProbe(host: "127.0.0.1", port: port).isAccepted())
        #expect(await !TCPProbe(host: "nowhere", port: port).isAccepted())
        try await server.close()
        #expect(await !TCPProbe(host: "127.0.0.1", port: port).isAccepted())
        let url = "http://127.0.0.1:\(port)/"
        #expect(await HTTPProbe(url: url).problem() == "\(url) did not answer: Connection refused")
    }
}
