import KubeModel

/// A field that takes one of a few words, as an `enum` of the schema does.
///
/// Decoding anything else fails with the words that are allowed.
package protocol ListedValue: RawRepresentable, CaseIterable, Codable, Hashable, Sendable where RawValue == String {}

extension ListedValue {
    /// Reads a string; the error lists what is allowed.
    package init(from decoder: any Decoder) throws {
        try self.init(name: decoder)
    }
}
