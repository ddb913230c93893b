import LogKeys
package import Logging
import PlainText

/// Hands events of the log on with message and every value fit for a line of a log (`String.asMessage`).
///
/// Values come from tenants, routers and the API server. Here is the one place that all of them pass, so no call of a logger
/// has to think of it: no value moves a cursor or begins a line of its own, and none is longer than a screen.
package struct PlainLogHandler: LogHandler {
    private var base: any LogHandler
    private let counts: LogCounts?

    /// Cleans what `base` writes, and counts it.
    package init(_ base: any LogHandler, counts: LogCounts? = nil) {
        self.base = base
        self.counts = counts
    }

    /// The least level that is written.
    package var logLevel: Logger.Level {
        get { base.logLevel }
        set { base.logLevel = newValue }
    }

    /// What is said with every event.
    package var metadata: Logger.Metadata {
        get { base.metadata }
        set { base.metadata = newValue.plain }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { base[metadataKey: key] }
        set { base[metadataKey: key] = newValue?.plain }
    }

    /// Writes an event.
    package func log(event: LogEvent) {
        counts?.count(event.level)
        var event = event
        event.message = Logger.Message(stringLiteral: event.message.description.asMessage)
        event.metadata = event.metadata?.plain
        if let error = event.error {
            event.metadata = (event.metadata ?? [:]).merging([LogKey.error.rawValue: "\("\(error)".asMessage)"]) {
                given,
                _ in given
            }
            event.error = nil
        }
        base.log(event: event)
    }
}

extension Logger.Metadata {
    fileprivate var plain: Logger.Metadata { mapValues(\.plain) }
}

extension Logger.MetadataValue {
    /// The value as one text.
    fileprivate var plain: Logger.MetadataValue {
        switch self {
        case .string, .stringConvertible: cleaned
        case .array, .dictionary: .string(cleaned.description.asMessage)
        }
    }

    /// The value, every text in it fit for a line.
    ///
    /// They are cleaned before they are put together: that escapes what acts on a reader, and a text that was escaped cannot be
    /// told from one that says so itself.
    private var cleaned: Logger.MetadataValue {
        // Every element takes an octet at least, so none is shown beyond these.
        let most = String.longestMessage
        return switch self {
        case .string(let text): .string(text.asMessage)
        case .stringConvertible(let value): .string(value.description.asMessage)
        case .array(let values): .array(values.prefix(most).map(\.cleaned))
        case .dictionary(let values):
            .dictionary(
                Dictionary(
                    values.prefix(most).map { ($0.key.asMessage, $0.value.cleaned) },
                    uniquingKeysWith: { first, _ in first }
                )
            )
        }
    }
}
