import FoundationEssentials
package import KubeJSON
import KubeModel

/// Answers requests from a closure instead of a server, for tests.
package struct InMemoryTransport: KubeTransport {
    /// What the closure answers.
    package enum Answer: Sendable {
        /// A JSON body.
        case json(JSONValue, status: Int = 200, headers: [KubeRequest.Field] = [])
        /// Any body.
        case bytes([UInt8], status: Int = 200)
        /// A body that arrives piece by piece.
        case stream(AsyncThrowingStream<[UInt8], any Error>)
    }

    private let answer: @Sendable (KubeRequest) async throws -> Answer

    /// Takes the closure; what it throws is thrown to the caller.
    package init(_ answer: @escaping @Sendable (KubeRequest) async throws -> Answer) {
        self.answer = answer
    }

    /// Asks the closure; a stream is collected.
    package func send(_ request: KubeRequest) async throws -> KubeResponse {
        let stream = try await stream(request)
        var body: [UInt8] = []
        for try await piece in stream.pieces { body += piece }
        return KubeResponse(status: stream.status, headers: stream.headers, body: Data(body))
    }

    /// Asks the closure, and hands over the pieces of a stream as they are.
    package func read(
        _ request: KubeRequest,
        take: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> KubeResponse {
        let stream = try await stream(request)
        var response = KubeResponse(status: stream.status, headers: stream.headers)
        for try await piece in stream.pieces {
            if (200..<300).contains(stream.status) { try take(piece) } else { response.body.append(contentsOf: piece) }
        }
        return response
    }

    /// Asks the closure; a whole body is one piece.
    package func stream(_ request: KubeRequest) async throws -> KubeStream {
        switch try await answer(request) {
        case .json(let value, let status, let headers):
            return KubeStream(status: status, headers: headers, pieces: Self.once(Array(try JSON.encode(value))))
        case .bytes(let bytes, let status):
            return KubeStream(status: status, pieces: Self.once(bytes))
        case .stream(let pieces):
            return KubeStream(status: 200, pieces: pieces)
        }
    }

    private static func once(_ bytes: [UInt8]) -> AsyncThrowingStream<[UInt8], any Error> {
        AsyncThrowingStream { continuation in
            continuation.yield(bytes)
            continuation.finish()
        }
    }
}
