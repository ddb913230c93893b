import NIOCore
import NIOPosix
import NIOSSL

/// A server on loopback that reads the head of one request from each connection and answers as a test says.
struct LoopbackServer {
    /// What is done with a connection.
    enum Answer: Sendable {
        /// An HTTP answer with this status line and body, after which the connection is closed.
        case http(String, String)
        /// To each of so many requests its own target, on the same connection, which is closed after them.
        case targets(Int)
        /// What a proxy does: the connection goes on to a port of loopback.
        case tunnel(Int)
    }

    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Serves while `body` runs, which is given the port.
    static func run<Value: Sendable>(
        tls: TLSConfiguration? = nil,
        answer: @escaping @Sendable (String) -> Answer,
        while body: (Int) async throws -> Value
    ) async throws -> Value {
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        let port = server.channel.localAddress?.port ?? 0
        let (untilAllAreTaken, taking) = AsyncStream.makeStream(of: Void.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await withThrowingDiscardingTaskGroup { connections in
                    try await server.executeThenClose { accepted in
                        defer { taking.finish() }
                        for try await connection in accepted {
                            // A client that turns away is what some tests are about.
                            connections.addTask { try? await serve(connection, answer) }
                        }
                    }
                }
            }
            let result: Result<Value, any Error>
            do {
                result = .success(try await body(port))
            } catch {
                result = .failure(error)
            }
            // A connection that was accepted and that nobody takes up is a fatal error to NIO.
            try? await server.channel.close()
            for await _ in untilAllAreTaken {}
            group.cancelAll()
            return try result.get()
        }
    }

    private static func serve(_ connection: Connection, _ answer: @Sendable (String) -> Answer) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var pieces = inbound.makeAsyncIterator()
            var head = ""
            while !head.contains("\r\n\r\n") {
                guard let piece = try await pieces.next() else { return }
                head += String(buffer: piece)
            }
            switch answer(head) {
            case .http(let status, let body):
                let text =
                    "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
                try await outbound.write(ByteBuffer(string: text))
            case .targets(let limit):
                var rest = head
                for _ in 0..<limit {
                    while rest.firstRange(of: "\r\n\r\n") == nil {
                        guard let piece = try await pieces.next() else { return }
                        rest += String(buffer: piece)
                    }
                    let target = rest.split(separator: " ", maxSplits: 2)[1]
                    let text = "HTTP/1.1 200 OK\r\nContent-Length: \(target.utf8.count)\r\n\r\n\(target)"
                    try await outbound.write(ByteBuffer(string: text))
                    if let end = rest.firstRange(of: "\r\n\r\n") { rest = String(rest[end.upperBound...]) }
                }
            case .tunnel(let port):
                let onward = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                    .connect(host: "127.0.0.1", port: port) { channel in
                        channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
                    }
                try await outbound.write(ByteBuffer(string: "HTTP/1.1 200 Connection established\r\n\r\n"))
                try await onward.executeThenClose { answers, requests in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask {
                            for try await piece in answers { try await outbound.write(piece) }
                        }
                        while let piece = try await pieces.next() { try await requests.write(piece) }
                        group.cancelAll()
                    }
                }
            }
        }
    }
}
