/// A TCP MD5 password (RFC 2385) that prints as "…", so that no log line or test failure can show it.
package struct Password: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The bytes that go to the kernel; Linux takes 1 to 80 of them.
    package let octets: [UInt8]

    /// The UTF-8 bytes of `text`; `nil` when there are none or more than 80, which no kernel takes.
    package init?(_ text: String) {
        let octets = Array(text.utf8)
        guard (1...80).contains(octets.count) else { return nil }
        self.octets = octets
    }

    /// Always "…".
    package var description: String { "…" }
    /// Always "…".
    package var debugDescription: String { "…" }
    /// Hides the bytes from `dump` and from test output.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
