package import CoreMetrics
package import Logging

/// How a program writes its log, always to standard error.
package enum LogFormat: String, CaseIterable, Sendable {
    /// A line for people to read.
    case text
    /// A JSON object on each line, for programs to read.
    case json
}

extension LoggingSystem {
    /// Makes every logger of the program write plain lines to standard error, and counts them where metrics are kept; to be
    /// called once, before the first logger.
    package static func bootstrapPlain(_ format: LogFormat = .text, counting metrics: (any MetricsFactory)? = nil) {
        let counts = metrics.map(LogCounts.init)
        switch format {
        case .text: bootstrap { PlainLogHandler(StreamLogHandler.standardError(label: $0), counts: counts) }
        case .json: bootstrap { PlainLogHandler(JSONLogHandler(label: $0, stream: StandardError()), counts: counts) }
        }
    }
}
