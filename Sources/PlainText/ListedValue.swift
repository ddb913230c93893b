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
    private init(nameFrom decoder: any Decoder) throws {
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

    private func encodeName(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}

// Once for each kind of raw value: the compiler prefers coding that it makes up itself to what an extension of another module has,
// unless that is more specific than the standard library's coding of raw values.

extension ListedValue where Self: RawRepresentable, RawValue == String {
    package init(from decoder: any Decoder) throws { try self.init(nameFrom: decoder) }

    package func encode(to encoder: any Encoder) throws { try encodeName(to: encoder) }
}

extension ListedValue where Self: RawRepresentable, RawValue == UInt8 {
    package init(from decoder: any Decoder) throws { try self.init(nameFrom: decoder) }

    package func encode(to encoder: any Encoder) throws { try encodeName(to: encoder) }
}

extension ListedValue where Self: RawRepresentable, RawValue == UInt16 {
    package init(from decoder: any Decoder) throws { try self.init(nameFrom: decoder) }

    package func encode(to encoder: any Encoder) throws { try encodeName(to: encoder) }
}
