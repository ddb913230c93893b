import FoundationEssentials
package import KubeModel
import LogKeys
package import Logging

/// Writes every event as one JSON object on a line of its own: `time`, `level`, `label` and `message` first, then what is said
/// with the event, a field for each.
///
/// Values are texts. A field that would have the name of one of the first four is called `metadata.` and its name, so that no
/// name stands twice.
package struct JSONLogHandler: LogHandler {
    private let label: String
    private let stream: any TextOutputStream & Sendable
    private let now: @Sendable () -> Timestamp

    /// The least level that is written.
    package var logLevel: Logger.Level = .info
    /// What is said with every event.
    package var metadata: Logger.Metadata = [:]

    /// Writes to a stream, each event by one call.
    package init(
        label: String,
        stream: any TextOutputStream & Sendable,
        now: @escaping @Sendable () -> Timestamp = { Timestamp(Date.now) }
    ) {
        self.label = label
        self.stream = stream
        self.now = now
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes an event.
    package func log(event: LogEvent) {
        let head = [
            ("time", now().microTime), ("level", event.level.rawValue), ("label", label),
            ("message", event.message.description),
        ]
        let taken = Set(head.map(\.0))
        var said = metadata
        if let more = event.metadata { said.merge(more) { _, new in new } }
        if let error = event.error { said[LogKey.error.rawValue] = said[LogKey.error.rawValue] ?? "\(error)" }
        let fields = said.map { (taken.contains($0.key) ? "metadata.\($0.key)" : $0.key, $0.value.description) }
        let line = (head + fields.sorted { $0 < $1 }).map { name, value in
            JSONWriter.text(.string(name)) + ":" + JSONWriter.text(.string(value))
        }
        var stream = stream
        stream.write("{\(line.joined(separator: ","))}\n")
    }
}
