/// A list that means the same absent and empty: it reads as empty when absent and is left out when empty.
@propertyWrapper
package struct EmptyWhenAbsent<Element: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    /// The list.
    package var wrappedValue: [Element]

    /// Wraps a list.
    package init(wrappedValue: [Element]) {
        self.wrappedValue = wrappedValue
    }

    /// Reads an array.
    package init(from decoder: any Decoder) throws {
        wrappedValue = try [Element](from: decoder)
    }

    /// Writes an array.
    package func encode(to encoder: any Encoder) throws {
        try wrappedValue.encode(to: encoder)
    }
}

// Synthesised Codable code prefers these overloads for wrapped properties.

extension KeyedDecodingContainer {
    func decode<Element>(_ type: EmptyWhenAbsent<Element>.Type, forKey key: Key) throws -> EmptyWhenAbsent<Element> {
        EmptyWhenAbsent(wrappedValue: try decodeIfPresent([Element].self, forKey: key) ?? [])
    }
}

extension KeyedEncodingContainer {
    mutating func encode<Element>(_ value: EmptyWhenAbsent<Element>, forKey key: Key) throws {
        guard !value.wrappedValue.isEmpty else { return }
        try encode(value.wrappedValue, forKey: key)
    }
}
