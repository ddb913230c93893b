/// One page a program adds to its admin server.
package struct AdminPage: Sendable {
    /// What was asked.
    package struct Request: Sendable {
        /// The query's keys and values; of equal keys the last.
        package let query: [String: String]
        /// The path's captured parts.
        package let parameters: [String: String]
    }

    /// What to answer.
    package struct Answer: Sendable {
        /// The HTTP status.
        package let status: Int
        /// The media type.
        package let contentType: String
        /// The text.
        package let body: String

        /// A JSON document.
        package static func json(_ body: String) -> Answer {
            Answer(status: 200, contentType: "application/json", body: body)
        }

        /// Plain text.
        package static func text(_ body: String) -> Answer {
            Answer(status: 200, contentType: "text/plain", body: body)
        }

        /// A refusal in words, such as 400 or 404.
        package static func refusal(_ status: Int, _ message: String) -> Answer {
            Answer(status: status, contentType: "text/plain", body: message + "\n")
        }
    }

    /// The path without a leading slash; `:name` captures a part.
    package let path: String
    /// Answers a GET.
    package let answer: @Sendable (Request) async -> Answer

    /// Adds a page at a path.
    package init(_ path: String, answer: @escaping @Sendable (Request) async -> Answer) {
        self.path = path
        self.answer = answer
    }
}
