/// One cell of a table: its text and what the text means for the reader.
package struct Cell: Hashable, Sendable {
    /// What is printed; one line, without anything that a terminal would act on.
    package let text: String

    /// How the text is coloured where colours are on.
    package let tone: Tone

    /// Makes a cell of text that may come from anywhere.
    ///
    /// Empty text becomes `-`, so that every row has the same number of fields for `awk`.
    package init(_ text: String, _ tone: Tone = .plain) {
        let line = text.onOneLine
        self.text = line.isEmpty ? "-" : line
        self.tone = tone
    }

    /// The cell of a value that does not apply here.
    package static let absent = Cell("-", .quiet)

    /// The cell of a value that nobody told us.
    package static let unknown = Cell("<unknown>", .quiet)
}

extension String {
    /// The text with line breaks and tabs as spaces and every other control character replaced.
    ///
    /// Names and messages come from the API server and from routers; none of them may move the cursor or
    /// change the title of a terminal.
    package var onOneLine: String {
        guard unicodeScalars.contains(where: \.actsOnTerminal) else { return self }
        var line = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar {
            case "\n", "\r", "\t", "\u{2028}", "\u{2029}": line.append(" ")
            case _ where scalar.actsOnTerminal: line.append("\u{FFFD}")
            default: line.append(scalar)
            }
        }
        return String(line)
    }
}

extension Unicode.Scalar {
    /// Whether a terminal does something other than drawing on reading the character.
    var actsOnTerminal: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format: true
        default: false
        }
    }
}
