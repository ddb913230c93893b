import PlainText

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
