/// What a piece of text means for the reader, which decides its colour.
package enum Tone: Hashable, Sendable {
    /// Neither good nor bad.
    case plain

    /// As it should be.
    case good

    /// On its way, or worth a look.
    case warning

    /// Wrong.
    case bad

    /// Of less interest than the rest.
    case quiet

    /// A title.
    case strong
}

/// Whether and how tones become colours.
package enum Palette: Hashable, Sendable {
    /// Text as it is.
    case monochrome

    /// The sixteen colours that every terminal has, so that the reader's own scheme decides the shades.
    case ansi

    /// The text with the control sequences of its tone around it.
    package func paint(_ text: String, _ tone: Tone) -> String {
        guard self == .ansi else { return text }
        switch tone {
        case .plain: return text
        case .good: return "\u{1B}[32m\(text)\u{1B}[0m"
        case .warning: return "\u{1B}[33m\(text)\u{1B}[0m"
        case .bad: return "\u{1B}[31m\(text)\u{1B}[0m"
        case .quiet: return "\u{1B}[2m\(text)\u{1B}[0m"
        case .strong: return "\u{1B}[1m\(text)\u{1B}[0m"
        }
    }
}
