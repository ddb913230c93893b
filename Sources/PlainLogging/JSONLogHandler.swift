import FoundationEssentials
import KubeJSON
import LogKeys
package import Logging
package import PlainText

/// Writes every event as one JSON object on a line of its own: `time`, `level`, `label` and `message` first, then what is said
/// with the event, a field for each.
///
/// Values are texts. A field that would have the name of one of the first four is called `metadata.` and its name, so that no
/// name stands twice.
package struct JSONLogHandler: LogHandler {
    private static let head = ["time", "level", "label", "message"]

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
        var fields: [String: JSONValue] = [
            "time": .string(now().microTime), "level": .string(event.level.rawValue), "label": .string(label),
            "message": .string(event.message.description),
        ]
        var said = metadata
        if let more = event.metadata { said.merge(more) { _, new in new } }
        if let error = event.error { said[LogKey.error.rawValue] = said[LogKey.error.rawValue] ?? "\(error)" }
        for (key, value) in said {
            fields[Self.head.contains(key) ? "metadata.\(key)" : key] = .string(value.description)
        }
        var stream = stream
        stream.write(JSONWriter.text(.object(fields), style: JSONWriter.Style(leadingKeys: Self.head)) + "\n")
    }
}
