/// A TCP MD5 password (RFC 2385) that prints as "…", so that no log line or test failure can show it.
package struct Password: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The bytes that go to the kernel; Linux takes 1 to 80 of them.
    package let octets: [UInt8]

    /// The UTF-8 bytes of `text`; `nil` when there are none or more than 80, which no kernel takes.
    package init?(_ text: String) {
        let octets = Array(text.utf8)
        guard (1...Self.longest).contains(octets.count) else { return nil }
        self.octets = octets
    }

    /// The most octets that Linux takes (`TCP_MD5SIG_MAXKEYLEN`).
    package static let longest = 80

    /// Always "…".
    package var description: String { "…" }
    /// Always "…".
    package var debugDescription: String { "…" }
    /// Hides the bytes from `dump` and from test output.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why what a Secret holds cannot sign a session's segments.
package enum PasswordFault: String, Hashable, Sendable, Codable, CaseIterable {
    /// There are no octets.
    case empty = "Empty"
    /// There are more octets than the kernel takes.
    case tooLong = "TooLong"
    /// The octets are no UTF-8, or not the base64 of any.
    case notText = "NotText"

    /// What is wrong with the password, as the end of a sentence that names it.
    package var words: String {
        switch self {
        case .empty: "is empty"
        case .tooLong: "is longer than the \(Password.longest) octets that TCP MD5 takes"
        case .notText: "is not text in UTF-8"
        }
    }
}
