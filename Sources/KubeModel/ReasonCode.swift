/// A stable CamelCase word that says why: the `reason` of conditions, events, findings and log lines, the `code` of
/// explanations.
///
/// People and scripts compare it, so the words are declared where their meaning is, in extensions of this type, and nowhere
/// else; what was read from an object can be any word.
package struct ReasonCode: RawRepresentable, Hashable, Sendable {
    /// The word.
    package let rawValue: String

    /// Takes any word.
    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Declares a word.
    package init(_ word: StaticString) {
        rawValue = word.description
    }
}

extension ReasonCode: Comparable, CustomStringConvertible {
    package static func < (left: ReasonCode, right: ReasonCode) -> Bool { left.rawValue < right.rawValue }

    package var description: String { rawValue }
}

extension ReasonCode: Codable {
    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
