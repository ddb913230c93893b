package import Logging
import Synchronization

/// Keeps what is logged, a line each, with its metadata.
package final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    /// Has heard nothing yet.
    package init() {}

    /// The lines: level, message, and the metadata by key.
    package var all: [String] { lines.withLock { $0 } }

    /// Writes here what is of some weight, from info on.
    package var logger: Logger { logger(from: .info) }

    /// Writes here from a level on.
    package func logger(from level: Logger.Level) -> Logger {
        var logger = Logger(label: "test") { _ in Handler(lines: self) }
        logger.logLevel = level
        return logger
    }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
            let text = fields.map { " \($0.key)=\($0.value)" }.joined()
            lines.lines.withLock { $0.append("\(event.level) \(event.message)\(text)") }
        }
    }
}
