/// One page a program adds to its admin server.
package struct AdminPage: Sendable {
    /// What was asked.
    package struct Request: Sendable {
        /// The query's keys and values; of equal keys the last.
        package let query: [String: String]
        /// The path's captured parts.
        package let parameters: [String: String]
    }

    package struct Answer: Sendable {
        /// What follows the head.
        package enum Body: Sendable {
            /// All of it, which should be short.
            case text(String)
            /// What is written piece by piece, as the client takes it.
            case stream(@Sendable (AdminWriter) async throws -> Void)
        }

        /// The HTTP status.
        package let status: Int
        /// The media type.
        package let contentType: String
        /// What follows the head.
        package let body: Body

        /// A short JSON document.
        package static func json(_ body: String) -> Answer {
            Answer(status: 200, contentType: "application/json", body: .text(body))
        }

        /// A JSON document of any length, written piece by piece.
        package static func json(_ write: @escaping @Sendable (AdminWriter) async throws -> Void) -> Answer {
            Answer(status: 200, contentType: "application/json", body: .stream(write))
        }

        /// Plain text.
        package static func text(_ body: String) -> Answer {
            Answer(status: 200, contentType: "text/plain", body: .text(body))
        }

        /// A refusal in words, such as 400 or 404.
        package static func refusal(_ status: Int, _ message: String) -> Answer {
            Answer(status: status, contentType: "text/plain", body: .text(message + "\n"))
        }
    }

    /// The path without a leading slash; `:name` captures a part.
    package let path: String
    /// Whether it is for everybody at once, without a credential and without waiting for its turn.
    let isHealth: Bool
    /// Answers a GET.
    ///
    /// It runs on the server's own thread; what it has others do for it, it should have them do in short pieces.
    /// The server waits for it when it ends, so whoever waits here has to stop when the task is cancelled.
    package let answer: @Sendable (Request) async -> Answer

    /// Adds a page at a path.
    package init(_ path: String, answer: @escaping @Sendable (Request) async -> Answer) {
        self.init(path, isHealth: false, answer: answer)
    }

    private init(_ path: String, isHealth: Bool, answer: @escaping @Sendable (Request) async -> Answer) {
        self.path = path
        self.isHealth = isHealth
        self.answer = answer
    }

    /// A health endpoint.
    static func health(_ name: String, _ checks: [HealthCheck]) -> AdminPage {
        AdminPage(name, isHealth: true) { request in
            let report = await HealthReport(endpoint: name, checks: checks)
            return Answer(
                status: report.isHealthy ? 200 : 503,
                contentType: "text/plain",
                body: .text(report.text(verbose: request.query["verbose"] != nil))
            )
        }
    }

    /// The program's metrics, for everybody who may read.
    static func metrics(_ registry: MetricsRegistry) -> AdminPage {
        AdminPage("metrics") { _ in
            Answer(
                status: 200,
                contentType: "text/plain; version=0.0.4",
                body: .stream { try await registry.write(to: $0) }
            )
        }
    }
}
