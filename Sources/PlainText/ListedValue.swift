/// A value that documents write as one of a few words, as an `enum` of a schema does.
///
/// Decoding anything else throws `DecodingError.dataCorrupted` with `expected one of A, B, found "C"`.
package protocol ListedValue: CaseIterable, Codable, Hashable, Sendable {
    /// How documents write it.
    var name: String { get }
}

extension ListedValue where Self: RawRepresentable, RawValue == String {
    /// How documents write it.
    package var name: String { rawValue }
}

extension ListedValue {
    /// The value of a name; `nil` when none of `allCases` has it.
    package init?(name: String) {
        guard let value = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = value
    }

    /// Reads a string; the error lists what is allowed.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Self(name: text) else {
            let names = Self.allCases.map(\.name).joined(separator: ", ")
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected one of \(names), found \"\(text)\""
            )
        }
        self = value
    }

    /// Writes the name.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
