import AsyncHTTPClient
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1

/// Carries requests over HTTP to a program that listens on a Unix socket of this machine, such as a speaker.
package struct LocalTransport: KubeTransport {
    private let path: String

    /// Takes the path of the socket; nothing is sent yet.
    package init(socket path: String) {
        self.path = path
    }

    /// Sends a request and collects the answer; throws `KubeError`, whose message says what is wrong with the socket.
    package func send(_ request: KubeRequest) async throws -> KubeResponse {
        if let problem { throw KubeError(.unreachable, problem) }
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        // What listens there is there or is not.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.tracing.tracer = nil
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let answer: Result<KubeResponse, any Error>
        do {
            answer = .success(try await exchange(request, on: http))
        } catch {
            answer = .failure(error)
        }
        try? await http.shutdown()
        do {
            return try answer.get()
        } catch let error as KubeError {
            throw error
        } catch {
            throw KubeError(.unreachable, "\(path) does not answer: \(ConnectionFault(error).words)")
        }
    }

    /// All of the body at once.
    package func stream(_ request: KubeRequest) async throws -> KubeStream {
        let response = try await send(request)
        let pieces = AsyncThrowingStream<[UInt8], any Error> { continuation in
            continuation.yield(Array(response.body))
            continuation.finish()
        }
        return KubeStream(status: response.status, headers: response.headers, pieces: pieces)
    }

    private func exchange(_ request: KubeRequest, on http: HTTPClient) async throws -> KubeResponse {
        var message = HTTPClientRequest(url: "http+unix://\(Self.encoded(path))\(request.target)")
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        message.headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
        message.headers.replaceOrAdd(name: "Host", value: "localhost")
        let deadline = request.timeout.map { NIODeadline.now() + TimeAmount($0) } ?? .distantFuture
        let response = try await http.execute(message, deadline: deadline)
        do {
            let body = try await response.body.collect(upTo: request.longestAnswer)
            return KubeResponse(
                status: Int(response.status.code),
                headers: response.headers.map { KubeRequest.Field($0.name, $0.value) },
                body: Data(body.readableBytesView)
            )
        } catch is NIOTooManyBytesError {
            throw KubeError(.tooLong, "\(path) answers with more than \(request.longestAnswer) octets")
        }
    }

    /// Why nobody can be asked there; nil when somebody may.
    private var problem: String? {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            return errno == ENOENT ? "there is no socket \(path)" : "\(path): \(String(cString: strerror(errno)))"
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { return "\(path) is no socket" }
        return nil
    }

    /// A path as the host of a URL, every octet but letters and digits written in hexadecimal digits.
    private static func encoded(_ path: String) -> String {
        path.utf8.map { octet in
            let scalar = Unicode.Scalar(octet)
            let isPlain = scalar.isASCII && scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
            let digits = String(octet, radix: 16, uppercase: true)
            return isPlain ? String(scalar) : "%" + (digits.count < 2 ? "0" : "") + digits
        }
        .joined()
    }
}
