import Synchronization

/// Compiled regular expressions of schemas, kept because one pattern is asked for every object.
final class Patterns: Sendable {
    static let shared = Patterns()
    private let compiled = Mutex<[String: Regex<AnyRegexOutput>]>([:])

    private init() {}

    /// Whether a pattern occurs in a text; a pattern that does not compile matches everything, as an
    /// unknown format does.
    func matches(_ text: String, pattern: String) -> Bool {
        compiled.withLock { compiled in
            if let regex = compiled[pattern] { return text.firstMatch(of: regex) != nil }
            // RE2 counts in code points; so must we, or `.{2}` would accept one flag emoji.
            guard let regex = try? Regex(pattern).matchingSemantics(.unicodeScalar) else { return true }
            compiled[pattern] = regex
            return text.firstMatch(of: regex) != nil
        }
    }
}
