import Logging

/// Shows what the libraries have to say as warnings on standard error, one line each.
private struct ConsoleLogHandler: LogHandler {
    let console: Console
    var logLevel = Logger.Level.warning
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let details = all.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        console.warn(details.isEmpty ? "\(event.message)" : "\(event.message): \(details)")
    }
}

extension Console {
    /// A logger that writes warnings and errors to standard error, the rest nowhere.
    var logger: Logger {
        Logger(label: "kubectl-bgp") { _ in ConsoleLogHandler(console: self) }
    }
}
