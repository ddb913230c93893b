package import Logging

/// The metadata of a log message, by keys of the one set.
package struct LogFields: ExpressibleByDictionaryLiteral, Sendable {
    /// The same by the names that a log shows.
    package private(set) var metadata: Logger.Metadata = [:]

    /// Of two values for one key the last counts.
    package init(dictionaryLiteral elements: (LogKey, Logger.MetadataValue)...) {
        for (key, value) in elements { self[key] = value }
    }

    package subscript(key: LogKey) -> Logger.MetadataValue? {
        get { metadata[key.rawValue] }
        set { metadata[key.rawValue] = newValue }
    }
}

extension Logger {
    /// A value that every message of this logger has.
    package subscript(key: LogKey) -> MetadataValue? {
        get { self[metadataKey: key.rawValue] }
        set { self[metadataKey: key.rawValue] = newValue }
    }
}
