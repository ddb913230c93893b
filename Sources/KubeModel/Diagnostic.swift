package import KubeJSON

/// One thing a person should know about what they wrote: where, what, expected.
package struct Diagnostic: Hashable, Sendable {
    /// How bad it is.
    package enum Severity: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
        /// The object, or part of it, has no effect.
        case error = "Error"
        /// It has effect, but probably not the one that was meant.
        case warning = "Warning"
        /// Worth knowing.
        case info = "Info"

        /// The worst first.
        package static func < (left: Severity, right: Severity) -> Bool {
            left.rank < right.rank
        }

        private var rank: Int {
            switch self {
            case .error: 0
            case .warning: 1
            case .info: 2
            }
        }
    }

    /// How bad it is.
    package var severity: Severity
    /// A stable CamelCase word, the same as in conditions and events.
    package var reason: ReasonCode
    /// What it is about, if an object could be told.
    package var object: ObjectReference?
    /// Which field, if one could be told.
    package var field: FieldPath?
    /// What is wrong and what was expected, as one sentence without a full stop.
    package var message: String
    /// The manifest file, if it came from one.
    package var file: String?
    /// The line in the file, from 1.
    package var line: Int?
    /// The column in the line, from 1.
    package var column: Int?

    /// States a finding.
    package init(
        severity: Severity,
        reason: ReasonCode,
        object: ObjectReference? = nil,
        field: FieldPath? = nil,
        message: String,
        file: String? = nil,
        line: Int? = nil,
        column: Int? = nil
    ) {
        self.severity = severity
        self.reason = reason
        self.object = object
        self.field = field
        self.message = message
        self.file = file
        self.line = line
        self.column = column
    }
}

extension Diagnostic: CustomStringConvertible {
    /// One line: `file:line:column: Kind/name: field: message`, without what is not known.
    package var description: String {
        var position = file ?? ""
        if let line { position += ":\(line)" }
        if line != nil, let column { position += ":\(column)" }
        let parts = [position, object?.description ?? "", field?.description ?? "", message]
        return parts.filter { !$0.isEmpty }.joined(separator: ": ")
    }
}

extension Diagnostic: Encodable {
    private enum CodingKeys: String, CodingKey {
        case severity, reason, object, field, message, file, line, column
    }

    /// Writes object and field as text (`kind/ns/name`, `spec.x[0]`); fields that do not apply are left out.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(severity, forKey: .severity)
        try container.encode(reason, forKey: .reason)
        try container.encodeIfPresent(object?.description, forKey: .object)
        try container.encodeIfPresent(field?.description, forKey: .field)
        try container.encode(message, forKey: .message)
        try container.encodeIfPresent(file, forKey: .file)
        try container.encodeIfPresent(line, forKey: .line)
        try container.encodeIfPresent(column, forKey: .column)
    }
}
