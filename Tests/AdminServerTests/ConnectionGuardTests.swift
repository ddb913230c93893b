import AdminServer
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

/// Time is moved by hand.
@Suite struct ConnectionGuardTests {
    private final class Line {
        let channel = EmbeddedChannel()
        let guardian: ConnectionGuard
        private(set) var requests: [String] = []
        private(set) var overdue = 0
        private(set) var handler: RequestHandler?

        init(_ limits: AdminLimits = AdminLimits()) throws {
            var tell: () -> Void = {}
            guardian = ConnectionGuard(limits) { tell() }
            tell = { [unowned self] in overdue += 1 }
            let handler = RequestHandler { [unowned self] head in
                requests.append(head.uri)
                guardian.requestEnded()
            }
            self.handler = handler
            try channel.pipeline.syncOperations.addHandler(guardian)
            try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
            try channel.pipeline.syncOperations.addHandler(handler)
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        func send(_ text: String) throws { _ = try channel.writeInbound(ByteBuffer(string: text)) }

        func pass(_ time: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: time) }

        func answer() {
            handler?.write(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-length": "0"])))
            guardian.answerEnded()
            handler?.end(keepsAlive: true)
        }

        func answers() throws -> String {
            var text = ""
            while let part = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: part) }
            return text
        }
    }

    @Test func `a head that comes in drops has ten seconds in all`() throws {
        let line = try Line()
        try line.send("GET /livez HTTP/1.1\r\n")
        for drop in 0..<9 {
            line.pass(.seconds(1))
            try line.send("X-\(drop): a\r\n")
        }
        #expect(line.channel.isActive)
        line.pass(.seconds(1))
        #expect(!line.channel.isActive)
        #expect(line.overdue == 1)
        #expect(line.requests == [])
    }

    @Test func `a connection on which nothing is asked is closed, and after an answer has ten seconds again`() throws {
        let line = try Line()
        line.pass(.seconds(9))
        try line.send("GET /livez HTTP/1.1\r\n\r\n")
        #expect(line.requests == ["/livez"])
        // The answer has a time of its own.
        line.pass(.seconds(100))
        #expect(line.channel.isActive)
        line.answer()
        line.pass(.seconds(9))
        try line.send("GET /readyz HTTP/1.1\r\n\r\n")
        #expect(line.requests == ["/livez", "/readyz"])
        line.answer()
        line.pass(.seconds(10))
        #expect(!line.channel.isActive)
    }

    @Test func `an answer that is not read in time is given up`() throws {
        let stalled = try Line()
        try stalled.send("GET / HTTP/1.1\r\n\r\n")
        stalled.guardian.expectProgress()
        stalled.pass(.seconds(9))
        stalled.guardian.notedProgress()
        stalled.guardian.expectProgress()
        stalled.pass(.seconds(9))
        #expect(stalled.channel.isActive)
        stalled.pass(.seconds(1))
        #expect(!stalled.channel.isActive)

        let slow = try Line()
        try slow.send("GET / HTTP/1.1\r\n\r\n")
        for _ in 0..<23 {
            slow.guardian.expectProgress()
            slow.pass(.seconds(5))
        }
        #expect(slow.channel.isActive)
        slow.guardian.expectProgress()
        slow.pass(.seconds(5))
        #expect(!slow.channel.isActive)
    }

    @Test(arguments: ["Content-Length: 1000000", "Transfer-Encoding: chunked", "Content-Length: 1"])
    func `a body is refused before it comes`(header: String) throws {
        let line = try Line()
        try line.send("GET /livez HTTP/1.1\r\n\(header)\r\n\r\n")
        #expect(try line.answers().hasPrefix("HTTP/1.1 413 Payload Too Large\r\n"))
        #expect(!line.channel.isActive)
        #expect(line.requests == [])
    }

    @Test func `requests sent together are answered in their order, one at a time`() throws {
        let line = try Line()
        try line.send("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nHEAD /3 HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        #expect(line.requests == ["/1"])
        line.answer()
        #expect(line.requests == ["/1", "/2"])
        line.answer()
        line.answer()
        #expect(line.requests == ["/1", "/2", "/3"])
        #expect(line.channel.isActive)
    }

    @Test func `a head without an end is cut off at its limit`() throws {
        let line = try Line()
        try line.send("GET /livez HTTP/1.1\r\n")
        var sent = 0
        while line.channel.isActive, sent < 1 << 20 {
            try? line.send("X: \(String(repeating: "a", count: 1000))\r\n")
            sent += 1000
        }
        #expect(!line.channel.isActive)
        #expect(sent < 64 << 10)
    }
}
