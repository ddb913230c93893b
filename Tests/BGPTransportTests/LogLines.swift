import Logging
import Synchronization

/// Keeps the lines of a log: level, message and metadata.
final class LogLines: Sendable {
    private let kept = Mutex<[String]>([])

    /// What was logged so far.
    var all: [String] { kept.withLock { $0 } }

    /// A logger that writes here, every level.
    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(lines: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let lines: LogLines
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
            let words = all.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            lines.kept.withLock { $0.append("\(event.level) \(event.message) \(words)") }
        }
    }
}
