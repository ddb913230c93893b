extension String {
    /// The most octets of UTF-8 in a condition's message, an event's note or a value in the log; the API server refuses an
    /// event whose note has more than 1,024.
    package static let longestMessage = 1024

    /// The most characters shown of a value that somebody else chose, such as an annotation.
    package static let longestQuote = 64

    /// The text on one line: line breaks and tabs become spaces, every other character that is not drawn becomes U+FFFD.
    ///
    /// Names and messages come from tenants, the API server and routers; none of them may move a cursor, change the title of a
    /// terminal, turn the direction of what follows, or begin a line of its own in a log.
    package var onOneLine: String {
        guard unicodeScalars.contains(where: \.actsOnReader) else { return self }
        var line = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar {
            case "\n", "\r", "\t", "\u{85}", "\u{2028}", "\u{2029}": line.append(" ")
            case _ where scalar.actsOnReader: line.append("\u{FFFD}")
            default: line.append(scalar)
            }
        }
        return String(line)
    }

    /// The text as a status, an event or a log may hold it: on one line, and cut with `…` when it has more than
    /// `longestMessage` octets.
    package var asMessage: String {
        // What is cut off anyway is not looked at: the text may be a megabyte.
        guard utf8.count > Self.longestMessage else {
            let line = onOneLine
            return line.utf8.count > Self.longestMessage ? line.cut(octets: Self.longestMessage) : line
        }
        return cut(octets: Self.longestMessage).onOneLine.cut(octets: Self.longestMessage)
    }

    /// The text in double quotes, as a message shows a value that somebody else chose: on one line, and cut with `…` when it
    /// has more than `longestQuote` characters.
    package var quoted: String {
        // A grapheme may have any number of scalars.
        let scalars = unicodeScalars.prefix(Self.longestQuote + 1)
        guard scalars.count > Self.longestQuote else { return "\"\(onOneLine)\"" }
        return "\"\(String(scalars.dropLast()).onOneLine)…\""
    }

    /// The first scalars that fit with the `…` after them; the text itself when it fits.
    private func cut(octets limit: Int) -> String {
        guard utf8.count > limit else { return self }
        let mark = "…"
        var room = limit - mark.utf8.count
        var shown = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            room -= UTF8.width(scalar)
            guard room >= 0 else { break }
            shown.append(scalar)
        }
        return String(shown) + mark
    }
}

extension [String] {
    /// Names in one sentence: `a, b and c`; beyond `most` of them the first, and then how many more.
    package func asSentence(most: Int = 10) -> String {
        guard count <= most else { return prefix(most).joined(separator: ", ") + " and \(count - most) more" }
        guard let last, count > 1 else { return first ?? "nothing" }
        return dropLast().joined(separator: ", ") + " and " + last
    }

    /// Findings in one sentence: `a; b; c`; beyond `most` of them the first, and then how many more.
    package func asFindings(most: Int = 3) -> String {
        let shown = prefix(most).joined(separator: "; ")
        return count > most ? "\(shown); and \(count - most) more" : shown
    }
}

extension Unicode.Scalar {
    /// Whether a terminal or a reader of text does something other than drawing on meeting the character: controls, line and
    /// paragraph separators, and formats, which include those that turn the direction of text.
    package var actsOnReader: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format: true
        default: false
        }
    }
}
