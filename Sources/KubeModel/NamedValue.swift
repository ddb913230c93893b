extension RawRepresentable where Self: CaseIterable, RawValue == String {
    /// Reads one of the names of an enumeration; the error lists them all.
    ///
    /// Throws `DecodingError.dataCorrupted` with `expected one of A, B, found "C"`.
    package init(name decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Self(rawValue: text) else {
            let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected one of \(names), found \"\(text)\""
            )
        }
        self = value
    }
}
