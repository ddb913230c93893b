/// A value that must not be shown: it prints and encodes as `"…"`.
package struct Redacted<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The value itself; to be read only where it is used.
    package let value: Value

    /// Hides a value.
    package init(_ value: Value) {
        self.value = value
    }
}

extension Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `…`.
    package var description: String { "…" }

    /// Always `…`.
    package var debugDescription: String { "…" }

    /// No children, so that `dump` shows nothing.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension Redacted: Encodable {
    /// Writes `"…"`.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode("…")
    }
}
