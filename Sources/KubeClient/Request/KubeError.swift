import FoundationEssentials
import KubeJSON
package import KubeModel
import PlainText

/// Why a request did not do what it should.
package struct KubeError: Error, Hashable, Sendable {
    /// The kind of failure.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// No connection, or it broke.
        case unreachable
        /// No answer in time.
        case timedOut
        /// The kubeconfig or what it points to is not usable.
        case configuration
        /// 401: the server does not know who we are.
        case unauthorized
        /// 403: the server knows us and refuses.
        case forbidden
        /// 404.
        case notFound
        /// 409 on creation: the name is taken.
        case alreadyExists
        /// 409: someone else changed the object, or owns the field.
        case conflict
        /// The resource version or the continue token is too old (410), or newer than all that the server has (504).
        case expired
        /// 422: the object breaks a rule.
        case invalid
        /// 400.
        case badRequest
        /// 429.
        case tooManyRequests
        /// 500, 503, 504 and other answers of a server in trouble.
        case serverError
        /// The answer is not what the API promises.
        case undecodable
        /// The answer has more octets than are taken.
        case tooLong
        /// Any other refusal.
        case refused
    }

    /// What the caller may do next.
    package enum Recovery: Hashable, Sendable {
        /// The same request may succeed later.
        case retry
        /// What was read before is too old: read the list again.
        case relist
        /// The same request will fail again until something is changed.
        case terminal
    }

    /// The kind of failure.
    package let code: Code
    /// One sentence without a full stop.
    package let message: String
    /// What the server said, when it answered with a Status.
    package let status: KubeStatus?
    /// How long the server asks to wait.
    package let retryAfter: Duration?

    /// States a failure; `message` is made fit to be shown (`String.asMessage`), wherever its words come from.
    package init(_ code: Code, _ message: String, status: KubeStatus? = nil, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message.asMessage
        self.status = status
        self.retryAfter = retryAfter
    }

    /// What the caller may do next.
    package var recovery: Recovery {
        switch code {
        case .unreachable, .timedOut, .tooManyRequests, .serverError, .undecodable, .tooLong: .retry
        case .expired: .relist
        case .configuration, .unauthorized, .forbidden, .notFound, .alreadyExists, .conflict, .invalid, .badRequest,
            .refused:
            .terminal
        }
    }
}

extension KubeError {
    /// Whether asking again will not help until somebody changes something: everything but a server that is away or busy.
    package var isLasting: Bool {
        switch code {
        case .unreachable, .timedOut, .expired, .conflict, .tooManyRequests, .serverError: false
        case .configuration, .unauthorized, .forbidden, .notFound, .alreadyExists, .invalid, .badRequest, .undecodable,
            .tooLong, .refused:
            true
        }
    }
}

extension KubeError: CustomStringConvertible {
    /// As kubectl prints it: `Error from server (NotFound): services "x" not found`.
    package var description: String {
        guard let reason = status?.reason, !reason.isEmpty else { return message }
        return "Error from server (\(reason)): \(message)".asMessage
    }
}

extension KubeError {
    /// Reads an answer outside of 200 to 299.
    package init(_ response: KubeResponse) {
        let status = try? JSON.decode(KubeStatus.self, from: response.body)
        let seconds =
            response.header("Retry-After").flatMap { Int64($0) }
            ?? status?.details?.retryAfterSeconds.map { Int64($0) }
        let text = status?.message ?? Self.firstLine(response.body)
        self.init(
            Self.code(http: response.status, status),
            text.isEmpty ? "the server answered with HTTP status \(response.status)" : text,
            status: status,
            retryAfter: seconds.map(Self.wait)
        )
    }

    /// Reads a Status that came in the place of an object, as a watch's ERROR event has it.
    package init(_ status: KubeStatus) {
        self.init(
            Self.code(http: status.code ?? 0, status),
            status.message ?? "the server reported \(status.reason ?? "an error")",
            status: status,
            retryAfter: status.details?.retryAfterSeconds.map { Self.wait(Int64($0)) }
        )
    }

    /// A server can send us away for ten minutes, not for good.
    private static func wait(_ seconds: Int64) -> Duration { .seconds(min(max(0, seconds), 600)) }

    private static func code(http: Int, _ status: KubeStatus?) -> Code {
        // A cluster that was restored from a backup knows versions only up to an older one than we have seen: what we
        // know is of no use to it, just as when it is too old (apimachinery, IsTooLargeResourceVersion).
        if status?.details?.causes?.contains(where: { $0.reason == "ResourceVersionTooLarge" }) == true {
            return .expired
        }
        return switch (http, status?.reason) {
        case (_, "Expired"), (_, "Gone"), (410, _): .expired
        case (_, "AlreadyExists"): .alreadyExists
        case (400, _): .badRequest
        case (401, _): .unauthorized
        case (403, _): .forbidden
        case (404, _): .notFound
        case (409, _): .conflict
        case (422, _): .invalid
        case (429, _): .tooManyRequests
        case (408, _), (504, _): .timedOut
        case (500..., _): .serverError
        case (0, _): .serverError
        default: .refused
        }
    }

    private static func firstLine(_ body: Data) -> String {
        let line = body.prefix(200).prefix { $0 != UInt8(ascii: "\n") }
        return String(decoding: line, as: UTF8.self)
    }
}
